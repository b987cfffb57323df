"""An export of ActivityWatch: `{"buckets": {id: {type, client, hostname, events: [...]}}}`.

An export tells the newest events first and one bucket after the other. They are posted oldest
first and all buckets side by side: so each day is derived once, not once for every bucket.
"""

import heapq
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

from timeflow.imports.items import Item, Target, Unfit
from timeflow.imports.json_reader import Tokens
from timeflow.imports.spool import Spool, Spooled

_FACTS = ("type", "client", "hostname")
#: Events that are sorted by their buckets, so that requests are full.
_SIDE_BY_SIDE = 4000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Export:
    """The file of an export."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._facts: dict[str, dict[str, str]] = {}
        self._events: dict[str, Spool] = {}

    def check(self) -> int:
        """Read all of it, and what it says of its buckets."""
        with self._path.open("rb") as file:
            self._read(Tokens(file, self._path))
        for name, facts in self._facts.items():
            if missing := [fact for fact in _FACTS if fact not in facts]:
                raise Unfit(f"{self._path}: the bucket {name!r} has no {missing[0]}")
            self._events[name].flush()
        return sum(events.count for events in self._events.values())

    def preparations(self) -> list[tuple[str, dict[str, Any]]]:
        """The buckets to make."""
        return [(_path(name), dict(facts)) for name, facts in self._facts.items()]

    def items(self) -> Iterator[Item]:
        """The events of all buckets."""
        targets = {name: _target(name) for name in self._facts}
        merged = heapq.merge(*map(self._in_order, self._events), key=lambda one: one[0].at)
        while some := list(islice(merged, _SIDE_BY_SIDE)):
            for (_, number, content), name in sorted(some, key=lambda one: one[1]):
                yield Item(f"bucket {name}, event {number}", targets[name], content)

    def close(self) -> None:
        """Let go of the spools."""
        for events in self._events.values():
            events.close()

    def _in_order(self, name: str) -> Iterator[tuple[Spooled, str]]:
        return ((one, name) for one in self._events[name].oldest_first())

    def _read(self, tokens: Tokens) -> None:
        name, inside, is_export = "", "", False
        for token in tokens:
            path, kind, value = token
            if path == "buckets" and kind == "start_map":
                is_export = True
            elif path == "buckets" and kind == "map_key":
                name, inside = value, f"buckets.{value}"
                self._facts[name], self._events[name] = {}, Spool()
            elif path == f"{inside}.events.item":
                event = tokens.whole(token)
                self._events[name].add(_instant(event), event)
            elif kind == "string" and (fact := path.removeprefix(f"{inside}.")) in _FACTS and name:
                self._facts[name][fact] = value
        if not is_export:
            raise Unfit(f"{self._path}: not an export of ActivityWatch: it has no buckets")


def _instant(event: Any) -> int:
    """Where it belongs in time; what has no instant is judged by the server."""
    try:
        at = datetime.fromisoformat(event["timestamp"])
    except (TypeError, KeyError, ValueError):
        return 0
    return ((at if at.tzinfo else at.replace(tzinfo=UTC)) - _EPOCH) // _MICROSECOND


def _target(bucket: str) -> Target:
    return Target(f"{_path(bucket)}/events", b"[", b"]", _rejections)


def _path(bucket: str) -> str:
    return f"/api/0/buckets/{quote(bucket, safe='')}"


def _rejections(answer: Any) -> list[tuple[int, str]]:
    """Told by paths: `[3].timestamp`."""
    found = []
    for wrong in answer["rejected"]:
        number, _, field = wrong["path"].removeprefix("[").partition("]")
        found.append((int(number), f"{field.removeprefix('.')}: {wrong['message']}"))
    return found
