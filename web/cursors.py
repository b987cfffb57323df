"""Where a page ended, as clients carry it: opaque, checked when it comes back."""

import base64
import binascii
from typing import Any, TypeVar

import msgspec

from web.problems import invalid

T = TypeVar("T")


def cursor_of(place: Any) -> str:
    """The cursor of a place: whatever `place_of` can read again."""
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode()


def place_of(cursor: str, kind: type[T]) -> T:
    """The place of a cursor; `Problem` 422: it is none of ours."""
    try:
        raw = base64.b64decode(cursor, altchars=b"-_", validate=True)
        place = msgspec.json.decode(raw, type=kind)
    except (binascii.Error, ValueError):
        raise invalid("cursor", "Not a cursor of ours") from None
    if b"\\u0000" in raw:
        raise invalid("cursor", "Not a cursor of ours")
    return place
