"""The caller's rules of what things are: tried in order, the first that matches decides.

A set is looked at as a whole whenever it changes, so that no two of its rules contradict each
other; what cannot stand changes nothing.
"""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from models import category_rules, rebuilds
from models.category_rules import RuleRow
from models.uuid7 import uuid7
from pipeline.settings import Settings
from pipeline.steps import categories, patterns
from pipeline.steps.categories import Field, contradiction
from pipeline.steps.patterns import BadPattern
from web.callers import Caller
from web.context import Context
from web.problems import invalid, not_found
from web.routes import READ, READS, WRITE, WRITES, route
from web.write import Write

Pattern = Annotated[str, Meta(min_length=1, max_length=1000, description="RE2, matches anywhere")]
Category = Annotated[
    str,
    Meta(
        pattern=r"^[^/\x00-\x1f\x7f]+(/[^/\x00-\x1f\x7f]+)*$",
        max_length=100,
        description="A path: work/coding",
    ),
]
Productivity = Annotated[int, Meta(ge=-2, le=2)]
Order = Annotated[int, Meta(ge=1, le=32_767, description="From 1; beyond the end: the last")]


class NewRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the field matches the pattern, the category is this one."""

    field: Field
    pattern: Pattern
    category: Category
    productivity: Productivity = 0


class PlacedRule(NewRule, frozen=True, forbid_unknown_fields=True):
    """A rule and where to put it; the end, if that is left out."""

    order: Order | UnsetType = UNSET


class RuleChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to change of a rule."""

    order: Order | UnsetType = UNSET
    field: Field | UnsetType = UNSET
    pattern: Pattern | UnsetType = UNSET
    category: Category | UnsetType = UNSET
    productivity: Productivity | UnsetType = UNSET


class RuleSet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All rules, in order."""

    items: list[NewRule]


class Rule(msgspec.Struct, frozen=True):
    """A rule and its place."""

    order: int
    id: UUID
    field: Field
    pattern: str
    category: str
    productivity: int


class Rules(msgspec.Struct, frozen=True):
    """All rules, in order."""

    items: list[Rule]
    next_cursor: str | None = None


@route(
    "GET",
    "/category-rules",
    summary="The rules that categorise, in order",
    tags=("category rules",),
    access=READ,
    limit=READS,
)
async def get_rules(context: Context, caller: Caller) -> Rules:
    """Read them."""
    return _shown(await context.database.run(category_rules.of_user, caller.user_id))


@route(
    "POST",
    "/category-rules",
    summary="Add a rule: the days are derived anew",
    tags=("category rules",),
    access=WRITE,
    limit=WRITES,
    status=201,
)
async def post_rule(context: Context, caller: Caller, body: PlacedRule, write: Write) -> Rule:
    """Put it in its place."""
    return await write(_add, caller.user_id, body, context.settings)


@route(
    "PUT",
    "/category-rules",
    summary="Replace all rules: the days are derived anew",
    tags=("category rules",),
    access=WRITE,
    limit=WRITES,
)
async def put_rules(context: Context, caller: Caller, body: RuleSet, write: Write) -> Rules:
    """Replace the whole ordered set; a rule that stays keeps its id."""
    return await write(_replace, caller.user_id, body, context.settings)


@route(
    "PATCH",
    "/category-rules/{id}",
    summary="Change or move a rule: the days are derived anew",
    tags=("category rules",),
    access=WRITE,
    limit=WRITES,
)
async def patch_rule(
    id: UUID, context: Context, caller: Caller, body: RuleChange, write: Write
) -> Rule:
    """Change it where it stands, or in its new place."""
    return await write(_change, caller.user_id, id, body, context.settings)


@route(
    "DELETE",
    "/category-rules/{id}",
    summary="Delete a rule: the days are derived anew",
    tags=("category rules",),
    access=WRITE,
    limit=WRITES,
)
async def delete_rule(id: UUID, caller: Caller, write: Write) -> None:
    """Delete it; those behind it move up."""
    await write(_delete, caller.user_id, id)


def check(rules: Sequence[NewRule], path: str, settings: Settings) -> None:
    """Raise `Problem` for a set that is too large, contradicts itself or does not compile."""
    if len(rules) > settings.max_category_rules:
        raise invalid(path, f"More than {settings.max_category_rules} rules")
    for index, rule in enumerate(rules):
        _check_pattern(rule.pattern, f"{path}[{index}].pattern")
    if wrong := contradiction(map(as_step, rules)):
        raise invalid(f"{path}[{wrong.place}].{wrong.path}", wrong.message)


def as_step(rule: NewRule) -> categories.Rule:
    """The rule as the steps take it."""
    return categories.Rule(rule.field, rule.pattern, rule.category, rule.productivity)


def _add(user_id: UUID, body: PlacedRule, settings: Settings) -> Rule:
    _check_pattern(body.pattern, "pattern")
    rules = _locked(user_id)
    new = RuleRow(uuid7(), body.field, body.pattern, body.category, body.productivity)
    rules.insert(len(rules) if body.order is UNSET else body.order - 1, new)
    return _kept(user_id, rules, new, settings)


def _replace(user_id: UUID, body: RuleSet, settings: Settings) -> Rules:
    check(body.items, "items", settings)
    ids = {(rule.field, rule.pattern): rule.id for rule in _locked(user_id)}
    rules = [
        RuleRow(ids.get((rule.field, rule.pattern)) or uuid7(), *as_step(rule))
        for rule in body.items
    ]
    category_rules.replace(user_id, rules)
    return _shown(rules)


def _change(user_id: UUID, rule_id: UUID, body: RuleChange, settings: Settings) -> Rule:
    if body.pattern is not UNSET:
        _check_pattern(body.pattern, "pattern")
    given = msgspec.structs.asdict(body)
    order = given.pop("order")
    rules = _locked(user_id)
    place = _place(rules, rule_id)
    rule = rules.pop(place)._replace(**{n: v for n, v in given.items() if v is not UNSET})
    rules.insert(place if order is UNSET else order - 1, rule)
    return _kept(user_id, rules, rule, settings)


def _delete(user_id: UUID, rule_id: UUID) -> None:
    rules = _locked(user_id)
    del rules[_place(rules, rule_id)]
    category_rules.replace(user_id, rules)


def _locked(user_id: UUID) -> list[RuleRow]:
    # First the user's lock, then whatever decides or writes: stages wait for it too.
    rebuilds.request(user_id, "category rules")
    return category_rules.of_user(user_id)


def _place(rules: Sequence[RuleRow], rule_id: UUID) -> int:
    for place, rule in enumerate(rules):
        if rule.id == rule_id:
            return place
    raise not_found()


def _kept(user_id: UUID, rules: list[RuleRow], one: RuleRow, settings: Settings) -> Rule:
    if len(rules) > settings.max_category_rules:
        raise invalid("", f"More than {settings.max_category_rules} rules")
    if wrong := contradiction(categories.Rule(*rule[1:]) for rule in rules):
        raise invalid(wrong.path, wrong.message)
    category_rules.replace(user_id, rules)
    return _shown(rules).items[rules.index(one)]


def _check_pattern(pattern: str, path: str) -> None:
    try:
        patterns.compiled(pattern)
    except BadPattern as error:
        raise invalid(path, f"Not a pattern of RE2: {error}") from None


def _shown(rules: Sequence[RuleRow]) -> Rules:
    return Rules([Rule(order, *rule) for order, rule in enumerate(rules, 1)])
