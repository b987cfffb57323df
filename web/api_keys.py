"""The caller's API keys: made once, shown once, ended within a second."""

from datetime import datetime
from typing import Annotated
from uuid import UUID, uuid4

import msgspec
from msgspec import Meta

from models import api_keys
from web.callers import Caller
from web.context import Context
from web.credentials import key_hash
from web.problems import Problem, not_found
from web.routes import ACCOUNT, OPS, READS, WRITES, Scope, route
from web.write import Write

_SHOWN = 8


class NewKey(msgspec.Struct, forbid_unknown_fields=True):
    """What a key is called and what it may do."""

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    scopes: Annotated[set[Scope], Meta(min_length=1)]


class Key(msgspec.Struct, frozen=True):
    """A key as its owner sees it later; `prefix` is how it begins."""

    id: UUID
    name: str
    prefix: str
    scopes: list[str]
    created_at: datetime
    last_used_at: datetime | None


class MadeKey(msgspec.Struct, frozen=True):
    """A new key; `key` is never shown again."""

    id: UUID
    name: str
    scopes: list[str]
    key: str


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
async def post_api_key(context: Context, caller: Caller, body: NewKey) -> MadeKey:
    """Keep the hash of a random key."""
    if OPS.scope in body.scopes and OPS.role not in caller.roles:
        raise Problem(403, "forbidden", "Only an operator may give the scope ops.")
    key, scopes = str(uuid4()), sorted(body.scopes)
    made = await context.database.run(
        api_keys.make, caller.user_id, body.name, key[:_SHOWN], key_hash(key), scopes
    )
    return MadeKey(made.id, made.name, made.scopes, key)


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
async def delete_api_key(id: UUID, caller: Caller, write: Write) -> None:
    """End it; another person's key is not there."""
    await write(_revoke, caller.user_id, id)


def _revoke(user_id: UUID, key_id: UUID) -> None:
    if not api_keys.revoke(user_id, key_id):
        raise not_found()
