"""Many rows as parameters of one statement."""

import json
from collections.abc import Iterable, Mapping
from typing import Any


def columns(rows: Iterable[Iterable[Any]]) -> list[list[Any]]:
    """The rows, of which there is at least one, as columns: arrays for `unnest`."""
    return [list(column) for column in zip(*rows, strict=True)]


def as_json(rows: Iterable[Mapping[str, Any]]) -> str:
    """The rows as an array of objects for `json_to_recordset`, twice as fast as VALUES."""
    return json.dumps(list(rows), default=str)
