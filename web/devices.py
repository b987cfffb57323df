"""The caller's devices: every name that their events carry, what it is called, how it counts."""

from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from models import devices, rebuilds
from models.devices import Device as Row
from pipeline.settings import Settings
from web.callers import Caller
from web.context import Context
from web.fields import given
from web.problems import Problem, invalid, not_found
from web.routes import READ, READS, WRITE, WRITES, route
from web.write import Write


class Page(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where to go on."""

    cursor: UUID | None = None
    limit: Annotated[int, Meta(ge=1, le=1000)] = 100


class Device(msgspec.Struct, frozen=True):
    """A device; `name` is what its events say, and what derived rows call it.

    One that is merged counts as the device it is merged into. Instants are to within ten minutes.
    `silent_since`: nothing came from it, or from those merged into it, for long.
    """

    id: UUID
    name: str
    label: str
    priority: int
    merged_into: UUID | None
    first_seen: datetime | None
    last_seen: datetime | None
    silent_since: datetime | None


class Devices(msgspec.Struct, frozen=True):
    """In the order in which they first came; the cursor leads to the next page."""

    items: list[Device]
    next_cursor: UUID | None


class Change(msgspec.Struct, forbid_unknown_fields=True):
    """What to change. Where devices overlap, the one of higher priority has the time.

    `merged_into`: the device this one counts as; null: it is its own again.
    """

    label: Annotated[str, Meta(max_length=100)] | UnsetType = UNSET
    priority: Annotated[int, Meta(ge=-1000, le=1000)] | UnsetType = UNSET
    merged_into: UUID | UnsetType | None = UNSET


@route(
    "GET", "/devices", summary="The caller's devices", tags=("devices",), access=READ, limit=READS
)
async def get_devices(context: Context, caller: Caller, query: Page) -> Devices:
    """Read a page."""
    limit = query.limit
    found = await context.database.run(devices.page, caller.user_id, query.cursor, limit + 1)
    items = [_device(row, context.settings) for row in found[:limit]]
    return Devices(items, items[-1].id if len(found) > limit else None)


@route(
    "PATCH",
    "/devices/{id}",
    summary="Label, rank or merge a device: the days are derived anew",
    tags=("devices",),
    access=WRITE,
    limit=WRITES,
)
async def patch_device(
    id: UUID, context: Context, caller: Caller, body: Change, write: Write
) -> Device:
    """Change it and queue the rebuild in one transaction."""
    return await write(_change, caller.user_id, id, body, context.settings)


def _change(user_id: UUID, device_id: UUID, body: Change, settings: Settings) -> Device:
    _find(user_id, device_id)
    changes = given(body)
    if changes.keys() & {"priority", "merged_into"}:
        # First the user's lock, then whatever decides or writes: stages wait for it too.
        rebuilds.request(user_id, "devices")
    if body.merged_into:
        _check_merge(user_id, device_id, body.merged_into)
    devices.change(user_id, device_id, changes)
    if devices.count_changed(user_id) > settings.max_devices:
        raise Problem(
            422, "too-many-devices", f"More than {settings.max_devices} devices are changed."
        )
    return _device(_find(user_id, device_id), settings)


def _find(user_id: UUID, device_id: UUID) -> Row:
    found = devices.find(user_id, device_id)
    if found is None:
        raise not_found()
    return found


def _check_merge(user_id: UUID, device_id: UUID, into: UUID) -> None:
    if devices.find(user_id, into) is None:
        raise invalid("merged_into", "Not a device of yours")
    merged, end = devices.merged(user_id), into
    while end != device_id:
        if end not in merged:
            return
        end = merged[end]
    raise invalid("merged_into", "This device itself, or one that is merged into it")


def _device(row: Row, settings: Settings) -> Device:
    silent_after = timedelta(seconds=settings.device_silent_s)
    is_silent = row.used_at and datetime.now(UTC) - row.used_at > silent_after
    return Device(*row[:7], silent_since=row.used_at if is_silent else None)
