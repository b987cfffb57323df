"""Rules that say what things are: the first that matches gives the category, or the raw one stays.

They look at what an event says, and at its device as it is counted. Only an entity, a project, a
device and a category decide, so equal things need one look.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple, get_args

from pipeline.steps import patterns
from pipeline.steps.hours import sums
from pipeline.steps.overlap import Thing

Field = Literal["entity", "project", "device", "category"]
FIELDS: tuple[Field, ...] = get_args(Field)

#: Things whose category one set of rules remembers.
_REMEMBERED = 4096


class Rule(NamedTuple):
    """Where the field matches the RE2 pattern anywhere, the category is this path."""

    field: Field
    pattern: str
    category: str
    productivity: int = 0


class Contradiction(NamedTuple):
    """The rule at this place, from 0, cannot stand with one before it: which field, and why."""

    place: int
    path: str
    message: str


class Categories:
    """A set of rules, compiled. Raises `patterns.BadPattern`."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = [
            (FIELDS.index(rule.field), patterns.compiled(rule.pattern), rule.category)
            for rule in rules
        ]
        self.of = lru_cache(_REMEMBERED)(self._of)

    def _of(self, entity: str, project: str, device: str, category: str) -> str:
        texts = (entity, project, device, category)
        for field, pattern, found in self._rules:
            if pattern.search(texts[field]):
                return found
        return category


@lru_cache(256)
def compiled(rules: tuple[Rule, ...]) -> Categories | None:
    """The rules, compiled once; none: no rules."""
    return Categories(rules) if rules else None


def contradiction(rules: Iterable[Rule]) -> Contradiction | None:
    """The first rule that says otherwise than one before, or says what one before says already."""
    categories: dict[tuple[Field, str], str] = {}
    productivity: dict[str, int] = {}
    for place, rule in enumerate(rules):
        known = categories.get((rule.field, rule.pattern))
        if known is not None:
            is_same = known == rule.category
            message = "is the same" if is_same else f"gives all it matches the category {known!r}"
            return Contradiction(place, "pattern", f"Can never match: a rule before {message}")
        categories[rule.field, rule.pattern] = rule.category
        if productivity.setdefault(rule.category, rule.productivity) != rule.productivity:
            message = "A rule before gives this category another productivity"
            return Contradiction(place, "productivity", message)
    return None


class Coverage(NamedTuple):
    """How much time has a category at all, and how much each has; '' is none."""

    categorised_us: int
    by_category: dict[str, int]


def cover(times: Mapping[Thing, int], categories: Categories | None) -> Coverage:
    """The coverage of times by things as events name them."""
    found = sums((categorise(thing, categories), time) for thing, time in times.items())
    return Coverage(sum(time for category, time in found.items() if category), found)


def categorise(thing: Thing, categories: Categories | None) -> str:
    """The category of a thing as events name it."""
    if categories is None:
        return thing.category
    return categories.of(thing.entity, thing.project, thing.device, thing.category)
