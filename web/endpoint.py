"""Turns a declared route into what aiohttp calls: who may, how often, typed in, typed out."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from aiohttp import web

from web import bodies
from web.callers import Caller
from web.context import Context
from web.network import network
from web.problems import Problem, invalid, reading
from web.request_keys import ACCOUNT, ROUTE, STANDING
from web.routes import JSON, Route
from web.unstorable import nul_path
from web.write import write_of

Endpoint = Callable[[web.Request], Awaitable[web.Response]]
#: Puts one argument of the handler into its place.
Reader = Callable[[web.Request, dict[str, Any]], Awaitable[None]]

_JSON_HEADERS = {"Content-Type": JSON}
_encode = msgspec.json.Encoder().encode


def endpoint(route: Route, context: Context) -> Endpoint:
    """The aiohttp handler that holds a route to its declaration."""
    readers = _readers(route, context)
    admit = _admission(route, context)
    takes_context, takes_caller = "context" in route.arguments, "caller" in route.arguments

    async def handle(request: web.Request) -> web.Response:
        request[ROUTE] = route.path
        arguments: dict[str, Any] = {}
        caller = await admit(request)
        if takes_context:
            arguments["context"] = context
        if takes_caller:
            arguments["caller"] = caller
        for read in readers:
            await read(request, arguments)
        if "write" in route.arguments and caller:
            return await _answer_once(request, caller, arguments)
        return _response(route, await route.handler(**arguments))

    async def _answer_once(
        request: web.Request, caller: Caller, arguments: dict[str, Any]
    ) -> web.Response:
        await bodies.read(request, context.settings.body_s)
        age_s = context.settings.idempotency_s
        write = await write_of(request, route, caller, context.database, age_s)
        response = _response(route, await route.handler(**arguments, write=write))
        if write.is_repeated:
            response.headers["Idempotent-Replayed"] = "true"
        return response

    return handle


def _admission(route: Route, context: Context) -> Callable[[web.Request], Awaitable[Caller | None]]:
    limit, access = route.limit, route.access
    trusted = context.settings.trusted_proxies

    async def admit(request: web.Request) -> Caller | None:
        if limit.by == "network":
            request[STANDING] = await context.limits.count(limit, network(request, trusted))
        if not access.role:
            return None
        caller = await context.credentials.caller(request)
        request[ACCOUNT] = caller.account
        if limit.by == "account":
            request[STANDING] = await context.limits.count(limit, caller.account)
        if not caller.may(access):
            raise Problem(403, "forbidden", "Your role or the scopes of your key do not allow it.")
        return caller

    return admit


def _readers(route: Route, context: Context) -> tuple[Reader, ...]:
    takes = route.arguments
    readers: list[Reader] = []
    if route.parameters:
        readers.append(_path_reader(route))
    if "query" in takes:
        readers.append(_query_reader(takes["query"]))
    if "body" in takes:
        within_s, kind = context.settings.body_s, takes["body"]
        readers.append(_bytes_reader(within_s) if kind is bytes else _body_reader(kind, within_s))
    if "request" in takes:
        readers.append(_request_reader)
    return tuple(readers)


def _path_reader(route: Route) -> Reader:
    kind = msgspec.defstruct("Path", list(route.parameters.items()))

    async def read(request: web.Request, arguments: dict[str, Any]) -> None:
        arguments |= msgspec.structs.asdict(_convert(dict(request.match_info), kind))

    return read


def _query_reader(kind: Any) -> Reader:
    async def read(request: web.Request, arguments: dict[str, Any]) -> None:
        given = request.query
        if twice := next((name for name in given if len(given.getall(name)) > 1), None):
            raise invalid(twice, "Given more than once")
        arguments["query"] = _convert(dict(given), kind)

    return read


def _convert(given: dict[str, str], kind: Any) -> Any:
    if bad := next((name for name, value in given.items() if "\0" in name + value), None):
        raise invalid(bad, "Holds the character NUL")
    with reading():
        return msgspec.convert(given, kind, strict=False)


def _bytes_reader(within_s: float) -> Reader:
    async def read(request: web.Request, arguments: dict[str, Any]) -> None:
        arguments["body"] = await _json_bytes(request, within_s)

    return read


def _body_reader(kind: Any, within_s: float) -> Reader:
    decode = msgspec.json.Decoder(kind).decode

    async def read(request: web.Request, arguments: dict[str, Any]) -> None:
        raw = await _json_bytes(request, within_s)
        with reading():
            arguments["body"] = decode(raw)
            nul_at = nul_path(raw)
        if nul_at is not None:
            raise invalid(nul_at, "Holds the character NUL")

    return read


async def _request_reader(request: web.Request, arguments: dict[str, Any]) -> None:
    arguments["request"] = request


async def _json_bytes(request: web.Request, within_s: float) -> bytes:
    if request.headers.get("Content-Type") != JSON and request.content_type != JSON:
        raise Problem(415, "not-json", "The body must be application/json.")
    return await bodies.read(request, within_s)


def _response(route: Route, answer: Any) -> web.Response:
    if isinstance(answer, bytes):
        return web.Response(body=answer, headers={"Content-Type": route.media})
    if answer is None:
        return web.Response(status=204)
    return web.Response(body=_encode(answer), status=route.status, headers=_JSON_HEADERS)
