"""The segments that rules put a person in, from the first day on, and why.

A family holds segments of which a person is in one at most: what their last 28 days add up to
(`pattern`), and where they stand with TimeFlow in plain neutral words (`lifecycle`). Every rule is
a fixed threshold on features or days, so it can be told; the first that fits holds.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from pipeline.steps.day_types import DayType, shares
from pipeline.steps.features import Values, is_active
from pipeline.steps.user_day import UserDay

#: Raised whenever a rule changes what it means.
RULES = "rules@1"

#: Days without use after which a person is away, and a return is one.
AWAY_DAYS = 14
NEW_DAYS = 28
#: Active days among 28 that a pattern rests on at least.
LEAST_PATTERN_DAYS = 8
_WEEKS = 4
_STEADY_DAYS_A_WEEK = 2
_PATTERN_SHARE = 0.4


class Segment(NamedTuple):
    """A segment as it is documented; `subject` is what it holds: people, or their days."""

    slug: str
    subject: str
    family: str
    name: str
    definition: str


class Member(NamedTuple):
    """Which segment of a family a person is in; `score` 0 to 1 says how clearly."""

    slug: str
    score: float
    reason: str


def catalogue() -> list[Segment]:
    """Every segment that rules know."""
    return [
        *(Segment(f"day-{slug}", "user_day", "day_type", name, rule) for slug, name, rule in _DAYS),
        *(Segment(slug, "user", "lifecycle", name, rule) for slug, name, rule in _LIFECYCLE),
        *(Segment(slug, "user", "pattern", name, rule) for slug, name, rule in _PATTERNS),
    ]


def memberships(
    values: Values, days: Sequence[UserDay], types: Mapping[date, DayType], as_of: date
) -> dict[str, Member]:
    """By family the segment that a person is in; none where not enough is known.

    `days` are those of the last 90 in time order, `types` those of the last 28.
    """
    found = {"lifecycle": _lifecycle(values, days, as_of), "pattern": _pattern(types, as_of)}
    return {family: member for family, member in found.items() if member}


def _lifecycle(values: Values, days: Sequence[UserDay], as_of: date) -> Member | None:
    recency, tenure = values["recency_days"], values["tenure_days"]
    if recency is None or tenure is None:
        return None
    if recency >= AWAY_DAYS:
        return Member("away", 1.0, f"last used {recency:.0f} days ago")
    if tenure < NEW_DAYS:
        return Member("new", 1.0, f"first used {tenure:.0f} days ago")
    if gap := _ended_gap(days, as_of):
        return Member("back", 1.0, f"used again after {gap} days without")
    weeks = _active_days_by_week(days, as_of)
    full = sum(count >= _STEADY_DAYS_A_WEEK for count in weeks)
    slug = "steady" if full == _WEEKS else "irregular"
    words = f"{full} of the last {_WEEKS} weeks had {_STEADY_DAYS_A_WEEK} active days or more"
    return Member(slug, full / _WEEKS if slug == "steady" else 1 - full / _WEEKS, words)


def _ended_gap(days: Sequence[UserDay], as_of: date) -> int | None:
    """How long the pause was that ended within the last two weeks."""
    active = [day.date for day in days if is_active(day)]
    since = as_of - timedelta(days=AWAY_DAYS)
    gaps = [(later - earlier).days - 1 for earlier, later in pairwise(active) if later > since]
    longest = max(gaps, default=0)
    return longest if longest >= AWAY_DAYS else None


def _active_days_by_week(days: Sequence[UserDay], as_of: date) -> list[int]:
    """Of the last four times seven days, the latest first."""
    counts = [0] * _WEEKS
    for day in days:
        week = (as_of - day.date).days // 7
        if 0 <= week < _WEEKS and is_active(day):
            counts[week] += 1
    return counts


def _pattern(types: Mapping[date, DayType], as_of: date) -> Member | None:
    since = as_of - timedelta(days=28)
    recent = [one for day, one in types.items() if since < day <= as_of and one != "off"]
    if len(recent) < LEAST_PATTERN_DAYS:
        return None
    slug, share = max(_candidates(recent), key=lambda one: one[1], default=("mixed", 0.0))
    if share < _PATTERN_SHARE:
        top = max(shares(recent).values())
        return Member("mixed", 1 - top, f"no type has two fifths of {len(recent)} active days")
    count = round(share * len(recent))
    return Member(slug, share, f"{count} of {len(recent)} active days in 28 are of this type")


def _candidates(recent: Sequence[DayType]) -> Iterator[tuple[str, float]]:
    for one, share in shares(recent).items():
        if one != "off":
            yield f"mostly-{one}", share


_DAYS: tuple[tuple[DayType, str, str], ...] = (
    ("off", "Day off", "Less than ten minutes of use"),
    ("late", "Late day", "A quarter or more of the activity from 22:00 to 6:00"),
    ("meetings", "Day of meetings", "Two fifths or more of the activity in meetings"),
    ("deep", "Deep day", "Two hours and two fifths of the activity or more in deep work"),
    ("fragmented", "Fragmented day", "Twelve changes of category an hour or more, little focus"),
    ("short", "Short day", "Less than half of the person's usual use; under two hours at first"),
    ("regular", "Regular day", "None of the others"),
)

_LIFECYCLE = (
    ("new", "New", f"First used less than {NEW_DAYS} days ago"),
    ("steady", "Steady", "Each of the last four weeks had two active days or more"),
    ("irregular", "Irregular", "Used, but not in each of the last four weeks twice"),
    ("away", "Away", f"Not used for {AWAY_DAYS} days or more"),
    ("back", "Back", f"Used again within {AWAY_DAYS} days, after {AWAY_DAYS} days without"),
)

_PATTERNS = (
    *(
        (f"mostly-{slug}", f"Mostly {slug}", f"Two fifths of the active days in 28 are {name}")
        for slug, name in (
            ("late", "late days"),
            ("meetings", "days of meetings"),
            ("deep", "deep days"),
            ("fragmented", "fragmented days"),
            ("short", "short days"),
            ("regular", "regular days"),
        )
    ),
    ("mixed", "Mixed", "No type has two fifths of the active days in 28"),
)
