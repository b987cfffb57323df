"""The facts that travel on the streams: one type per fact, for code, wire and dead letter alike.

Instants and durations are integer microseconds (UTC, since 1970), so that sums are exact.
"""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

#: The longest interval one event may report, microseconds. The look-back of every
#: recomputation depends on it: a day can only be touched by events that began this long before.
MAX_DURATION_US = 86_400_000_000

#: The longest pulse, microseconds: how far a heartbeat can reach to the next one of its watcher.
MAX_PULSE_US = 600_000_000

Text = Annotated[str, Meta(max_length=1000)]


class UsageEvent(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One thing a person's device saw: a point (`usage.heartbeat`), an interval, or presence.

    `usage.presence` counts for nothing itself; with the entity `afk` nothing of its device counts
    meanwhile. A `pulse` joins an interval with the next like it of its source (`steps.pulse`).

    `id` is the client's or, where it gave none, made from the content (`content_hash`).
    `data` is the client's own JSON object, kept as it was sent.
    """

    user: UUID
    source: str
    id: Text
    hash: str
    type: Literal["usage.heartbeat", "usage.interval", "usage.presence"]
    time: int
    received: int
    duration: Annotated[int, Meta(ge=0, le=MAX_DURATION_US)] = 0
    device: Text = ""
    entity: Text = ""
    category: Text = ""
    project: Text = ""
    data: msgspec.Raw = msgspec.Raw(b"{}")
    traceparent: str = ""
    pulse: Annotated[int, Meta(ge=0, le=MAX_PULSE_US)] = 0
    version: Literal[1] = 1


class ActivityChanged(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A hint: these days of this user were derived anew (`days`: ISO dates)."""

    user: UUID
    rev: int
    days: tuple[str, ...] = ()
    traceparent: str = ""
    version: Literal[1] = 1


class ProfileChanged(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A hint: a person was described anew, for the run of this number.

    `entered` and `left` are slugs of segments; a hint that names any comes once at least.
    """

    user: UUID
    rev: int
    days: tuple[str, ...] = ()
    entered: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    traceparent: str = ""
    version: Literal[1] = 1


#: What tells a following stage of a user.
Hint = ActivityChanged | ProfileChanged

#: What can happen to a person's work.
WorkType = Literal[
    "project.created", "project.updated", "project.deleted", "project.restored",
    "tag.created", "tag.updated", "tag.deleted",
    "task.created", "task.updated", "task.completed", "task.reopened", "task.deleted",
    "task.restored",
    "time_entry.created", "time_entry.started", "time_entry.stopped", "time_entry.updated",
    "time_entry.deleted", "time_entry.restored",
    "goal.created", "goal.updated", "goal.deleted", "goal.restored",
]  # fmt: skip


class WorkChanged(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A row of a person's work was changed; what it says now stands in the tables.

    `change` is the number of the change. `spans` ([start, end], microseconds) and `days` (ISO
    dates) are what the row touched before, and touches now: the days to derive anew.
    """

    user: UUID
    type: WorkType
    subject: UUID
    change: int
    time: int
    spans: tuple[tuple[int, int], ...] = ()
    days: tuple[str, ...] = ()
    traceparent: str = ""
    version: Literal[1] = 1
