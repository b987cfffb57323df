"""The hours of a day, derived the most naive way: an oracle to compare the tables with.

Time is cut into slices of at most a minute, at every instant where anything begins or ends; each
slice goes to the event begun last, unless a device has priority over that event's, and its day is
read off the wall clock. The clocks are assumed
to differ from UTC by whole minutes, as all do since 1972, and journeys to end on a full minute.
"""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from pipeline.events import UsageEvent
from pipeline.steps.days import Period
from tests.people import NO_CHOICES, Choices

MINUTE, HOUR, EPOCH = 60_000_000, 3_600_000_000, datetime(1970, 1, 1, tzinfo=UTC)
Slices = list[tuple[int, int, list[UsageEvent]]]


def reference(
    events: Iterable[UsageEvent], periods: Sequence[Period], choices: Choices = NO_CHOICES
) -> dict[date, dict[str, Any]]:
    """What each day that an event touches adds up to; durations in microseconds."""
    kept = {(e.source, e.id): e for e in sorted(events, key=lambda e: e.hash, reverse=True)}
    chosen = [_as_chosen(event, choices) for event in kept.values()]
    order = sorted(chosen, key=lambda e: (e.time, e.device, e.source, e.id))
    spans = [(e, e.time, _end(e, order[n + 1 :], periods)) for n, e in enumerate(order)]
    spans = [(e, start, _pulse_end(e, end, spans)) for e, start, end in spans]
    away = [span for span in spans if span[0].type == "usage.presence" and span[0].entity == "afk"]
    minutes = range(order[0].time // HOUR * HOUR - 80 * HOUR, order[-1].time + 104 * HOUR, MINUTE)
    cuts = sorted({*minutes, *(at for _, *span in spans for at in span)})
    begun: dict[int, list[UsageEvent]] = {cut: [] for cut in cuts}
    for event, start, end in spans:
        for cut in cuts[bisect_left(cuts, start) : bisect_left(cuts, end)]:
            is_away = any(e.device == event.device and a <= cut < b for e, a, b in away)
            if event.type != "usage.presence" and not is_away:
                begun[cut].append(event)
                begun[cut].sort(key=lambda e: choices.priorities.get(e.device, 0))
    days: dict[date, Slices] = defaultdict(list)
    for (start, end), day in zip(pairwise(cuts), _days(cuts, periods), strict=False):
        days[day].append((start, end, begun[start]))
    rows = {day: _row(slices, order) for day, slices in days.items()}
    return {day: row for day, row in rows.items() if row["by_device"]}


def _as_chosen(event: UsageEvent, choices: Choices) -> UsageEvent:
    device = event.device
    while device in choices.merged_into:
        device = choices.merged_into[device]
    event = msgspec.structs.replace(event, device=device)
    for field, pattern, category, _ in choices.rules:
        if re.search(pattern, getattr(event, field)):
            return msgspec.structs.replace(event, category=category)
    return event


def _pulse_end(event: UsageEvent, end: int, spans: list[tuple[UsageEvent, int, int]]) -> int:
    if not event.pulse:
        return end
    place = [e for e, _, _ in spans].index(event)
    ends = [end]
    for number, (later, time, _) in enumerate(spans):
        if number <= place or not later.pulse:
            continue
        own = [(n, e, b) for n, (e, _, b) in enumerate(spans[:number]) if _lane(e) == _lane(later)]
        like = [(b, n) for n, e, b in own if _thing(e) == _thing(later)]
        others = [
            n for n, e, _ in own if _thing(e) != _thing(later) and n > place and e.time >= end
        ]
        if _lane(event) + _thing(event) == _lane(later) + _thing(later) and max(like)[1] == place:
            ends += [time] if time <= end + event.pulse and not others else []
    return max(ends)


def _lane(event: UsageEvent) -> tuple[str, ...]:
    return event.device, event.source


def _thing(event: UsageEvent) -> tuple[str, ...]:
    return event.entity, event.project


def _end(event: UsageEvent, later: list[UsageEvent], periods: Sequence[Period]) -> int:
    if event.type != "usage.heartbeat":
        return event.time + event.duration
    timeout = [p.timeout_us for p in periods if p.start <= event.time][-1]
    used = (e.time for e in later if e.device == event.device and e.type != "usage.presence")
    following = next(used, event.time)
    return following if following - event.time <= timeout else event.time


def _days(cuts: list[int], periods: Sequence[Period]) -> Iterator[date]:
    latest: dict[str, date] = defaultdict(lambda: date.min)
    for cut in cuts:
        for period in periods:  # A date once begun is not left again when clocks go back.
            wall = (EPOCH + timedelta(microseconds=cut)).astimezone(ZoneInfo(period.zone))
            day = (wall.replace(tzinfo=None) - timedelta(minutes=period.day_start_min)).date()
            latest[period.zone] = max(latest[period.zone], day)
        yield latest[[period.zone for period in periods if period.start <= cut][-1]]


def _row(slices: Slices, order: list[UsageEvent]) -> dict[str, Any]:
    used = [(start, end, events) for start, end, events in slices if events]
    starts = {start for start, _, _ in slices}
    counted = [event for event in order if event.type != "usage.presence"]
    instants = [event for event in counted if event.time in starts]
    seen = [*instants, *(event for _, _, events in used for event in events)]
    hours: list[list[int]] = []
    for (_, before, _), (start, end, events) in pairwise([(0, 0, []), *slices]):
        if start != before or start == hours[-1][0] + HOUR:
            hours.append([start, 0])
        hours[-1][1] += end - start if events else 0
    times = [e.time for e in instants] + [at for start, end, _ in used for at in (start, end)]

    def spent(name: str, winner_only: slice) -> dict[str, int]:
        totals = {getattr(event, name): 0 for event in seen}
        for start, end, events in used:
            for key in {getattr(event, name) for event in events[winner_only]}:
                totals[key] += end - start
        return totals

    def counted_by(name: str) -> dict[str, int]:
        of_each = Counter(getattr(event, name) for event in instants)
        return {getattr(event, name): of_each[getattr(event, name)] for event in seen}

    return {
        "length_us": sum(end - start for start, end, _ in slices),
        "active_us": sum(end - start for start, end, _ in used),
        "focus_us": _focus(used),
        "events": len(instants),
        "first": min(times, default=0),
        "last": max(times, default=0),
        "by_hour": hours,
        "by_category": spent("category", slice(-1, None)),
        "by_project": spent("project", slice(-1, None)),
        "by_device": spent("device", slice(None)),
        "events_by_category": counted_by("category"),
        "events_by_project": counted_by("project"),
        "events_by_device": counted_by("device"),
    }


def _focus(used: Slices) -> int:
    sessions: dict[str, list[list[int]]] = defaultdict(list)
    for start, end, events in used:
        own = sessions[events[-1].category]
        if not own or start - own[-1][1] > 2 * MINUTE:
            own.append([0, end])
        own[-1] = [own[-1][0] + end - start, end]
    return sum(length for own in sessions.values() for length, _ in own if length >= 25 * MINUTE)
