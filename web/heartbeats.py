"""WakaTime's heartbeat as its plugins send it, and what it is as a usage event."""

import math
from datetime import datetime
from typing import Any

import msgspec

from pipeline.steps.instants import as_datetime
from web.new_events import NewEvent
from web.problems import Violation

_LATEST_S = 7_258_118_400
#: What has a place of its own in an event; everything else is kept in `data`.
_DEFAULTS = {"entity": "", "category": "coding", "project": ""}
_PLACED = frozenset({"time", *_DEFAULTS})
#: As of `pipeline.events.Text`.
LONGEST_TEXT = 1000


def event_of(heartbeat: Any, device: str) -> NewEvent | Violation:
    """The event; nulls are as if left out, numbers may be text, unknown fields are kept."""
    if not isinstance(heartbeat, dict):
        return Violation("", "Expected `object`")
    given = {name: value for name, value in heartbeat.items() if value is not None}
    instant = _instant(given.get("time"))
    if instant is None:
        return Violation("time", "Expected seconds since 1970")
    texts = {name: str(given.get(name, default)) for name, default in _DEFAULTS.items()}
    if too_long := next((name for name in texts if len(texts[name]) > LONGEST_TEXT), None):
        return Violation(too_long, f"Expected `str` of length <= {LONGEST_TEXT}")
    data = {name: value for name, value in given.items() if name not in _PLACED}
    return NewEvent(
        type="usage.heartbeat",
        time=instant,
        device=device,
        entity=texts["entity"],
        category=texts["category"],
        project=texts["project"],
        data=msgspec.Raw(msgspec.json.encode(data)),
    )


def _instant(seconds: Any) -> datetime | None:
    try:
        value = float(seconds)
    except (TypeError, ValueError):
        return None
    if not math.isfinite(value) or not 0 <= value < _LATEST_S:
        return None
    return as_datetime(round(value * 1_000_000))
