"""Reads objects out of large JSON, a few at a time in memory."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import ijson  # type: ignore[import-untyped]
from ijson.common import ObjectBuilder  # type: ignore[import-untyped]

from timeflow.imports.items import Unfit


class Token(NamedTuple):
    """A piece of JSON and the path it stands at: keys and `item`, joined by points."""

    path: str
    kind: str
    value: Any


class Tokens:
    """The pieces of a file; raises `Unfit`, with the place, where it is not JSON or not whole."""

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self._file = file
        self._path = path
        self._tokens = self._read()

    def __iter__(self) -> Iterator[Token]:
        return self._tokens

    def whole(self, first: Token) -> Any:
        """The value that begins with `first`."""
        builder = ObjectBuilder()
        builder.event(first.kind, first.value)
        depth = _step(first.kind)
        while depth:
            token = next(self._tokens)
            builder.event(token.kind, token.value)
            depth += _step(token.kind)
        return builder.value

    def _read(self) -> Iterator[Token]:
        try:
            for path, kind, value in ijson.parse(self._file, use_float=True):
                yield Token(path, kind, value)
        except (ijson.JSONError, UnicodeDecodeError) as error:
            reason = " ".join(str(error).split())[:120]
            at = self._file.tell()
            raise Unfit(f"{self._path}: not whole JSON, before byte {at}: {reason}") from None


def _step(kind: str) -> int:
    if kind.startswith("start"):
        return 1
    return -1 if kind.startswith("end") else 0
