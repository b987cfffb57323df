"""The caller's own account: who they are and what their days are derived with."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from models import accounts, parameters, rebuilds
from web.callers import Caller
from web.context import Context
from web.problems import invalid, not_found
from web.routes import ACCOUNT, READ, READS, WRITES, route
from web.write import Write
from web.zones import is_zone

TimeOfDay = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class Zone(msgspec.Struct, frozen=True):
    """A zone and the instant from which it holds; none: from the beginning."""

    time_zone: str
    valid_from: datetime | None


class Me(msgspec.Struct, frozen=True):
    """An account with what its days are derived with; `time_zone` is the latest of `zones`."""

    id: UUID
    email: str
    roles: list[str]
    created_at: datetime
    time_zone: str
    day_start: TimeOfDay
    timeout_s: int
    zones: list[Zone]


class Changes(msgspec.Struct, forbid_unknown_fields=True):
    """What to change. A zone holds from `time_zone_from` on (now, if it is left out).

    Zones set for later instants go. Day start and timeout apply to the whole history.
    """

    time_zone: str | UnsetType = UNSET
    time_zone_from: Annotated[datetime, Meta(tz=True)] | UnsetType = UNSET
    day_start: TimeOfDay | UnsetType = UNSET
    timeout_s: Annotated[int, Meta(ge=1, le=86_400)] | UnsetType = UNSET


@route("GET", "/me", summary="The caller's account", tags=("me",), access=READ, limit=READS)
async def get_me(context: Context, caller: Caller) -> Me:
    """Read it."""
    return await context.database.run(_me, caller.user_id)


@route(
    "PATCH",
    "/me",
    summary="Change zone, day start or timeout: the days are derived anew",
    tags=("me",),
    access=ACCOUNT,
    limit=WRITES,
)
async def patch_me(caller: Caller, body: Changes, write: Write) -> Me:
    """Change it and queue the rebuild in one transaction."""
    _check(body, datetime.now(UTC))
    return await write(_change, caller.user_id, body)


def _check(changes: Changes, now: datetime) -> None:
    if changes.time_zone is not UNSET and not is_zone(changes.time_zone):
        raise invalid("time_zone", "Not an IANA time zone")
    if changes.time_zone_from is UNSET:
        return
    if changes.time_zone is UNSET:
        raise invalid("time_zone_from", "Says from when, but not which time_zone")
    if not datetime(1970, 1, 1, tzinfo=UTC) <= changes.time_zone_from <= now:
        raise invalid("time_zone_from", "Not between 1970 and now")


def _change(user_id: UUID, changes: Changes) -> Me:
    if changes == Changes():
        return _me(user_id)
    # First the user's lock, then whatever decides or writes: stages wait for it too.
    rebuilds.request(user_id, "parameters")
    if changes.time_zone is not UNSET:
        parameters.set_zone(user_id, changes.time_zone, changes.time_zone_from or datetime.now(UTC))
    parameters.set_everywhere(
        user_id, _minutes(changes.day_start or None), changes.timeout_s or None
    )
    return _me(user_id)


def _me(user_id: UUID) -> Me:
    person, history = accounts.find(user_id), parameters.history(user_id)
    if person is None:
        raise not_found()
    latest = history[-1]
    return Me(
        *person,
        time_zone=latest.time_zone,
        day_start=f"{latest.day_start_min // 60:02}:{latest.day_start_min % 60:02}",
        timeout_s=latest.timeout_s,
        zones=[Zone(held.time_zone, held.valid_from) for held in history],
    )


def _minutes(time_of_day: str | None) -> int | None:
    if time_of_day is None:
        return None
    hours, minutes = time_of_day.split(":")
    return int(hours) * 60 + int(minutes)
