"""What is noted in the course of a request: for its log line, its limit and its answer.

Context variables, for each request is answered in one task and several of them are cheap.
"""

from contextvars import ContextVar

from web.rate_limits import Standing

account: ContextVar[str | None] = ContextVar("account", default=None)
standing: ContextVar[Standing | None] = ContextVar("standing", default=None)
#: The value of a `Set-Cookie` header.
set_cookie: ContextVar[str | None] = ContextVar("set_cookie", default=None)


def begin() -> None:
    """Forget what was noted of the request before on this connection."""
    account.set(None)
    standing.set(None)
    set_cookie.set(None)
