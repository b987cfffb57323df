"""Erasing oneself: asked for with the password, proved to whoever has the secret."""

import hmac
import secrets
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
import structlog
from aiohttp import web
from msgspec import Meta

from models import erasures
from models.erasures import Erasure
from models.people import LastOperator
from pipeline.erasures import user_hash
from web.audited import Audit
from web.callers import Caller
from web.context import Context
from web.credentials import key_hash
from web.my_password import CurrentPassword, proved
from web.problems import Problem, not_found
from web.routes import ACCOUNT, OPENS, OPS, PROOFS, PUBLIC, READS, route
from web.totp import Code, use_second_factor

_log = structlog.get_logger(__name__)


class Farewell(msgspec.Struct, forbid_unknown_fields=True):
    """What proves the caller, so that a stolen token is not enough; `code` if there is one."""

    current_password: CurrentPassword
    code: Code = ""


class Progress(msgspec.Struct, frozen=True):
    """`blocked_by` is what it waits for; `proof` what is gone: rows by table, entries by stream."""

    id: UUID
    state: str
    requested_at: datetime
    not_before: datetime
    updated_at: datetime
    done_at: datetime | None
    blocked_by: str
    proof: dict[str, Any]


class Begun(msgspec.Struct, frozen=True):
    """With the secret, shown only now, `GET /erasures/{id}` shows how far it is."""

    secret: str
    erasure: Progress


class Secret(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """As the answer to `DELETE /me` gave it."""

    secret: Annotated[str, Meta(max_length=200)]


class Paging(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The newest first."""

    cursor: UUID | None = None
    limit: Annotated[int, Meta(ge=1, le=500)] = 50


class ErasurePage(msgspec.Struct, frozen=True):
    """A page of erasures."""

    items: list[Progress]
    next_cursor: UUID | None


@route(
    "DELETE",
    "/me",
    summary="Erase the caller and everything of theirs, for good",
    tags=("privacy",),
    access=ACCOUNT,
    limit=PROOFS,
    status=202,
    errors=(409,),
)
async def delete_me(
    context: Context, caller: Caller, body: Farewell, request: web.Request, audit: Audit
) -> Begun:
    """Mark the person erased: from the answer on nobody logs in as them."""
    await proved(context, caller, body.current_password, request)
    await use_second_factor(context, caller, body.code, request)
    secret = secrets.token_urlsafe(32)
    settings = context.settings
    try:
        begun = await context.database.run(
            erasures.mark,
            caller.user_id,
            user_hash(settings.pepper, caller.user_id),
            key_hash(secret),
            settings.erasure_wait_s,
        )
    except LastOperator:
        raise Problem(
            409, "last-operator", "Others live here: give one of them the role operator first."
        ) from None
    if begun is None:
        raise Problem(409, "erased-already", "You are being erased.")
    await context.database.run(audit, "erasure.begun", str(begun.id))
    await context.revocations.try_to_look()
    _log.info("erasure begun", erasure=str(begun.id))
    return Begun(secret, _shown(begun))


@route(
    "GET",
    "/erasures/{id}",
    summary="How far an erasure is, for who has its secret",
    tags=("privacy",),
    access=PUBLIC,
    limit=OPENS,
)
async def get_erasure(id: UUID, context: Context, query: Secret) -> Progress:
    """Show it; a wrong secret shows nothing."""
    kept = await context.database.run(erasures.secret_hash, id)
    if not hmac.compare_digest(kept or b"", key_hash(query.secret)):
        raise not_found()
    found = await context.database.run(erasures.get, id)
    if found is None:
        raise not_found()
    return _shown(found)


@route(
    "GET",
    "/ops/erasures",
    summary="Erasures, how far they are and what blocks them",
    tags=("ops",),
    access=OPS,
    limit=READS,
)
async def get_erasures(context: Context, query: Paging) -> ErasurePage:
    """A page; nobody's id is in it."""
    found = await context.database.run(erasures.page, query.cursor, query.limit + 1)
    items = [_shown(each) for each in found[: query.limit]]
    return ErasurePage(items, items[-1].id if len(found) > query.limit else None)


def _shown(erasure: Erasure) -> Progress:
    return Progress(*erasure)
