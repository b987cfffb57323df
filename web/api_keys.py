"""The caller's API keys: made once, shown once, ended within a second."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID, uuid4

import msgspec
from msgspec import Meta

from models import api_keys
from models.api_keys import ApiKey
from models.database import database
from web.audited import Audit
from web.callers import Caller
from web.context import Context
from web.credentials import key_hash
from web.fields import Instant, check_instant
from web.problems import Problem, invalid, not_found
from web.routes import ACCOUNT, OPS, READS, WRITES, Scope, route
from web.write import Write

_SHOWN = 8


class NewKey(msgspec.Struct, forbid_unknown_fields=True):
    """What a key is called and what it may do.

    All that is posted with a key bound to a `device` is of that device, whatever the events say.
    """

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    scopes: Annotated[set[Scope], Meta(min_length=1)]
    device: Annotated[str, Meta(min_length=1, max_length=1000)] | None = None
    expires_at: Instant | None = None


class Key(msgspec.Struct, frozen=True):
    """A key as its owner sees it later; `prefix` is how it begins."""

    id: UUID
    name: str
    prefix: str
    scopes: list[str]
    device: str | None
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class MadeKey(msgspec.Struct, frozen=True, omit_defaults=True):
    """A new key; `key` is never shown again."""

    id: UUID
    name: str
    scopes: list[str]
    key: str
    device: str | None = None
    expires_at: datetime | None = None


class Keys(msgspec.Struct, frozen=True):
    """The live keys, oldest first."""

    items: list[Key]
    next_cursor: str | None = None


@route(
    "POST",
    "/me/api-keys",
    summary="Make an API key; it is shown only now",
    tags=("me",),
    access=ACCOUNT,
    limit=WRITES,
    status=201,
)
async def post_api_key(context: Context, caller: Caller, body: NewKey, audit: Audit) -> MadeKey:
    """Keep the hash of a random key."""
    if OPS.scope in body.scopes and OPS.role not in caller.roles:
        raise Problem(403, "forbidden", "Only an operator may give the scope ops.")
    check_instant("expires_at", body.expires_at)
    if body.expires_at and body.expires_at <= datetime.now(UTC):
        raise invalid("expires_at", "Not in the future")
    key = str(uuid4())
    made = await context.database.run(
        _make, caller.user_id, body, key, context.settings.max_devices, audit
    )
    return MadeKey(made.id, made.name, made.scopes, key, made.device, made.expires_at)


@route(
    "GET",
    "/me/api-keys",
    summary="The caller's API keys",
    tags=("me",),
    access=ACCOUNT,
    limit=READS,
)
async def get_api_keys(context: Context, caller: Caller) -> Keys:
    """List them without the keys themselves."""
    found = await context.database.run(api_keys.of_user, caller.user_id)
    return Keys([Key(*key) for key in found])


@route(
    "DELETE",
    "/me/api-keys/{id}",
    summary="End an API key everywhere within a second",
    tags=("me",),
    access=ACCOUNT,
    limit=WRITES,
)
async def delete_api_key(id: UUID, caller: Caller, write: Write, audit: Audit) -> None:
    """End it; another person's key is not there."""
    await write(_revoke, caller.user_id, id, audit)


def _make(user_id: UUID, new: NewKey, key: str, max_devices: int, audit: Audit) -> ApiKey:
    if new.device and api_keys.count_devices(user_id, besides=new.device) >= max_devices:
        raise invalid("device", f"You have {max_devices} other devices")
    scopes = sorted(new.scopes)
    with database.atomic():
        made = api_keys.make(
            user_id, new.name, key[:_SHOWN], key_hash(key), scopes, new.device, new.expires_at
        )
        audit("key.made", str(made.id), after={"scopes": scopes})
    return made


def _revoke(user_id: UUID, key_id: UUID, audit: Audit) -> None:
    if not api_keys.revoke(user_id, key_id):
        raise not_found()
    audit("key.ended", str(key_id))
