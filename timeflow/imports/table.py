"""A table of comma-separated values, by a map of an event's fields to its columns."""

import csv
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from timeflow.imports.items import Item, Target, Unfit

#: What of an event may come from a column; `end` instead of `duration`.
FIELDS = ("time", "end", "duration", "id", "device", "entity", "category", "project")

_TEXTS = ("id", "device", "entity", "category", "project")
_LATEST_S = 7_258_118_400


class Table:
    """The file of a table; instants without a zone are of `zone`."""

    def __init__(
        self, path: Path, columns: Mapping[str, str], zone: ZoneInfo, delimiter: str = ","
    ) -> None:
        self._path = path
        self._columns = columns
        self._zone = zone
        self._delimiter = delimiter

    def check(self) -> int:
        """Read all of it: a half-written line has other columns than the first."""
        with self._rows() as (header, rows):
            if missing := [name for name in self._columns.values() if name not in header]:
                raise Unfit(f"{self._path}, line 1: there is no column {missing[0]!r}")
            count = 0
            for line, row in rows:
                if len(row) != len(header):
                    told = f"columns: {len(row)}, in the first line {len(header)}"
                    raise Unfit(f"{self._path}, line {line}: {told}")
                count += 1
        return count

    def preparations(self) -> list[tuple[str, dict[str, Any]]]:
        """Nothing."""
        return []

    def close(self) -> None:
        """Nothing is kept."""

    def items(self) -> Iterator[Item]:
        """An event a line."""
        target = Target("/events", b'{"events":[', b"]}", _rejections)
        with self._rows() as (header, rows):
            places = {field: header.index(name) for field, name in self._columns.items()}
            for line, row in rows:
                given = {field: row[place].strip() for field, place in places.items()}
                try:
                    content = msgspec.json.encode(self._event(given))
                except ValueError as error:
                    yield Item(f"line {line}", target, b"", str(error))
                else:
                    yield Item(f"line {line}", target, content)

    def _event(self, given: Mapping[str, str]) -> dict[str, Any]:
        time = self._instant(given["time"])
        event: dict[str, Any] = {field: given[field] for field in _TEXTS if given.get(field)}
        event |= {"type": "usage.heartbeat", "time": time}
        if "duration" in given:
            event |= {"type": "usage.interval", "duration": _seconds(given["duration"])}
        if "end" in given:
            lasted = (self._instant(given["end"]) - time).total_seconds()
            event |= {"type": "usage.interval", "duration": lasted}
        return event

    def _instant(self, text: str) -> datetime:
        try:
            seconds = float(text)
        except ValueError:
            at = datetime.fromisoformat(text)
            return at if at.tzinfo else at.replace(tzinfo=self._zone)
        if not 0 <= seconds < _LATEST_S:
            raise ValueError(f"not an instant: {text!r}")
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)

    @contextmanager
    def _rows(self) -> Iterator[tuple[list[str], Iterator[tuple[int, list[str]]]]]:
        """The first row, and the others that are not empty with their lines."""
        with self._path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, delimiter=self._delimiter, strict=True)
            try:
                header = next(reader, [])
                yield header, ((reader.line_num, row) for row in reader if row)
            except (csv.Error, UnicodeDecodeError) as error:
                line = reader.line_num + 1
                raise Unfit(f"{self._path}, line {line}: not such a table: {error}") from None


def _seconds(text: str) -> float:
    """Seconds, or hours, minutes and seconds with colons."""
    total = 0.0
    for part in text.split(":"):
        total = total * 60 + float(part)
    if not math.isfinite(total) or total < 0:
        raise ValueError(f"not a duration: {text!r}")
    return total


def _rejections(answer: Any) -> list[tuple[int, str]]:
    return [
        (number, f"{one['error']['path'].partition('.')[2]}: {one['error']['message']}")
        for number, one in enumerate(answer["results"])
        if one["status"] == "rejected"
    ]
