"""The dialect of ActivityWatch's clients: settings they keep here, whose meaning is their own."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

from models import client_settings
from web.aw_buckets import PATH, TAGS
from web.callers import Caller
from web.context import Context
from web.problems import Problem, not_found, reading
from web.routes import READ, READS, WRITE, WRITES, route
from web.unstorable import MOST_LEVELS, is_too_deep, nul_path

#: Settings one person may have.
_MOST = 1000

Key = Annotated[str, Meta(min_length=1, max_length=200)]


@route(
    "GET",
    f"{PATH}/settings",
    summary="All settings of one's own clients",
    tags=TAGS,
    access=READ,
    limit=READS,
)
async def get_settings(context: Context, caller: Caller) -> dict[str, Any]:
    """Read them."""
    found = await context.database.run(client_settings.of_user, caller.user_id)
    return {key: msgspec.Raw(value.encode()) for key, value in found.items()}


@route(
    "GET",
    f"{PATH}/settings/{{key}}",
    summary="A setting of one's own clients",
    tags=TAGS,
    access=READ,
    limit=READS,
)
async def get_setting(context: Context, caller: Caller, key: Key) -> Any:
    """Read it."""
    found = await context.database.run(client_settings.find, caller.user_id, key)
    if found is None:
        raise not_found()
    return msgspec.Raw(found.encode())


@route(
    "POST",
    f"{PATH}/settings/{{key}}",
    summary="Set a setting of one's own clients",
    tags=TAGS,
    access=WRITE,
    limit=WRITES,
    accepts=Any,
)
async def post_setting(context: Context, caller: Caller, key: Key, body: bytes) -> Any:
    """Keep it as it is."""
    most = context.settings.max_event_data_bytes
    if len(body) > most:
        raise Problem(413, "too-large", f"A setting has at most {most} bytes.")
    with reading():
        body.decode()
        value = msgspec.json.decode(body)
        nul_at = nul_path(body)
    if nul_at is not None:
        raise Problem(422, "invalid", "Holds the character NUL.")
    if is_too_deep(body):
        raise Problem(422, "invalid", f"Nested deeper than {MOST_LEVELS} levels.")
    kept = msgspec.json.encode(value)
    await context.database.run(_keep, caller.user_id, key, kept.decode())
    return msgspec.Raw(kept)


def _keep(user_id: UUID, key: str, value: str) -> None:
    if not client_settings.keep(user_id, key, value, _MOST):
        raise Problem(422, "too-many", f"There are {_MOST} settings already.")
