"""Plausible histories of made-up people: a function of who they are and of the last day."""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

DAYS = 90

Event = dict[str, Any]


@dataclass(frozen=True)
class Persona:
    """What a person is like. Hours are of their local day."""

    name: str
    time_zone: str
    starts: float
    works: float
    #: Shares of the time in each category.
    categories: dict[str, float]
    projects: tuple[str, ...]
    meetings_a_day: float
    days_off: float


PERSON = Persona(
    name="person",
    time_zone="Europe/Berlin",
    starts=9.0,
    works=6.5,
    categories={"coding": 0.6, "debugging": 0.15, "browsing": 0.15, "writing": 0.1},
    projects=("spine", "garden", "notes"),
    meetings_a_day=1.0,
    days_off=0.05,
)
ANALYST = Persona(
    name="analyst",
    time_zone="America/New_York",
    starts=8.0,
    works=7.0,
    categories={"analysing": 0.5, "writing": 0.25, "browsing": 0.2, "coding": 0.05},
    projects=("quarterly", "survey"),
    meetings_a_day=2.5,
    days_off=0.08,
)
OPERATOR = Persona(
    name="operator",
    time_zone="Asia/Kolkata",
    starts=11.0,
    works=5.0,
    categories={"debugging": 0.4, "browsing": 0.3, "coding": 0.2, "writing": 0.1},
    projects=("fleet", "alarms", "spine"),
    meetings_a_day=0.5,
    days_off=0.1,
)
_ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC")


def persona(number: int) -> Persona:
    """The person of this number, from 0: three with a role, then peers of varied habits."""
    if number < 3:
        return (PERSON, ANALYST, OPERATOR)[number]
    chance = random.Random(f"persona {number}")
    like = chance.choice((PERSON, ANALYST, OPERATOR))
    return Persona(
        name=f"person-{number + 1}",
        time_zone=chance.choice(_ZONES),
        starts=chance.uniform(6.5, 13),
        works=chance.uniform(2, 9),
        categories={
            name: share * chance.uniform(0.3, 3) for name, share in like.categories.items()
        },
        projects=like.projects,
        meetings_a_day=like.meetings_a_day * chance.uniform(0, 2),
        days_off=chance.uniform(0.02, 0.4),
    )


def history(who: Persona, last_day: date) -> Iterator[Event]:
    """The events of `DAYS` local days up to and including `last_day`, day by day."""
    for ago in reversed(range(DAYS)):
        day = last_day - timedelta(days=ago)
        yield from _day(who, day, random.Random(f"{who.name} {day}"))


def _day(who: Persona, day: date, chance: random.Random) -> Iterator[Event]:
    weekend = day.weekday() >= 5
    if chance.random() < (0.8 if weekend else who.days_off):
        return
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(who.time_zone))
    at = (midnight + timedelta(hours=max(0.0, chance.gauss(who.starts, 0.6)))).astimezone(UTC)
    end_of_day = (midnight + timedelta(days=1)).astimezone(UTC)
    left_min = 60 * who.works * (0.3 if weekend else 1) * max(0.2, chance.gauss(1, 0.25))
    number = 0
    while left_min > 0 and at < end_of_day - timedelta(hours=1):
        if chance.random() < who.meetings_a_day / 6 and not weekend:
            length_min: float = chance.choice((15, 30, 45, 60))
            block = [_meeting(who, at, length_min, chance)]
        else:
            length_min = min(left_min, chance.lognormvariate(math.log(40), 0.6), 150)
            block = list(_focus(who, at, length_min, chance))
        for event in block:
            yield {"id": f"demo-{day}-{number}", **event}
            number += 1
        left_min -= length_min
        at += timedelta(minutes=length_min + chance.expovariate(1 / 15) + 3)


def _meeting(who: Persona, at: datetime, length_min: float, chance: random.Random) -> Event:
    return {
        "type": "usage.interval",
        "time": _text(at),
        "duration": length_min * 60,
        "device": "calendar",
        "entity": chance.choice(("stand-up", "review", "planning", "one to one")),
        "category": "meeting",
        "project": chance.choice(who.projects),
    }


def _focus(who: Persona, at: datetime, length_min: float, chance: random.Random) -> Iterator[Event]:
    project = chance.choice(who.projects)
    device = "laptop" if chance.random() < 0.85 else "desktop"
    (category,) = chance.choices(list(who.categories), list(who.categories.values()))
    minute = 0.0
    while minute < length_min:
        if chance.random() < 0.05:
            (category,) = chance.choices(list(who.categories), list(who.categories.values()))
        yield {
            "type": "usage.heartbeat",
            "time": _text(at + timedelta(minutes=minute)),
            "device": device,
            "entity": f"{project}/{category}-{chance.randrange(6)}",
            "category": category,
            "project": project,
        }
        minute += chance.uniform(0.5, 4)


def _text(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
