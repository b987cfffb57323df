"""The functions of ActivityWatch's query language over lists of events.

They are pure and leave what they are given as it was. Instants are microseconds since 1970.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import msgspec

from web.aw_classes import categorize, tag
from web.aw_query_events import Events, QueryEvent, check_effort, pattern

_SECOND_US = 1_000_000

_encode = msgspec.json.Encoder(order="sorted").encode


def flood(events: Events, pulsetime: float = 5) -> list[QueryEvent]:
    """Close small gaps: to one event where both are alike, to the middle where they differ."""
    pulse = round(pulsetime * _SECOND_US)
    flooded: list[QueryEvent] = []
    for each in sorted(events, key=lambda one: (one.start, one.end)):
        event, last = each, flooded[-1] if flooded else None
        gap = event.start - last.end if last else pulse + 1
        if last and last.data == event.data and gap <= pulse:
            flooded[-1] = last._replace(end=max(last.end, event.end))
            continue
        if last and gap < 0:
            # Two things at once: the later one counts.
            flooded[-1] = last._replace(end=event.start)
        elif last and gap <= pulse:
            middle = last.end + gap // 2
            flooded[-1], event = last._replace(end=middle), event._replace(start=middle)
        flooded.append(event)
    return [event for event in flooded if event.duration > 0]


def filter_period_intersect(events: Events, filters: Events) -> list[QueryEvent]:
    """What of the events lies in the time of the filters."""
    found = []
    for event, periods in _met(events, filters):
        for period in periods:
            start, end = max(event.start, period.start), min(event.end, period.end)
            if start < end:
                found.append(event._replace(start=start, end=end))
    return found


def period_union(one: Events, other: Events) -> list[QueryEvent]:
    """The time that any of the events covers, without their data."""
    merged: list[QueryEvent] = []
    for event in sort_by_timestamp([*one, *other]):
        if merged and event.start <= merged[-1].end:
            merged[-1] = merged[-1]._replace(end=max(merged[-1].end, event.end))
        else:
            merged.append(QueryEvent(event.start, event.end, {}))
    return merged


def union_no_overlap(one: Events, other: Events) -> list[QueryEvent]:
    """All of the first, and what of the other lies beside it."""
    found = list(one)
    for event, taken in _met(other, one):
        start = event.start
        for period in taken:
            if start < period.start:
                found.append(event._replace(start=start, end=period.start))
            start = max(start, period.end)
        if start < event.end or event.duration == 0:
            found.append(event._replace(start=start))
    return sort_by_timestamp(found)


def merge_events_by_keys(events: Events, keys: Sequence[Any]) -> list[QueryEvent]:
    """One event for all that agree in these keys of their data, as long as all of them."""
    if not keys:
        return list(events)
    check_effort(events, keys)
    merged: dict[bytes, QueryEvent] = {}
    for event in events:
        data = {key: event.data[key] for key in map(str, keys) if key in event.data}
        kind = _encode(data)
        known = merged.get(kind, QueryEvent(event.start, event.start, data))
        merged[kind] = known._replace(end=known.end + event.duration)
    return list(merged.values())


def filter_keyvals(events: Events, key: str, values: Sequence[Any]) -> list[QueryEvent]:
    """Those whose key has one of the values."""
    wanted = set(map(_encode, values))
    return [e for e in events if key in e.data and _encode(e.data[key]) in wanted]


def exclude_keyvals(events: Events, key: str, values: Sequence[Any]) -> list[QueryEvent]:
    """Those whose key has none of the values."""
    unwanted = set(map(_encode, values))
    return [e for e in events if key not in e.data or _encode(e.data[key]) not in unwanted]


def filter_keyvals_regex(events: Events, key: str, regex: str) -> list[QueryEvent]:
    """Those whose key holds the pattern."""
    search = pattern(regex, ignore_case=False).search
    return [
        event
        for event in events
        if isinstance(event.data.get(key), str) and search(event.data[key])
    ]


def sort_by_timestamp(events: Events) -> list[QueryEvent]:
    """Oldest first."""
    return sorted(events, key=lambda event: event.start)


def sort_by_duration(events: Events) -> list[QueryEvent]:
    """Longest first."""
    return sorted(events, key=lambda event: event.duration, reverse=True)


def limit_events(events: Events, count: int) -> list[QueryEvent]:
    """The first few."""
    return list(events[: max(count, 0)])


def concat(one: Events, other: Events) -> list[QueryEvent]:
    """Both."""
    return [*one, *other]


def sum_durations(events: Events) -> float:
    """Seconds."""
    return sum(event.duration for event in events) / _SECOND_US


def split_url_events(events: Events) -> list[QueryEvent]:
    """With the parts of the address beside it."""
    return [event._replace(data=_with_parts(event.data)) for event in events]


#: The functions by name; those that read buckets are the evaluator's own.
FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        flood, filter_period_intersect, period_union, union_no_overlap, merge_events_by_keys,
        filter_keyvals, exclude_keyvals, filter_keyvals_regex, sort_by_timestamp,
        sort_by_duration, limit_events, concat, sum_durations, split_url_events, categorize, tag,
    )
}  # fmt: skip


def _met(events: Events, others: Events) -> Iterator[tuple[QueryEvent, list[QueryEvent]]]:
    """Each of the events, oldest first, with the time of the others that it meets."""
    periods, first = period_union(others, []), 0
    for event in sort_by_timestamp(events):
        while first < len(periods) and periods[first].end <= event.start:
            first += 1
        last = first
        while last < len(periods) and periods[last].start < event.end:
            last += 1
        yield event, periods[first:last]


def _with_parts(data: Mapping[str, Any]) -> Mapping[str, Any]:
    if not isinstance(data.get("url"), str):
        return data
    try:
        parts = urlsplit(data["url"])
    except ValueError:
        return data
    return {
        **data,
        "$protocol": parts.scheme,
        "$domain": parts.netloc.removeprefix("www.") or parts.scheme,
        "$path": parts.path,
        "$params": "",
        "$options": parts.query,
        "$identifier": parts.fragment,
    }
