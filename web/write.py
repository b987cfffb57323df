"""The one transaction of a request that writes; with an Idempotency-Key it happens once.

The answer is kept in the same transaction, so a client that lost it may ask again. An error rolls
both back: it is not kept.
"""

import hashlib
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import msgspec
from aiohttp import web

from models import idempotency
from models.database import database
from pipeline.database import DatabaseThreads
from web.callers import Caller
from web.problems import Problem
from web.routes import Route

P = ParamSpec("P")
T = TypeVar("T")

_LONGEST_KEY = 255


class Write:
    """Call it with the function that writes; what that returns is the route's answer."""

    def __init__(
        self,
        threads: DatabaseThreads,
        route: Route,
        caller: Caller,
        key: str | None,
        request_hash: bytes,
        age_s: float,
    ) -> None:
        self._threads = threads
        self._route = route
        self._user_id = caller.user_id
        self._key = key
        self._request_hash = request_hash
        self._age_s = age_s
        self.is_repeated = False

    async def __call__(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `function` in one transaction, or answer as it was answered before."""

        def once() -> T:
            with database.atomic():
                if self._key is None:
                    return function(*args, **kwargs)
                kept = idempotency.claim(self._user_id, self._key, self._request_hash, self._age_s)
                if kept is not None:
                    again: T = self._again(kept)
                    return again
                answer = function(*args, **kwargs)
                body = msgspec.json.encode(answer)
                idempotency.keep(self._user_id, self._key, self._route.status, body)
                return answer

        return await self._threads.run(once)

    def _again(self, kept: idempotency.KeptAnswer) -> Any:
        if kept.request_hash != self._request_hash:
            raise Problem(422, "key-reused", "This Idempotency-Key belongs to another request.")
        self.is_repeated = True
        return msgspec.json.decode(kept.body, type=self._route.answer)


async def write_of(
    request: web.Request, route: Route, caller: Caller, threads: DatabaseThreads, age_s: float
) -> Write:
    """The transaction of this request."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not _is_key(key):
        raise Problem(400, "bad-key", "An Idempotency-Key has 1 to 255 printable characters.")
    known = request.headers.get("If-Match", "")
    what = f"{request.method} {request.raw_path}\n{known}\n".encode() + await request.read()
    return Write(threads, route, caller, key, hashlib.sha256(what).digest(), age_s)


def _is_key(text: str) -> bool:
    return 0 < len(text) <= _LONGEST_KEY and text.isascii() and text.isprintable()
