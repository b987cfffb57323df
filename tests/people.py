"""Events and parameters of imagined people, also any at all (for hypothesis).

Any events are crowded, so that they meet, tie, overlap and straddle the bounds of days.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

import msgspec
from hypothesis import strategies as st

from pipeline.events import MAX_DURATION_US, MAX_PULSE_US, UsageEvent
from pipeline.steps.categories import FIELDS, Rule, compiled
from pipeline.steps.days import DAY_US, HOUR_US, SECOND_US, Period
from pipeline.steps.identity import content_hash
from pipeline.steps.sessionize import Usage, usage_of
from pipeline.steps.terms import Terms, merged

PERSON = UUID("0199a000-0000-7000-8000-000000000001")
MINUTE_US = 60 * SECOND_US


def instant(text: str) -> int:
    """An ISO date and time, UTC unless it says otherwise, as microseconds."""
    moment = datetime.fromisoformat(text)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return round(moment.timestamp()) * SECOND_US + moment.microsecond


def usage_event(
    time: int,
    *,
    duration: int | None = None,
    id: str = "",
    source: str = "api",
    device: str = "laptop",
    entity: str = "main.py",
    category: str = "coding",
    project: str = "timeflow",
    user: UUID = PERSON,
    pulse: int = 0,
    is_presence: bool = False,
) -> UsageEvent:
    """An event as it stands on the stream: a heartbeat or, with a duration, an interval."""
    lasting = "usage.presence" if is_presence else "usage.interval"
    event = UsageEvent(
        user=user,
        source=source,
        id=id or f"{device}-{time}",
        hash="",
        type="usage.heartbeat" if duration is None else lasting,  # type: ignore[arg-type]
        time=time,
        received=time,
        duration=duration or 0,
        device=device,
        entity=entity,
        category=category,
        project=project,
        pulse=0 if duration is None else pulse,
    )
    return msgspec.structs.replace(event, hash=content_hash(event))


def usages(events: Iterable[UsageEvent]) -> list[Usage]:
    """The events as the steps take them."""
    return [usage_of(event) for event in events]


class Choices(NamedTuple):
    """What a person chose; names merged into others may be merged themselves."""

    merged_into: Mapping[str, str] = {}
    priorities: Mapping[str, int] = {}
    rules: Sequence[Rule] = ()

    def terms(self) -> Terms:
        """As the steps take it."""
        return Terms(merged(self.merged_into.items()), self.priorities, compiled(tuple(self.rules)))


NO_CHOICES = Choices()

DEVICES = ("laptop", "phone", "tablet")

#: Zones whose clocks and bounds differ as much as they can, with a day around a change of each.
ZONES = {
    "UTC": "2026-03-29",
    "Europe/Berlin": "2026-03-29",
    "Europe/London": "2026-10-25",
    "America/Sao_Paulo": "2018-11-04",
    "Africa/Cairo": "2026-04-24",
    "Australia/Lord_Howe": "2026-04-05",
    "Pacific/Apia": "2011-12-30",
    "Asia/Kathmandu": "2026-03-29",
    "America/St_Johns": "2010-11-07",
}


@st.composite
def lives(draw: st.DrawFn) -> tuple[tuple[Period, ...], list[UsageEvent]]:
    """A person's parameters and events within two days around a change of the clocks."""
    zone, day = draw(st.sampled_from(sorted(ZONES.items())))
    begin = instant(day) - 12 * HOUR_US
    minutes = st.integers(0, 47 * 60)
    moments = st.one_of(minutes, minutes.map(lambda m: m // 240 * 240 + m % 13)).flatmap(
        lambda minute: st.sampled_from((0, 1, 30 * SECOND_US, 999_999)).map(
            lambda rest: begin + minute * MINUTE_US + rest
        )
    )
    durations = st.sampled_from((0, 1, 7 * MINUTE_US, 95 * MINUTE_US, DAY_US // 2, MAX_DURATION_US))
    events = st.builds(
        usage_event,
        moments,
        duration=st.one_of(st.none(), st.none(), st.none(), durations),
        id=st.one_of(st.just(""), st.sampled_from("abc")),
        source=st.sampled_from(("api", "wakatime")),
        device=st.sampled_from(DEVICES),
        entity=st.sampled_from(("main.py", "mail")),
        category=st.sampled_from(("coding", "browsing", "")),
        project=st.sampled_from(("timeflow", "")),
    )
    seen = st.builds(
        usage_event,
        moments,
        duration=st.one_of(st.just(0), st.just(0), durations),
        source=st.sampled_from(("watcher", "other")),
        device=st.sampled_from(("laptop", "phone")),
        entity=st.sampled_from(("main.py", "afk")),
        category=st.sampled_from(("coding", "browsing")),
        pulse=st.sampled_from((0, 1, 90 * SECOND_US, MAX_PULSE_US)),
        is_presence=st.sampled_from((False, False, False, True)),
    )
    of_any_kind = st.one_of(events, seen)
    return draw(periods(zone, begin)), draw(st.lists(of_any_kind, min_size=1, max_size=40))


@st.composite
def periods(draw: st.DrawFn, zone: str, begin: int) -> tuple[Period, ...]:
    """The zone first, perhaps a journey or two later."""
    day_start_min = draw(st.sampled_from((0, 1, 37, 240, 1439)))
    timeout_us = draw(st.sampled_from((SECOND_US, 600 * SECOND_US, 3600 * SECOND_US)))
    journeys = draw(
        st.lists(
            st.tuples(st.integers(0, 47 * 60), st.sampled_from(sorted(ZONES))),
            max_size=2,
            unique_by=lambda journey: journey[0],
        )
    )
    first = Period(zone=zone, day_start_min=day_start_min, timeout_us=timeout_us)
    return (
        first,
        *(
            Period(begin + minute * MINUTE_US, to, day_start_min, timeout_us)
            for minute, to in sorted(journeys)
        ),
    )


@st.composite
def choices(draw: st.DrawFn) -> Choices:
    """Some of the devices merged, in chains perhaps, some before others; perhaps some rules."""
    first, *others = draw(st.permutations(DEVICES))
    before, merged_into = [first], {}
    for name in others:
        if whole := draw(st.sampled_from((None, *before))):
            merged_into[name] = whole
        before.append(name)
    ranks = {name: draw(st.sampled_from((0, 0, -1, 3))) for name in DEVICES}
    rules = st.builds(
        Rule,
        st.sampled_from(FIELDS),
        st.sampled_from(("^main", "p", "^(phone|tablet)$", "mail|browsing", "^$")),
        st.sampled_from(("coding", "leisure", "work/mail")),
        st.just(0),
    )
    return Choices(
        merged_into,
        {name: rank for name, rank in ranks.items() if rank},
        draw(st.lists(rules, max_size=3)),
    )
