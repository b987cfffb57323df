"""The document of the API, for programs and for people; no script and nothing from elsewhere."""

import base64
import hashlib
from collections.abc import Iterator
from html import escape
from typing import Any

import msgspec
from aiohttp import web

from web.routes import JSON, OPENS, PUBLIC, route

DOCUMENT: web.AppKey[dict[str, Any]] = web.AppKey("document", dict)

#: Of every page that is made here: the policy of what may run knows it by its hash.
STYLE = """
table { border-collapse: collapse; width: 100% }
td, th { padding: .2rem .6rem; text-align: right; border-bottom: 1px solid #8884 }
td:first-child, th:first-child { text-align: left }
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
summary { cursor: pointer; padding: .3rem 0 }
summary b { display: inline-block; width: 5rem; font-family: monospace }
pre { overflow: auto; padding: .6rem; background: #8882; border-radius: 4px }
"""

#: What the policy of all answers allows for this page's sake: this one style.
STYLE_SOURCE = f"'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'"


@route(
    "GET",
    "/openapi.json",
    summary="This API as OpenAPI 3.1",
    tags=("docs",),
    access=PUBLIC,
    limit=OPENS,
    media=JSON,
)
async def get_openapi(request: web.Request) -> bytes:
    """The document as it was made at the start."""
    return msgspec.json.encode(request.app[DOCUMENT])


@route(
    "GET",
    "/docs",
    summary="This API for people",
    tags=("docs",),
    access=PUBLIC,
    limit=OPENS,
    media="text/html; charset=utf-8",
)
async def get_docs(request: web.Request) -> bytes:
    """The same document as one page."""
    return "".join(_page(request.app[DOCUMENT])).encode()


def _page(document: dict[str, Any]) -> Iterator[str]:
    title = escape(f"{document['info']['title']} {document['info']['version']}")
    yield f"<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title>"
    yield f"<style>{STYLE}</style><h1>{title}</h1>"
    yield "<p>Machine-readable: <a href=/openapi.json>/openapi.json</a></p>"
    tag = None
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if operation["tags"][0] != tag:
                tag = operation["tags"][0]
                yield f"<h2>{escape(tag)}</h2>"
            yield from _operation(method, path, operation)
    yield "<h2>types</h2>"
    for name, schema in document["components"]["schemas"].items():
        yield f"<details><summary>{escape(name)}</summary>{_code(schema)}</details>"


def _operation(method: str, path: str, operation: dict[str, Any]) -> Iterator[str]:
    yield f"<details><summary><b>{method.upper()}</b> {escape(path)} — "
    yield f"{escape(operation['summary'])}</summary><p>{escape(operation['description'])}</p>"
    if operation["parameters"]:
        yield f"<p>Parameters{_code(operation['parameters'])}"
    if body := operation.get("requestBody"):
        yield f"<p>Body{_code(body['content'])}"
    answers = {
        status: answer.get("content", answer["description"])
        for status, answer in operation["responses"].items()
    }
    yield f"<p>Answers{_code(answers)}</details>"


def _code(value: Any) -> str:
    return f"<pre>{escape(msgspec.json.format(msgspec.json.encode(value)).decode())}</pre>"
