"""A person's work as iCalendar (RFC 5545): entries as events, tasks as to-dos and events.

Each has a UID that stays its own whatever is changed of it, and its version as SEQUENCE.
"""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from icalendar import Calendar, Component, Event, Todo, vDuration

from models.feeds import FeedEntry
from models.tasks import TaskRow

Tasks = Literal["none", "todo", "event", "both"]

_STATUS = {
    "todo": "NEEDS-ACTION",
    "waiting": "NEEDS-ACTION",
    "doing": "IN-PROCESS",
    "done": "COMPLETED",
    "cancelled": "CANCELLED",
}
#: 1 is the highest of iCalendar's, 0 none.
_PRIORITY = (0, 9, 5, 1)
_OPEN = ("todo", "doing", "waiting")
#: What a task that is due at an instant takes in a calendar, if nothing is estimated.
_TASK_TAKES = timedelta(minutes=30)

_unprintable = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class Shown(NamedTuple):
    """What a calendar shows."""

    name: str
    entries: Iterable[FeedEntry]
    tasks: Iterable[TaskRow]
    tasks_as: Tasks
    refresh: timedelta


def calendar(shown: Shown) -> bytes:
    """The calendar as it is sent."""
    made = Calendar()
    made.add("prodid", "-//TimeFlow//TimeFlow//EN")
    made.add("version", "2.0")
    made.add("x-wr-calname", _text(shown.name))
    made.add("refresh-interval", shown.refresh, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", vDuration(shown.refresh))
    for entry in shown.entries:
        made.add_component(_entry(entry))
    for task in shown.tasks:
        if shown.tasks_as in ("todo", "both"):
            made.add_component(_todo(task))
        if shown.tasks_as in ("event", "both") and task.status in _OPEN:
            made.add_component(_day(task))
    return bytes(made.to_ical())


def _entry(entry: FeedEntry) -> Event:
    event = Event()
    _identify(event, f"{entry.id}", entry)
    event.add("summary", _text(entry.description or entry.task or entry.project or "Time entry"))
    event.add("dtstart", entry.start_at)
    event.add("dtend", entry.end_at)
    about = [part for part in (entry.project, entry.task) if part]
    _describe(event, " · ".join(about), entry.tags)
    event.add("transp", "TRANSPARENT")
    return event


def _todo(task: TaskRow) -> Todo:
    todo = Todo()
    _identify(todo, f"{task.id}", task)
    todo.add("summary", _text(task.title))
    if due := task.due_at or task.due_on or task.planned_on:
        todo.add("due", due)
    todo.add("status", _STATUS[task.status])
    if task.done_at:
        todo.add("completed", task.done_at)
    todo.add("priority", _PRIORITY[task.priority])
    _describe(todo, task.notes, task.tags)
    return todo


def _day(task: TaskRow) -> Event:
    """The day a task is planned for, else the one it is due, or the time before it is due."""
    event = Event()
    _identify(event, f"{task.id}-day", task)
    event.add("summary", _text(task.title))
    day = task.planned_on or task.due_on
    if day is not None:
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
    elif task.due_at is not None:
        takes = timedelta(seconds=task.estimate_s) if task.estimate_s else _TASK_TAKES
        event.add("dtstart", task.due_at - takes)
        event.add("dtend", task.due_at)
    _describe(event, task.notes, task.tags)
    event.add("transp", "TRANSPARENT")
    return event


def _identify(component: Component, id: str, row: FeedEntry | TaskRow) -> None:
    component.add("uid", f"{id}@timeflow")
    changed: Any = row.updated_at
    component.add("dtstamp", changed)
    component.add("last-modified", changed)
    component.add("created", row.created_at)
    component.add("sequence", row.version)


def _describe(component: Component, words: str, tags: list[str]) -> None:
    if words:
        component.add("description", _text(words))
    if tags:
        component.add("categories", [_text(tag) for tag in tags])


def _text(words: str) -> str:
    return _unprintable.sub("", words)


def as_of(day: datetime, version: int) -> str:
    """What changes whenever a calendar does: with the work, and with the day it looks back from."""
    return f"{version}-{day:%Y%m%d}"
