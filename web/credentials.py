"""From the `Authorization` header to the caller: verified once, then remembered for a while."""

import base64
import binascii
import hashlib
import hmac
import math
import time
from uuid import UUID

from aiohttp import web

from models import api_keys
from models.api_keys import KeyHolder
from pipeline.database import DatabaseThreads
from pipeline.settings import Settings
from web.callers import Caller
from web.network import network
from web.problems import Problem
from web.rate_limits import RateLimits
from web.revocations import Revocations
from web.routes import METRICS, OPS, WRONG_CREDENTIALS
from web.tokens import Tokens

#: What clients of other services put before a key of ours.
_PREFIX = "waka_"

_NOBODY = UUID(int=0)
#: Who shows METRICS_TOKEN: also while the database is away, when metrics matter most.
_METRICS_READER = Caller(
    user_id=_NOBODY,
    account="metrics",
    roles=frozenset({METRICS.role}),
    scopes=frozenset({METRICS.scope}),
    credential=_NOBODY,
    issued_at=0,
    expires_at=0,
)

_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="timeflow"'}


class Credentials:
    """Remembers verified headers; a revoked one is refused, however well it is remembered."""

    def __init__(
        self,
        settings: Settings,
        database: DatabaseThreads,
        tokens: Tokens,
        revocations: Revocations,
        limits: RateLimits,
    ) -> None:
        self._settings = settings
        self._database = database
        self._tokens = tokens
        self._revocations = revocations
        self._limits = limits
        self._remembered: dict[str, Caller] = {}

    def remembered(self, request: web.Request) -> Caller | None:
        """Who calls, if that was verified before and still holds."""
        caller = self._remembered.get(request.headers.get("Authorization", ""))
        if caller and caller.expires_at > time.time() and not self._revocations.covers(caller):
            return caller
        return None

    async def caller(self, request: web.Request) -> Caller:
        """Who calls; raises `Problem` 401 when that cannot be told."""
        if caller := self.remembered(request):
            return caller
        header = request.headers.get("Authorization", "")
        if self._is_metrics_token(header):
            return _METRICS_READER
        caller = await self._verify(request, header)
        if self._revocations.covers(caller):
            raise unauthorized("This login or key was ended.")
        return caller

    def _is_metrics_token(self, header: str) -> bool:
        token = self._settings.metrics_token
        return bool(token) and hmac.compare_digest(
            header.encode("utf-8", "replace"), f"Bearer {token}".encode()
        )

    async def _verify(self, request: web.Request, header: str) -> Caller:
        self._remembered.pop(header, None)
        if not header:
            raise unauthorized("A token or key is needed.")
        client = network(request, self._settings.trusted_proxies)
        await self._limits.check(WRONG_CREDENTIALS, client)
        if key := _key_in(header):
            caller = _with_key(
                await self._database.run(api_keys.use, key_hash(key)), self._settings
            )
        else:
            caller = self._tokens.verify(header[7:]) if _is_bearer(header) else None
        if caller is None:
            await self._limits.count(WRONG_CREDENTIALS, client)
            raise unauthorized("This token or key is not, or no longer, valid.")
        self._remember(header, caller)
        return caller

    def _remember(self, header: str, caller: Caller) -> None:
        if len(self._remembered) >= self._settings.credentials_remembered:
            del self._remembered[next(iter(self._remembered))]
        self._remembered[header] = caller


def key_of(request: web.Request) -> str | None:
    """The key that the request was sent with; None: it was sent with a login."""
    return _key_in(request.headers.get("Authorization", ""))


def key_hash(key: str) -> bytes:
    """What is kept of a key or refresh token: they are random, so one fast round is enough."""
    return hashlib.sha256(key.encode()).digest()


def _with_key(holder: KeyHolder | None, settings: Settings) -> Caller | None:
    if holder is None:
        return None
    scopes: set[str | None] = set(holder.scopes)
    if OPS.scope in scopes:
        scopes.add(METRICS.scope)
    ends_in_s = math.inf if holder.ends_in_s is None else holder.ends_in_s
    return Caller(
        user_id=holder.user_id,
        account=str(holder.user_id),
        roles=frozenset(holder.roles),
        scopes=frozenset(scopes),
        credential=holder.key_id,
        issued_at=holder.now,
        expires_at=time.time() + min(settings.access_token_s, ends_in_s),
        device=holder.device,
    )


def _is_bearer(header: str) -> bool:
    return header[:7].lower() == "bearer " and header.isascii()


def _key_in(header: str) -> str | None:
    """The API key of a header, if it is one: as Bearer, or anywhere in a Basic pair."""
    kind, _, value = header.partition(" ")
    if kind.lower() == "bearer":
        candidates = [value]
    elif kind.lower() == "basic":
        candidates = _basic(value).split(":", 1)
    else:
        return None
    return next(filter(None, map(_canonical, candidates)), None)


def _basic(value: str) -> str:
    try:
        return base64.b64decode(value.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return ""


def _canonical(text: str) -> str | None:
    try:
        return str(UUID(text.strip().removeprefix(_PREFIX)))
    except ValueError:
        return None


def unauthorized(detail: str) -> Problem:
    """401, with how to do better."""
    return Problem(401, "unauthorized", detail, headers=_CHALLENGE)
