"""Turns a declared route into what aiohttp calls: who may, how often, typed in, typed out."""

from collections.abc import Awaitable, Callable
from types import NoneType
from typing import Any, get_args

import msgspec
from aiohttp import web

from web import bodies, noted
from web.admission import admission
from web.answers import answer
from web.audited import Audit
from web.callers import Caller
from web.context import Context
from web.problems import Problem, invalid, reading
from web.routes import JSON, Route
from web.streamed import Download, Streamed
from web.unstorable import nul_path
from web.versions import Tagged, Versioned, etag, if_match, is_known
from web.write import write_of

Endpoint = Callable[[web.Request], Awaitable[web.Response]]
#: Makes one argument of the handler, or several of them.
Reader = Callable[[web.Request], Any]

_encode = msgspec.json.Encoder().encode


def endpoint(route: Route, context: Context) -> Endpoint:
    """The aiohttp handler that holds a route to its declaration."""
    admit = admission(route, context)
    given = {"context": context} if "context" in route.arguments else {}
    path = _path_reader(route) if route.parameters else None
    readers = _readers(route)
    read_body, body_s = _body_reader(route.arguments.get("body")), context.settings.body_s
    may_be_empty = NoneType in get_args(route.arguments.get("body"))
    of_caller = _of_caller(route, context.settings.pepper)
    takes_body, writes = (name in route.arguments for name in ("body", "write"))

    async def handle(request: web.Request) -> web.Response:
        caller = await admit(request)
        arguments: dict[str, Any] = {**given, **(path(request) if path else {})}
        for name, make in of_caller:
            arguments[name] = make(caller)
        for name, read in readers:
            arguments[name] = read(request)
        if takes_body:
            is_empty = may_be_empty and not request.can_read_body
            arguments["body"] = None if is_empty else read_body(await _json_bytes(request, body_s))
        if writes and caller:
            return await _answer_once(request, caller, arguments)
        return _with_cookie(_response(request, route, await route.handler(**arguments)))

    async def _answer_once(
        request: web.Request, caller: Caller, arguments: dict[str, Any]
    ) -> web.Response:
        age_s = context.settings.idempotency_s
        write = await write_of(request, route, caller, context.database, age_s)
        response = _response(request, route, await route.handler(**arguments, write=write))
        if write.is_repeated:
            response.headers["Idempotent-Replayed"] = "true"
        return response

    return handle


def _of_caller(route: Route, pepper: str) -> tuple[tuple[str, Callable[[Caller | None], Any]], ...]:
    """What is made of the caller, by the handler's names."""
    makers: dict[str, Callable[[Caller | None], Any]] = {
        "caller": lambda caller: caller,
        "audit": lambda caller: Audit(pepper, caller),
    }
    return tuple((name, make) for name, make in makers.items() if name in route.arguments)


def _readers(route: Route) -> tuple[tuple[str, Reader], ...]:
    """What is read of a request's head, by the handler's names."""
    readers: list[tuple[str, Reader]] = []
    if "query" in route.arguments:
        readers.append(("query", _query_reader(route.arguments["query"])))
    if "request" in route.arguments:
        readers.append(("request", lambda request: request))
    if "if_match" in route.arguments:
        readers.append(("if_match", if_match))
    return tuple(readers)


def _path_reader(route: Route) -> Callable[[web.Request], dict[str, Any]]:
    kind = msgspec.defstruct("Path", list(route.parameters.items()))

    def read(request: web.Request) -> dict[str, Any]:
        return msgspec.structs.asdict(_convert(dict(request.match_info), kind))

    return read


def _query_reader(kind: Any) -> Reader:
    def read(request: web.Request) -> Any:
        given = request.query
        if twice := next((name for name in given if len(given.getall(name)) > 1), None):
            raise invalid(twice, "Given more than once")
        return _convert(dict(given), kind)

    return read


def _convert(given: dict[str, str], kind: Any) -> Any:
    if bad := next((name for name, value in given.items() if "\0" in name + value), None):
        raise invalid(bad, "Holds the character NUL")
    with reading():
        return msgspec.convert(given, kind, strict=False)


def _body_reader(kind: Any) -> Callable[[bytes], Any]:
    if kind in (bytes, None):
        return lambda raw: raw
    decode = msgspec.json.Decoder(kind).decode

    def read(raw: bytes) -> Any:
        with reading():
            body = decode(raw)
            nul_at = nul_path(raw)
        if nul_at is not None:
            raise invalid(nul_at, "Holds the character NUL")
        return body

    return read


async def _json_bytes(request: web.Request, within_s: float) -> bytes:
    if request.headers.get("Content-Type") != JSON and request.content_type != JSON:
        raise Problem(415, "not-json", "The body must be application/json.")
    return await bodies.read(request, within_s)


def _response(request: web.Request, route: Route, value: Any) -> web.Response:
    if value is None:
        return answer(204)
    if isinstance(value, Streamed):
        response = answer(route.status, media=route.media)
        response.body = value.chunks
        if isinstance(value, Download):
            response.headers["Content-Disposition"] = f'attachment; filename="{value.name}"'
        return response
    if isinstance(value, Tagged):
        return _tagged(request, route, value.tag, value.body)
    if isinstance(value, Versioned):
        return _tagged(request, route, value.version, _encode(value))
    return answer(route.status, value if isinstance(value, bytes) else _encode(value), route.media)


def _tagged(request: web.Request, route: Route, version: int | str, body: bytes) -> web.Response:
    if route.method == "GET" and is_known(request, version):
        response = answer(304)
    else:
        response = answer(route.status, body, route.media)
    response.headers["ETag"] = etag(version)
    return response


def _with_cookie(response: web.Response) -> web.Response:
    if cookie := noted.set_cookie.get():
        response.headers["Set-Cookie"] = cookie
    return response
