"""The OpenAPI 3.1 document, made from the declarations of the routes."""

import re
from collections.abc import Iterable
from types import NoneType
from typing import Annotated, Any, get_args

import msgspec
from msgspec import Meta

from web.examples import example_of
from web.problem_examples import problem_example
from web.problems import MEDIA as PROBLEM_MEDIA
from web.problems import TITLES, ProblemDetails
from web.routes import JSON, Route
from web.streamed import Download, Streamed
from web.versions import Tagged, Versioned

#: What is sent as it is.
_BYTES = (bytes, Streamed, Download, Tagged)
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
_ETAG = {"ETag": {"description": "The version, for If-Match", "schema": {"type": "string"}}}
#: Headers of a request that an argument of the handler reads.
_HEADERS_READ: dict[str, tuple[str, Any]] = {
    "write": ("Idempotency-Key", Annotated[str, Meta(min_length=1, max_length=255)]),
    "if_match": ("If-Match", str),
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
        content = _content(route.accepts, schema_of)
        is_required = NoneType not in get_args(route.accepts)
        operation["requestBody"] = {"required": is_required, "content": {JSON: content}}
    return operation


def _access(route: Route) -> str:
    access, limit = route.access, f"Limited per {route.limit.by} (`{route.limit.name}`)."
    if not access.role:
        return f"For everybody. {limit}"
    scope = f"a key needs the scope `{access.scope}`" if access.scope else "not with a key"
    scope += f" or `{access.or_scope}`" if access.or_scope else ""
    return f"For the role `{access.role}`; {scope}. {limit}"


def _parameters(route: Route) -> list[dict[str, Any]]:
    parameters = [_parameter("path", name, kind) for name, kind in route.parameters.items()]
    if "query" in route.arguments:
        parameters += [
            _parameter("query", field.encode_name, field.type, required=field.required)
            for field in msgspec.structs.fields(route.arguments["query"])
        ]
    headers = [_HEADERS_READ[name] for name in route.arguments if name in _HEADERS_READ]
    headers += [(name, str) for name in route.headers]
    parameters += [_parameter("header", name, kind, required=False) for name, kind in headers]
    return parameters


def _parameter(place: str, name: str, kind: Any, *, required: bool = True) -> dict[str, Any]:
    example = example_of(kind, name)
    return {
        "name": name,
        "in": place,
        "required": required,
        "schema": msgspec.json.schema(kind),
        **({} if example is None else {"example": example}),
    }


def _responses(route: Route, schema_of: dict[str, Any]) -> dict[str, Any]:
    is_versioned = isinstance(route.answer, type) and issubclass(route.answer, (Tagged, Versioned))
    headers = _HEADERS | (_ETAG if is_versioned else {})
    success: dict[str, Any] = {"description": "Success", "headers": headers}
    if _is_json(route.answer):
        success["content"] = {JSON: _content(route.answer, schema_of)}
    elif route.answer in _BYTES:
        media = re.sub(r";.*", "", route.media)
        success["content"] = {media: {"schema": {}}}
    answers = {str(route.status): success}
    if is_versioned and route.method == "GET":
        answers["304"] = {"description": TITLES[304], "headers": headers}
    return answers | {str(status): _problem(route, status) for status in sorted(route.errors)}


def _content(kind: Any, schema_of: dict[str, Any]) -> dict[str, Any]:
    return {"schema": schema_of[repr(kind)], "example": example_of(kind)}


def _problem(route: Route, status: int) -> dict[str, Any]:
    headers = _HEADERS | (_RETRY if status in (429, 503) else {})
    answer: dict[str, Any] = {"description": TITLES[status], "headers": headers}
    if status >= 400:
        schema = {"$ref": _REF.format(name=ProblemDetails.__name__)}
        example = problem_example(route, status)
        answer["content"] = {PROBLEM_MEDIA: {"schema": schema, "example": example}}
    return answer


def _is_json(kind: Any) -> bool:
    return kind not in (None, type(None), *_BYTES)
