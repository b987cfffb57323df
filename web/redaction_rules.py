"""What of one's events is never kept: rules that hold before anything is stored."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from models import redaction_rules, redaction_runs
from models.redaction_rules import RedactionRule
from pipeline.settings import Settings
from pipeline.steps.patterns import BadPattern, compiled
from pipeline.steps.redaction import Action
from web.callers import Caller
from web.context import Context
from web.problems import Problem, invalid, not_found
from web.routes import READ, READS, WRITE, WRITES, route
from web.write import Write


class NewRule(msgspec.Struct, forbid_unknown_fields=True):
    """Where the pattern (RE2) occurs in the field's value, the action applies to all of it.

    `field` is `entity`, `project`, `category` or `device`, or the name of one in `data`.
    """

    field: Annotated[str, Meta(min_length=1, max_length=200)]
    pattern: Annotated[str, Meta(max_length=1000)]
    action: Action


class ShownRule(msgspec.Struct, frozen=True):
    """A rule that holds."""

    id: UUID
    field: str
    pattern: str
    action: str
    created_at: datetime


class Run(msgspec.Struct, frozen=True):
    """How far a run over history came: events looked at, and how many of them changed."""

    id: UUID
    requested_at: datetime
    looked_at: int
    changed: int
    done_at: datetime | None


class Rules(msgspec.Struct, frozen=True):
    """In the order in which they apply; `run` is how far the last run over history came."""

    items: list[ShownRule]
    run: Run | None
    next_cursor: str | None = None


@route(
    "GET",
    "/redaction-rules",
    summary="The caller's redaction rules",
    tags=("privacy",),
    access=READ,
    limit=READS,
)
async def get_redaction_rules(context: Context, caller: Caller) -> Rules:
    """List them."""
    return await context.database.run(_rules, caller.user_id)


@route(
    "POST",
    "/redaction-rules",
    summary="Drop, hash or shorten a field of new events before they are stored",
    tags=("privacy",),
    access=WRITE,
    limit=WRITES,
    status=201,
    errors=(409,),
)
async def post_redaction_rule(
    context: Context, caller: Caller, body: NewRule, write: Write
) -> ShownRule:
    """Add it; other processes hold it within a second."""
    try:
        compiled(body.pattern)
    except BadPattern as error:
        raise invalid("pattern", str(error)) from error
    added = await write(_add, caller.user_id, body, context.settings.max_redaction_rules)
    await context.redactions.try_to_look()
    return added


@route(
    "DELETE",
    "/redaction-rules/{id}",
    summary="End a redaction rule; what it redacted stays so",
    tags=("privacy",),
    access=WRITE,
    limit=WRITES,
)
async def delete_redaction_rule(id: UUID, context: Context, caller: Caller, write: Write) -> None:
    """End it; another person's rule is not there."""
    await write(_remove, caller.user_id, id)
    await context.redactions.try_to_look()


@route(
    "POST",
    "/redaction-rules/apply",
    summary="Apply the rules to all events that are kept: the days are derived anew",
    tags=("privacy",),
    access=WRITE,
    limit=WRITES,
    status=202,
)
async def post_redaction_run(context: Context, caller: Caller, write: Write) -> Run:
    """Queue the run; it begins once every process holds the rules and the stream has come there."""
    return await write(_request, caller.user_id, _until_all_know_s(context.settings))


def _until_all_know_s(settings: Settings) -> float:
    """A process that has not looked for so long takes nothing; what it took is appended by then."""
    return settings.revocation_stale_s + settings.intake_deadline_s


def _rules(user_id: UUID) -> Rules:
    rules, last = redaction_rules.of_user(user_id), redaction_runs.last(user_id)
    return Rules([_shown(rule) for rule in rules], Run(*last) if last else None)


def _request(user_id: UUID, wait_s: float) -> Run:
    return Run(*redaction_runs.request(user_id, wait_s))


def _add(user_id: UUID, new: NewRule, most: int) -> ShownRule:
    added = redaction_rules.add(user_id, new.field, new.pattern, new.action, most)
    if added is None:
        raise Problem(409, "too-many-rules", f"There may be {most} rules; end one first.")
    return _shown(added)


def _remove(user_id: UUID, rule_id: UUID) -> None:
    if not redaction_rules.remove(user_id, rule_id):
        raise not_found()


def _shown(rule: RedactionRule) -> ShownRule:
    return ShownRule(*rule)
