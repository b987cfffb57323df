"""The document of the API as the page's types are made from it: `client/openapi.json`.

    python -m web.client_document > client/openapi.json

Without what no type comes from, so that a difference of the two is one of types: a test compares
them, and the page does not compile with types that it was not written for.
"""

import sys
from typing import Any

import msgspec

from web.api import ROUTES
from web.openapi import document

_WORDS = frozenset({"description", "example", "examples", "summary", "tags"})
#: Of other programs, which the page never calls.
_DIALECTS = "/api/"


def client_document() -> dict[str, Any]:
    """The paths and schemas that the page may use."""
    routes = [route for route in ROUTES if not route.path.startswith(_DIALECTS)]
    whole = document(routes, "1")
    paths = {
        path: {method: _operation(one) for method, one in operations.items()}
        for path, operations in whole["paths"].items()
    }
    return {
        "openapi": whole["openapi"],
        "info": {"title": "TimeFlow", "version": "1"},
        "paths": paths,
        "components": {"schemas": _named(whole["components"]["schemas"])},
    }


def _operation(operation: dict[str, Any]) -> dict[str, Any]:
    """Its answer when all is well: every error is a `ProblemDetails`, every header of all paths."""
    parameters = [each for each in operation["parameters"] if each["in"] != "header"]
    answers = {
        status: {"description": "", "content": _wordless(answer.get("content", {}))}
        for status, answer in operation["responses"].items()
        if status.startswith("2")
    }
    body = {"requestBody": operation["requestBody"]} if "requestBody" in operation else {}
    return {
        "operationId": operation["operationId"],
        "parameters": _wordless(parameters),
        **_wordless(body),
        "responses": answers,
    }


def _wordless(value: Any) -> Any:
    if isinstance(value, list):
        return [_wordless(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _named(each) if key == "properties" else _wordless(each)
        for key, each in value.items()
        if key not in _WORDS
    }


def _named(schemas: dict[str, Any]) -> dict[str, Any]:
    """Names of schemas and of properties are never words of the document's own."""
    return {name: _wordless(schema) for name, schema in schemas.items()}


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(client_document()), indent=1))
    sys.stdout.write("\n")
