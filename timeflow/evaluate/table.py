"""Histories of a table of comma-separated values, a line for each task of a person."""

import csv
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from pipeline.steps.choices import Choice
from pipeline.steps.estimate_ranges import Finished
from pipeline.steps.evaluation.history import Effort, History
from pipeline.steps.instants import as_us
from pipeline.steps.urgency import Task

COLUMNS = (
    "task_id",
    "person",
    "project",
    "priority",
    "estimate_s",
    "actual_s",
    "created_at",
    "started_at",
    "finished_at",
)
_PRIORITIES = {"": 0, "0": 0, "1": 1, "2": 2, "3": 3, "l": 1, "m": 2, "h": 3}
_Read = TypeVar("_Read")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: The year 2200, in seconds.
_LATEST_S = 7_258_118_400


class Unfit(Exception):
    """The table cannot be read; the message says where and why."""


@dataclass
class _Person:
    tasks: dict[str, Task] = field(default_factory=dict)
    choices: list[Choice] = field(default_factory=list)
    efforts: list[Effort] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)


def histories(path: Path, zone: ZoneInfo) -> list[History]:
    """Each person's, by name; instants that name no zone are of `zone`, as are hours of the day.

    What is empty is not known: a task without `created_at` is no candidate, one without
    `started_at` is chosen when it is finished.
    """
    people: dict[str, _Person] = {}
    for line, cells in _lines(path):
        row = _Row(path, line, cells, zone)
        name, id = row.required("person"), row.required("task_id")
        person = people.setdefault(name, _Person())
        if id in person.seen:
            raise row.unfit("task_id", f"{id!r} of {name!r} stands on a line before")
        person.seen.add(id)
        _add(person, id, row)
    return [
        History(name, list(one.tasks.values()), one.choices, one.efforts)
        for name, one in sorted(people.items())
    ]


def _add(person: _Person, id: str, row: "_Row") -> None:
    project = row.text("project")
    estimate_s, actual_s = row.seconds("estimate_s"), row.seconds("actual_s")
    created, started, finished = map(row.instant, ("created_at", "started_at", "finished_at"))
    priority = row.priority()
    if created:
        person.tasks[id] = Task(
            id=id,
            created=as_us(created),
            project=project,
            priority=priority,
            estimate_s=estimate_s,
            done=as_us(finished) if finished else None,
        )
    if chosen := started or finished:
        person.choices.append(Choice(as_us(chosen), row.hour(chosen), id, project))
    if finished and estimate_s and actual_s:
        begun = as_us(started or created or finished)
        done = Finished(project, estimate_s, actual_s)
        person.efforts.append(Effort(begun, as_us(finished), done))


class _Row:
    """A line, whose cells say where they stand when they are unfit."""

    def __init__(self, path: Path, line: int, cells: dict[str, str], zone: ZoneInfo) -> None:
        self._path = path
        self._line = line
        self._cells = cells
        self._zone = zone

    def unfit(self, column: str, why: str) -> Unfit:
        return Unfit(f"{self._path}, line {self._line}, column {column}: {why}")

    def text(self, column: str) -> str:
        return self._cells[column].strip()

    def required(self, column: str) -> str:
        if not (text := self.text(column)):
            raise self.unfit(column, "is empty")
        return text

    def priority(self) -> int:
        return self._read("priority", lambda text: _PRIORITIES[text.lower()], "0 to 3, H, M or L")

    def seconds(self, column: str) -> float | None:
        """Above 0; None: it is not known."""
        return self._read(column, _seconds, "seconds, 0 or more") or None

    def instant(self, column: str) -> datetime | None:
        what = "an instant from 1970 to 2200, ISO 8601 or seconds"
        return self._read(column, self._instant, what) if self.text(column) else None

    def hour(self, instant: datetime) -> int:
        """Of the wall clock."""
        return instant.astimezone(self._zone).hour

    def _instant(self, text: str) -> datetime:
        try:
            seconds = float(text)
        except ValueError:
            at = datetime.fromisoformat(text)
            at = at if at.tzinfo else at.replace(tzinfo=self._zone)
            seconds = (at - _EPOCH).total_seconds()
        if not 0 <= seconds < _LATEST_S:
            raise ValueError
        return _EPOCH + timedelta(seconds=seconds)

    def _read(self, column: str, read: Callable[[str], _Read], what: str) -> _Read:
        text = self.text(column)
        try:
            return read(text)
        except (ValueError, KeyError):
            raise self.unfit(column, f"{text!r} is not {what}") from None


def _seconds(text: str) -> float:
    found = float(text or 0)
    if not math.isfinite(found) or found < 0:
        raise ValueError
    return found


def _lines(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Each line that is not empty, by the names of columns in the first."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, strict=True)
        try:
            header = [name.strip() for name in next(reader, [])]
            _check(path, header)
            for cells in reader:
                if cells:
                    yield reader.line_num, _named(path, reader.line_num, header, cells)
        except (csv.Error, UnicodeDecodeError) as error:
            told = f"line {reader.line_num + 1}: not such a table: {error}"
            raise Unfit(f"{path}, {told}") from None


def _check(path: Path, header: list[str]) -> None:
    for name in COLUMNS:
        if header.count(name) != 1:
            told = "there is no column" if name not in header else "more than one column is named"
            raise Unfit(f"{path}, line 1: {told} {name!r}")


def _named(path: Path, line: int, header: list[str], cells: list[str]) -> dict[str, str]:
    if len(cells) != len(header):
        told = f"columns: {len(cells)}, in the first line {len(header)}"
        raise Unfit(f"{path}, line {line}: {told}")
    return dict(zip(header, cells, strict=True))
