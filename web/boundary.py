"""What surrounds every request: its id, the headers of its answer, its errors, its log line.

It wraps each route itself and is no middleware of aiohttp, whose layers cost every request.
"""

import itertools
import logging
import random
import re
import secrets
import time
from collections.abc import Awaitable, Callable, Collection
from functools import lru_cache

import structlog
from aiohttp import web
from multidict import CIMultiDict, istr
from prometheus_client import Histogram

from pipeline import logs, metrics
from pipeline.settings import Settings
from web import noted, problems
from web.answers import answer

Handler = Callable[[web.Request], Awaitable[web.Response]]
#: Surrounds the handler of a method and path.
Around = Callable[[Handler, str, str], Handler]

_ALLOWED_METHODS = "GET, POST, PUT, PATCH, DELETE"
_ALLOWED_HEADERS = (
    "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID,"
    " Request-Id, traceparent"
)
_EXPOSED_HEADERS = "ETag, Request-Id, Retry-After, RateLimit, RateLimit-Policy, Idempotent-Replayed"
_PREFLIGHT_AGE_S = "600"
_REQUEST_ID = istr("Request-Id")

#: Ids need to differ, not to be secret.
_PROCESS = secrets.token_hex(6)
_numbers = itertools.count(1)

_sane_id = re.compile(r"[A-Za-z0-9._-]{1,64}").fullmatch


def boundary(settings: Settings) -> Around:
    """What surrounds a handler, by these settings."""
    origins = frozenset(settings.cors_origins.split())
    share = settings.access_log_share
    log = structlog.get_logger("web.access").bind()
    is_told = log.is_enabled_for(logging.INFO)

    def around(handler: Handler, method: str, path: str) -> Handler:
        # A path that holds a secret is not for the log.
        secret = "{token}" in path

        async def serve(request: web.Request) -> web.Response:
            began = time.perf_counter()
            request_id = _request_id(request)
            logs.request_id.set(request_id)
            noted.begin()
            try:
                response = await handler(request)
            except Exception as error:  # noqa: BLE001 - the one place: each becomes an answer
                response = problems.answer_to(problems.problem_of(error), request_id)
            status = response.status
            response.headers[_REQUEST_ID] = request_id
            if standing := noted.standing.get():
                response.headers.update(standing.headers())
            if origins:
                _allow_origin(response.headers, request.headers.get("Origin", ""), origins)
            seconds = time.perf_counter() - began
            _meter(method, path, status).observe(seconds)
            if is_told and (status >= 500 or random.random() < share):  # noqa: S311 - a sample
                log.info(
                    "request",
                    method=request.method,
                    path=path if secret else request.path,
                    status=status,
                    user=noted.account.get(),
                    ms=round(seconds * 1000, 2),
                )
            return response

        return serve

    return around


def elsewhere(settings: Settings, allowed: Collection[str] = ()) -> Handler:
    """What answers where no route does: 404, 405 where other methods do, or a preflight."""
    origins = frozenset(settings.cors_origins.split())

    async def none(request: web.Request) -> web.Response:
        if not allowed:
            raise web.HTTPNotFound
        if request.method == "OPTIONS" and request.headers.get("Origin") in origins:
            return _preflight()
        raise web.HTTPMethodNotAllowed(request.method, sorted(allowed))

    return none


@lru_cache(4096)
def _meter(method: str, path: str, status: int) -> Histogram:
    return metrics.http_seconds.labels(method, path, status)


def _request_id(request: web.Request) -> str:
    given = request.headers.get("Request-Id")
    return given if given and _sane_id(given) else f"{_PROCESS}-{next(_numbers):x}"


def _preflight() -> web.Response:
    response = answer(204)
    response.headers.update(
        {
            "Access-Control-Allow-Methods": _ALLOWED_METHODS,
            "Access-Control-Allow-Headers": _ALLOWED_HEADERS,
            "Access-Control-Max-Age": _PREFLIGHT_AGE_S,
        }
    )
    return response


def _allow_origin(headers: CIMultiDict[str], origin: str, origins: frozenset[str]) -> None:
    headers["Vary"] = "Origin"
    if origin in origins:
        headers["Access-Control-Allow-Origin"] = origin
        headers["Access-Control-Expose-Headers"] = _EXPOSED_HEADERS
