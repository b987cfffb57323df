"""The OpenAPI 3.1 document, made from the declarations of the routes."""

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from web.problems import MEDIA as PROBLEM_MEDIA
from web.problems import TITLES, ProblemDetails
from web.routes import JSON, Route
from web.streamed import Download, Streamed

#: What is sent as it is.
_BYTES = (bytes, Streamed, Download)
_REF = "#/components/schemas/{name}"
_SECURITY = {
    "token": {"type": "http", "scheme": "bearer", "description": "An access token or an API key"},
    "basic": {"type": "http", "scheme": "basic", "description": "An API key as name or password"},
}
_HEADERS = {
    name: {"description": description, "schema": {"type": "string"}}
    for name, description in (
        ("Request-Id", "Finds this request in the log"),
        ("RateLimit-Policy", "How many requests of the kind in how many seconds"),
        ("RateLimit", "How many are left now, and for how many seconds"),
    )
}
_RETRY = {"Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer"}}}


def document(routes: Iterable[Route], version: str) -> dict[str, Any]:
    """The whole document."""
    routes = tuple(routes)
    types = [kind for route in routes for kind in (route.accepts, route.answer) if _is_json(kind)]
    schemas, components = msgspec.json.schema_components(
        [*types, ProblemDetails], ref_template=_REF
    )
    schema_of = dict(zip(map(repr, types), schemas, strict=False))
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, schema_of)
    return {
        "openapi": "3.1.0",
        "info": {"title": "TimeFlow", "version": version},
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": _SECURITY},
    }


def _operation(route: Route, schema_of: dict[str, Any]) -> dict[str, Any]:
    operation = {
        "operationId": route.handler.__name__,
        "summary": route.summary,
        "description": _access(route),
        "tags": list(route.tags),
        "parameters": _parameters(route),
        "responses": _responses(route, schema_of),
        "security": [{"token": []}, {"basic": []}] if route.access.role else [],
    }
    if route.accepts:
        schema = schema_of[repr(route.accepts)]
        operation["requestBody"] = {"required": True, "content": {JSON: {"schema": schema}}}
    return operation


def _access(route: Route) -> str:
    access, limit = route.access, f"Limited per {route.limit.by} (`{route.limit.name}`)."
    if not access.role:
        return f"For everybody. {limit}"
    scope = f"a key needs the scope `{access.scope}`" if access.scope else "not with a key"
    scope += f" or `{access.or_scope}`" if access.or_scope else ""
    return f"For the role `{access.role}`; {scope}. {limit}"


def _parameters(route: Route) -> list[dict[str, Any]]:
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": msgspec.json.schema(kind)}
        for name, kind in route.parameters.items()
    ]
    if "query" in route.arguments:
        parameters += [
            {
                "name": field.encode_name,
                "in": "query",
                "required": field.required,
                "schema": msgspec.json.schema(field.type),
            }
            for field in msgspec.structs.fields(route.arguments["query"])
        ]
    if "write" in route.arguments:
        schema = {"type": "string", "minLength": 1, "maxLength": 255}
        parameters.append({"name": "Idempotency-Key", "in": "header", "schema": schema})
    if "if_match" in route.arguments:
        schema = {"type": "string", "examples": ['"17"']}
        parameters.append({"name": "If-Match", "in": "header", "schema": schema})
    return parameters


def _responses(route: Route, schema_of: dict[str, Any]) -> dict[str, Any]:
    success: dict[str, Any] = {"description": "Success", "headers": _HEADERS}
    if _is_json(route.answer):
        success["content"] = {JSON: {"schema": schema_of[repr(route.answer)]}}
    elif route.answer in _BYTES:
        media = re.sub(r";.*", "", route.media)
        success["content"] = {media: {"schema": {}}}
    problem = {"schema": {"$ref": _REF.format(name=ProblemDetails.__name__)}}
    errors = {
        str(status): {
            "description": TITLES[status],
            "headers": _HEADERS | (_RETRY if status in (429, 503) else {}),
            **({"content": {PROBLEM_MEDIA: problem}} if status >= 400 else {}),
        }
        for status in sorted(route.errors)
    }
    return {str(route.status): success, **errors}


def _is_json(kind: Any) -> bool:
    return kind not in (None, type(None), *_BYTES)
