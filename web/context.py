"""What handlers need: made once for a web process and closed with it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from pipeline.database import DatabaseThreads
from pipeline.intake import Intake
from pipeline.redis_streams.connections import Connections
from pipeline.settings import Settings
from web.credentials import Credentials
from web.followers import Followers
from web.network import network
from web.passwords import Passwords
from web.rate_limits import RateLimits
from web.redactions import Redactions
from web.refresh_tokens import RefreshTokens
from web.revocations import Revocations
from web.second_factor import SecondFactor
from web.shared_counters import SharedCounters
from web.tokens import Tokens

#: Says in one line why this process cannot serve, or nothing.
Check = Callable[[], Awaitable[str | None]]


@dataclass(frozen=True)
class Context:
    """The settings, what leads out of the process, and what the process remembers."""

    settings: Settings
    intake: Intake
    database: DatabaseThreads
    redis: Connections
    checks: tuple[Check, ...]
    counters: SharedCounters
    limits: RateLimits
    passwords: Passwords
    revocations: Revocations
    redactions: Redactions
    tokens: Tokens
    credentials: Credentials
    refresh_tokens: RefreshTokens
    second_factor: SecondFactor
    followers: Followers

    def network(self, request: web.Request) -> str:
        """The network a request comes from, past trusted proxies."""
        return network(request, self.settings.trusted_proxies)

    async def close(self) -> None:
        """Close what was made here; the intake, the database and Redis are the giver's."""
        self.passwords.close()
        await self.counters.close()
        await self.revocations.close()
        await self.redactions.close()


def make_context(
    settings: Settings,
    intake: Intake,
    database: DatabaseThreads,
    redis: Connections,
    checks: tuple[Check, ...] = (),
) -> Context:
    """The context of one web process; `checks` say whether what else runs in it can serve."""
    counters = SharedCounters(settings)
    limits = RateLimits(settings, counters)
    revocations = Revocations(settings)
    tokens = Tokens(settings.jwt_key, settings.access_token_s)
    credentials = Credentials(settings, database, tokens, revocations, limits)
    passwords = Passwords(settings)
    return Context(
        settings,
        intake,
        database,
        redis,
        checks,
        counters,
        limits,
        passwords,
        revocations,
        Redactions(settings),
        tokens,
        credentials,
        RefreshTokens(settings.pepper),
        SecondFactor(settings, limits),
        Followers(settings, database),
    )
