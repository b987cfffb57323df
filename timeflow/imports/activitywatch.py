"""An export of ActivityWatch: `{"buckets": {id: {type, client, hostname, events: [...]}}}`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from timeflow.imports.items import Item, Target, Unfit
from timeflow.imports.json_reader import Tokens

_FACTS = ("type", "client", "hostname")
#: Kinds of tokens that stand at the path of an object but do not begin one.
_INNER = ("map_key", "end_map", "end_array")


class Export:
    """The file of an export."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._buckets: dict[str, dict[str, str]] = {}

    def check(self) -> int:
        """Read all of it, and what it says of its buckets."""
        with self._path.open("rb") as file:
            events = self._read(Tokens(file, self._path))
        for name, facts in self._buckets.items():
            if missing := [fact for fact in _FACTS if fact not in facts]:
                raise Unfit(f"{self._path}: the bucket {name!r} has no {missing[0]}")
        return events

    def _read(self, tokens: Tokens) -> int:
        events, inside, is_export = 0, "", False
        facts: dict[str, str] = {}
        for path, kind, value in tokens:
            if path == "buckets" and kind == "start_map":
                is_export = True
            elif path == "buckets" and kind == "map_key":
                inside, facts = f"buckets.{value}", {}
                self._buckets[value] = facts
            elif path == f"{inside}.events.item":
                events += kind not in _INNER
            elif kind == "string" and (fact := path.removeprefix(f"{inside}.")) in _FACTS:
                facts[fact] = value
        if not is_export:
            raise Unfit(f"{self._path}: not an export of ActivityWatch: it has no buckets")
        return events

    def preparations(self) -> list[tuple[str, dict[str, Any]]]:
        """The buckets to make."""
        return [(_path(name), dict(facts)) for name, facts in self._buckets.items()]

    def items(self) -> Iterator[Item]:
        """The events of all buckets."""
        with self._path.open("rb") as file:
            tokens = Tokens(file, self._path)
            bucket, inside, number = "", "buckets.", 0
            target = _target(bucket)
            for token in tokens:
                if token.path == "buckets" and token.kind == "map_key":
                    bucket, number = token.value, 0
                    inside, target = f"buckets.{bucket}.events.item", _target(bucket)
                elif token.path == inside:
                    number += 1
                    event = tokens.whole(token)
                    if isinstance(event, dict):
                        event.pop("id", None)
                    where = f"bucket {bucket}, event {number}"
                    yield Item(where, target, msgspec.json.encode(event))


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
