"""Plausible work of made-up people: a function of who they are and of the last day.

One task is done on most working days, in one to three entries; what it took differs from its
estimate as people's do: usually longer, now and then much. A few tasks are still open.
"""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from timeflow.demo_history import DAYS, Persona

Body = dict[str, Any]

_DEEDS = ("Draft", "Review", "Fix", "Plan", "Test", "Describe", "Measure", "Tidy up")
_THINGS = ("the report", "the import", "the sign-up", "a slow query", "the release", "the figures")
_TAGS = ("deep", "quick", "people")
_ESTIMATES_MIN = (30, 45, 60, 90, 120, 180)
#: ln of how much longer things take than they were thought to, and how much that varies.
_BIAS, _SPREAD = 0.15, 0.35
#: So that all is over on the evening of its day.
_LONGEST_MIN = 300.0


@dataclass(frozen=True)
class Done:
    """A task as it is posted, and the entries of the time it took; they have no task id yet."""

    task: Body
    entries: list[Body] = field(default_factory=list)


@dataclass(frozen=True)
class Work:
    """What is posted of a person; tasks and entries name their project by its name."""

    projects: list[Body]
    tasks: list[Done]
    goals: list[Body]
    running: Body


def work(who: Persona, last_day: date) -> Work:
    """The work of `DAYS` local days up to and including `last_day`, and what comes after."""
    tasks = [
        task for ago in reversed(range(DAYS)) for task in _day(who, last_day - timedelta(days=ago))
    ]
    return Work(
        projects=[{"name": name, "default_estimate_s": 3600} for name in who.projects],
        tasks=[*tasks, *_open(who, last_day)],
        goals=_goals(who, last_day - timedelta(days=DAYS - 1)),
        running={"description": "Look around in TimeFlow", "tags": ["quick"]},
    )


def _day(who: Persona, day: date) -> Iterator[Done]:
    chance = random.Random(f"work of {who.name} {day}")
    if day.weekday() >= 5 or chance.random() < who.days_off:
        return
    project = chance.choice(who.projects)
    estimate_min = chance.choice(_ESTIMATES_MIN)
    took_min = estimate_min * math.exp(chance.gauss(_BIAS, _SPREAD))
    took_min = min(max(5.0, took_min), _LONGEST_MIN)
    begin = _at(who, day, who.starts + chance.uniform(0, 1.5))
    entries = list(_entries(f"demo-{day}", begin, took_min, project, chance))
    task = {
        "title": f"{chance.choice(_DEEDS)} {chance.choice(_THINGS)}",
        "project": project,
        "tags": [chance.choice(_TAGS)],
        "priority": chance.randrange(4),
        "estimate_s": estimate_min * 60,
        "planned_on": str(day),
        "status": "done",
        "created_at": _text(begin - timedelta(days=chance.randint(1, 6))),
        "done_at": entries[-1]["end"],
        "external_ref": {"provider": "demo", "id": f"demo-{day}"},
    }
    yield Done(task, entries)


def _entries(
    id: str, begin: datetime, left_min: float, project: str, chance: random.Random
) -> Iterator[Body]:
    parts = min(3, 1 + int(left_min // 60))
    for number in range(parts):
        end = begin + timedelta(minutes=left_min / parts)
        yield {
            "start": _text(begin),
            "end": _text(end),
            "project": project,
            "external_ref": {"provider": "demo", "id": f"{id}-{number}"},
        }
        begin = end + timedelta(minutes=chance.uniform(5, 40))


def _open(who: Persona, last_day: date) -> Iterator[Done]:
    """What is still to be done: due, planned, waiting, repeating."""
    chance = random.Random(f"open work of {who.name}")
    weekly = last_day + timedelta(days=7 - last_day.weekday())
    wishes: tuple[Body, ...] = (
        {"title": "Pay the invoice", "due_on": str(last_day), "priority": 3},
        {"title": "Call Grace back", "due_on": str(last_day + timedelta(days=1)), "priority": 2},
        {"title": "Write the quarterly report", "due_on": str(last_day + timedelta(days=6)),
         "estimate_s": 4 * 3600, "planned_on": str(last_day + timedelta(days=2)), "priority": 3},
        {"title": "Weekly review", "due_on": str(weekly), "rrule": "FREQ=WEEKLY",
         "estimate_s": 1800},
        {"title": "Answer from the supplier", "status": "waiting"},
        {"title": "Read about event logs", "estimate_s": 3600},
        {"title": "Sort the photographs"},
    )  # fmt: skip
    for number, wish in enumerate(wishes):
        reference = {"provider": "demo", "id": f"demo-open-{number}"}
        yield Done(
            {
                "project": chance.choice(who.projects),
                "tags": [chance.choice(_TAGS)],
                **wish,
                "external_ref": reference,
            }
        )


def _goals(who: Persona, since: date) -> list[Body]:
    working_days = [1, 2, 3, 4, 5]
    return [
        {"name": "Deep work", "metric": "focus_s", "target": round(who.works / 3) * 3600,
         "weekdays": working_days, "valid_from": str(since)},
        {"name": "One thing done a day", "metric": "tasks_done", "target": 1,
         "weekdays": working_days, "valid_from": str(since)},
        {"name": "No long days", "metric": "active_s", "op": "at_most", "target": 9 * 3600,
         "valid_from": str(since)},
    ]  # fmt: skip


def _at(who: Persona, day: date, hour: float) -> datetime:
    midnight = datetime.combine(day, time(), ZoneInfo(who.time_zone))
    return (midnight + timedelta(hours=hour)).astimezone(UTC)


def _text(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
