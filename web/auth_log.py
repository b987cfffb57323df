"""Each result of proving who one is: a log line, which says from where, and an audit entry.

Neither what was typed nor a token is in it; an unknown address is not either, for people type
passwords there.
"""

from typing import Literal
from uuid import UUID

import structlog

from pipeline import audit, logs
from pipeline.audit import Actor
from web.context import Context

_log = structlog.get_logger("auth")

Result = Literal[
    "registered",
    "login ok",
    "login failed",
    "login locked",
    "code required",
    "refresh failed",
    "refresh reused",
    "session ended",
    "password changed",
    "password wrong",
    "totp on",
    "totp off",
    "code wrong",
]
_BAD: frozenset[Result] = frozenset(
    {
        "login failed",
        "login locked",
        "refresh failed",
        "refresh reused",
        "password wrong",
        "code wrong",
    }
)


async def tell(
    context: Context, result: Result, user: UUID | None, network: str, **facts: object
) -> None:
    """Log the result for an account, if one is known, and the client's network; audit it."""
    say = _log.warning if result in _BAD else _log.info
    say("auth", result=result, user=str(user) if user else None, network=network, **facts)
    actor = Actor(user, "login", logs.request_id.get())
    await context.database.run(
        audit.record, context.settings.pepper, actor, f"auth.{result}", "", None, facts
    )
