"""A task from a line of text: `write report tomorrow 14:00 2h #work @website !high`.

What is recognised leaves the title. The first of a kind counts and others stay; of tags each one
counts. What stands in double quotes, or behind a backslash, is the title's whatever it says.
"""

import re
import string
from collections.abc import Callable, Collection, Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache, partial
from typing import Literal, NamedTuple, TypeVar

from pipeline.steps import quick_words
from pipeline.steps.quick_words import Often

T = TypeVar("T")

Kind = Literal["project", "tag", "priority", "repeat", "planned", "due", "time", "estimate"]

_PRIORITIES = {"!low": 1, "!medium": 2, "!high": 3, "!1": 1, "!2": 2, "!3": 3}
_LONGEST_TAG = 200
#: Stands close to the word before.
_CLOSING = (",", ".", ";", ":", "!", "?", ")")

#: Stands for what is not to be looked at (again): neither a blank nor part of any pattern.
_BLOT = "\0"
_TAG = r"#[^\s#\0]*[^\s#\0,.;:!?)]"
_PROJECT = r'[@+](?:"[^"\0]+"|[^\s"\0]*[^\s"\0,.;:!?)])'
_PRIORITY = "!(?:high|medium|low|[123])"
_ESCAPED = re.compile(r'(?<![@+])"[^"]*"|“[^”]*”|(?<!\S)\\\S+')

# Only these letters: then a text in small ones is as long as before.
_SMALL = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


class Piece(NamedTuple):
    """What a part of the text was taken for; `start` and `end` count code points."""

    kind: Kind
    start: int
    end: int


class QuickTask(NamedTuple):
    """What a text says, by the clock on the wall; `project` is one of those given.

    Without a `due_time` the task is due in the course of the day.
    """

    title: str
    due_on: date | None
    due_time: time | None
    planned_on: date | None
    estimate_s: int | None
    tags: list[str]
    project: str | None
    priority: int
    often: Often | None
    pieces: list[Piece]


def parse(text: str, today: date, now: datetime, projects: Collection[str] = ()) -> QuickTask:
    """Read the text at a local day and time; the title may be left empty."""
    reading = _Reading(text)
    known = {name.casefold(): name for name in projects}
    project = reading.first("project", _PROJECT, lambda word: known.get(_name(word).casefold()))
    tags = list(reading.each("tag", _TAG, _tag))
    priority = reading.first("priority", _PRIORITY, lambda word: _PRIORITIES[word.lower()])
    often = reading.first("repeat", quick_words.EVERY, quick_words.often_of)
    planned = reading.first("planned", quick_words.PLANNED, partial(quick_words.day_of, today))
    due = reading.first("due", quick_words.DUE, partial(quick_words.day_of, today))
    at = reading.first("time", quick_words.TIME, quick_words.time_of)
    estimate = reading.first("estimate", quick_words.DURATION, quick_words.seconds_of)
    return QuickTask(
        title=_title(text, reading.pieces),
        due_on=due or _first_day(often, at, planned, today, now),
        due_time=at,
        planned_on=planned,
        estimate_s=estimate,
        tags=list(dict.fromkeys(tags)),
        project=project,
        priority=priority or 0,
        often=often,
        pieces=sorted(reading.pieces, key=lambda piece: piece.start),
    )


class _Reading:
    """The text while it is read: what was recognised is blotted out."""

    def __init__(self, text: str) -> None:
        self.pieces: list[Piece] = []
        self._text = text
        self._open = _ESCAPED.sub(lambda found: _BLOT * len(found[0]), text.translate(_SMALL))

    def each(self, kind: Kind, pattern: str, meaning: Callable[[str], T | None]) -> Iterator[T]:
        """What each match means; one that means nothing stays."""
        for found in _whole(pattern).finditer(self._open):
            start, end = found.span()
            meant = meaning(self._text[start:end])
            if meant is not None:
                self.pieces.append(Piece(kind, start, end))
                self._open = self._open[:start] + _BLOT * (end - start) + self._open[end:]
                yield meant

    def first(self, kind: Kind, pattern: str, meaning: Callable[[str], T | None]) -> T | None:
        """What the first match that means something means."""
        return next(self.each(kind, pattern, meaning), None)


@lru_cache
def _whole(pattern: str) -> re.Pattern[str]:
    """The pattern where it stands for itself: not as a part of a word."""
    return re.compile(rf"(?<![^\s(])(?:{pattern})(?![^\s),.;:!?])")


def _name(word: str) -> str:
    return word[1:].strip('"')


def _tag(word: str) -> str | None:
    """None for what is rather a number (`#12`) than a name."""
    name = word[1:]
    return None if name.isdigit() or len(name) > _LONGEST_TAG else name


def _first_day(
    often: Often | None, at: time | None, planned: date | None, today: date, now: datetime
) -> date | None:
    """The day that is meant without being said: the next that fits what repeats, and the time."""
    if planned is not None:
        return planned if at else None
    if often is None and at is None:
        return None
    weekdays = often.weekdays if often else frozenset(range(7))
    days = (today + timedelta(days=number) for number in range(9))
    fitting = (day for day in days if not weekdays or day.weekday() in weekdays)
    return next(day for day in fitting if at is None or datetime.combine(day, at) > now)


def _title(text: str, pieces: Collection[Piece]) -> str:
    title, end = "", 0
    for _, start, after in sorted(pieces, key=lambda piece: piece.start):
        title, end = _joined(title, text[end:start]), after
    title = _joined(title, text[end:])
    return " ".join(title.split()).strip(" ,;")


def _joined(title: str, more: str) -> str:
    plain = _ESCAPED.sub(lambda found: found[0].removeprefix("\\"), more)
    return (title.rstrip() if more.startswith(_CLOSING) else title) + plain
