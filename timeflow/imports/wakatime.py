"""WakaTime's dump of heartbeats: `{"user": ..., "days": [{"date", "heartbeats": [...]}]}`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from timeflow.imports.items import Item, Target, Unfit
from timeflow.imports.json_reader import Tokens

_HEARTBEATS = "days.item.heartbeats"
_HEARTBEAT = f"{_HEARTBEATS}.item"
_PATH = "/api/v1/users/current/heartbeats.bulk"
#: What WakaTime's server says of itself, not of what the person did.
_THEIRS = ("id", "user_id", "created_at")


class Dump:
    """The file of a dump."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def check(self) -> int:
        """Read all of it."""
        heartbeats, has_days, has_heartbeats = 0, False, False
        with self._path.open("rb") as file:
            for path, kind, _ in Tokens(file, self._path):
                has_days = has_days or (path == "days" and kind == "start_array")
                has_heartbeats = has_heartbeats or (path == _HEARTBEATS and kind == "start_array")
                heartbeats += path == _HEARTBEAT and kind == "start_map"
        if not has_days:
            raise Unfit(f"{self._path}: not a dump of WakaTime: it has no days")
        if not has_heartbeats:
            raise Unfit(f"{self._path}: a dump of daily totals; ask WakaTime for heartbeats")
        return heartbeats

    def preparations(self) -> list[tuple[str, dict[str, Any]]]:
        """Nothing."""
        return []

    def close(self) -> None:
        """Nothing is kept."""

    def items(self) -> Iterator[Item]:
        """The heartbeats; each machine is a device of its own."""
        targets: dict[str, Target] = {}
        number = 0
        with self._path.open("rb") as file:
            tokens = Tokens(file, self._path)
            for token in tokens:
                if token.path != _HEARTBEAT:
                    continue
                number += 1
                heartbeat = tokens.whole(token)
                machine = ""
                if isinstance(heartbeat, dict):
                    machine = str(heartbeat.get("machine_name_id") or "")
                    heartbeat = {k: v for k, v in heartbeat.items() if k not in _THEIRS}
                if machine not in targets:
                    targets[machine] = _target(machine)
                where = f"heartbeat {number}"
                yield Item(where, targets[machine], msgspec.json.encode(heartbeat))


def _target(machine: str) -> Target:
    return Target(_PATH, b"[", b"]", _rejections, {"X-Machine-Name": machine})


def _rejections(answer: Any) -> list[tuple[int, str]]:
    return [
        (number, one["error"])
        for number, (one, status) in enumerate(answer["responses"])
        if status not in (201, 202)
    ]
