"""What JSON can say and not all of the way can keep: the character NUL, nesting without end."""

import re
from typing import Any

import msgspec

#: Levels of nesting that every reader on the way takes, whatever is on its own stack.
MOST_LEVELS = 100

_NUL = b"\\u0000"
_texts = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_brackets = re.compile(rb"[\[{\]}]")


def nul_path(raw: bytes | memoryview) -> str | None:
    """Where a text or key of this JSON holds NUL (`data.title`); None: nowhere.

    The JSON must have been decoded before: what is malformed raises as in decoding.
    """
    if _NUL not in bytes(raw):
        return None
    return _walk(msgspec.json.decode(raw), "")


def is_too_deep(raw: bytes) -> bool:
    """Whether arrays and objects of this JSON stand in each other more than so many times."""
    if raw.count(b"[") + raw.count(b"{") <= MOST_LEVELS:
        return False
    level = 0
    for bracket in _brackets.findall(_texts.sub(b"", raw)):
        level += 1 if bracket in b"[{" else -1
        if level > MOST_LEVELS:
            return True
    return False


def _walk(value: Any, path: str) -> str | None:
    if isinstance(value, str):
        return path if "\0" in value else None
    if isinstance(value, dict):
        if any("\0" in key for key in value):
            return path
        parts = [(f"{path}.{key}" if path else key, inner) for key, inner in value.items()]
    elif isinstance(value, list):
        parts = [(f"{path}[{index}]", inner) for index, inner in enumerate(value)]
    else:
        return None
    return next((found for at, inner in parts if (found := _walk(inner, at)) is not None), None)
