"""What surrounds every request: its id, the headers of its answer, its errors, its log line.

It wraps each route itself and is no middleware of aiohttp, whose layers cost every request.
"""

import itertools
import random
import re
import secrets
import time
from collections.abc import Awaitable, Callable
from functools import lru_cache

import structlog
from aiohttp import web
from multidict import CIMultiDict
from prometheus_client import Counter, Histogram

from pipeline import metrics
from pipeline.settings import Settings
from web import problems
from web.docs import STYLE_SOURCE
from web.request_keys import ACCOUNT, ROUTE, STANDING

Handler = Callable[[web.Request], Awaitable[web.Response]]

SECURITY_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src {STYLE_SOURCE}; frame-ancestors 'none'"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Server": "timeflow",
    "X-Content-Type-Options": "nosniff",
}

#: The path that matches what no route matches.
ELSEWHERE = "/{elsewhere}"

_ALLOWED_METHODS = "GET, POST, PUT, PATCH, DELETE"
_ALLOWED_HEADERS = "Authorization, Content-Type, Idempotency-Key, Request-Id, traceparent"
_EXPOSED_HEADERS = "Request-Id, Retry-After, RateLimit, RateLimit-Policy, Idempotent-Replayed"
_PREFLIGHT_AGE_S = "600"

#: Ids need to differ, not to be secret.
_PROCESS = secrets.token_hex(6)
_numbers = itertools.count(1)

_sane_id = re.compile(r"[A-Za-z0-9._-]{1,64}").fullmatch
_log = structlog.get_logger("web.access")


def boundary(settings: Settings) -> Callable[[Handler], Handler]:
    """What surrounds a handler, by these settings."""
    origins = frozenset(settings.cors_origins.split())
    share = settings.access_log_share

    def around(handler: Handler) -> Handler:
        async def serve(request: web.Request) -> web.Response:
            began = time.perf_counter()
            request_id = _request_id(request)
            structlog.contextvars.bind_contextvars(request_id=request_id)
            try:
                response = await handler(request)
            except Exception as error:  # noqa: BLE001 - the one place: each becomes an answer
                response = problems.answer(problems.problem_of(error), request_id)
            headers = response.headers
            headers.update(SECURITY_HEADERS)
            headers["Request-Id"] = request_id
            standing = request.get(STANDING)
            if standing is not None:
                headers.update(standing.headers())
            if origins:
                _allow_origin(headers, request.headers.get("Origin", ""), origins)
            seconds = time.perf_counter() - began
            _measure(request, response.status, seconds)
            if response.status >= 500 or random.random() < share:  # noqa: S311 - a sample
                _log.info(
                    "request",
                    method=request.method,
                    path=request.path,
                    status=response.status,
                    user=request.get(ACCOUNT),
                    ms=round(seconds * 1000, 2),
                )
            return response

        return serve

    return around


def elsewhere(settings: Settings) -> Handler:
    """What answers where no route does: 404, 405 where another method does, or a preflight."""
    origins = frozenset(settings.cors_origins.split())

    async def answer(request: web.Request) -> web.Response:
        allowed: set[str] = set()
        for resource in request.app.router.resources():
            if not resource.canonical.endswith(ELSEWHERE):
                allowed |= (await resource.resolve(request))[1]
        if not allowed:
            raise web.HTTPNotFound
        if request.method == "OPTIONS" and request.headers.get("Origin") in origins:
            return _preflight()
        raise web.HTTPMethodNotAllowed(request.method, sorted(allowed))

    return answer


@lru_cache(4096)
def _meters(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    return metrics.http_requests.labels(method, route, status), metrics.http_seconds.labels(route)


def _measure(request: web.Request, status: int, seconds: float) -> None:
    route = request.get(ROUTE)
    counter, histogram = _meters(request.method if route else "any", route or "none", status)
    counter.inc()
    histogram.observe(seconds)


def _request_id(request: web.Request) -> str:
    given = request.headers.get("Request-Id")
    return given if given and _sane_id(given) else f"{_PROCESS}-{next(_numbers):x}"


def _preflight() -> web.Response:
    return web.Response(
        status=204,
        headers={
            "Access-Control-Allow-Methods": _ALLOWED_METHODS,
            "Access-Control-Allow-Headers": _ALLOWED_HEADERS,
            "Access-Control-Max-Age": _PREFLIGHT_AGE_S,
        },
    )


def _allow_origin(headers: CIMultiDict[str], origin: str, origins: frozenset[str]) -> None:
    headers["Vary"] = "Origin"
    if origin in origins:
        headers["Access-Control-Allow-Origin"] = origin
        headers["Access-Control-Expose-Headers"] = _EXPOSED_HEADERS
