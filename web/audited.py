"""What a handler puts into the audit log."""

from typing import Any
from uuid import UUID

from pipeline import audit, logs
from pipeline.audit import Actor
from web.callers import Caller


class Audit:
    """Call it in the transaction of the deed, as the last thing that is done there."""

    def __init__(self, pepper: str, caller: Caller | None) -> None:
        self._pepper = pepper
        self._actor = actor_of(caller)

    def __call__(
        self, action: str, subject: str = "", *, about: UUID | None = None, **facts: Any
    ) -> None:
        """Add an entry; nothing personal may be in `subject` and `facts`."""
        audit.record(self._pepper, self._actor, action, subject, about, facts)


def actor_of(caller: Caller | None) -> Actor:
    """Who acts in the request that is being answered."""
    request_id = logs.request_id.get()
    if caller is None:
        return Actor(request_id=request_id)
    return Actor(caller.user_id, "login" if caller.scopes is None else "key", request_id)
