"""What a bucket's event is as a usage event: the types of ActivityWatch's buckets, told in ours.

`currentwindow` is use of the application and title, `web.tab.current` of the address,
`app.editor.activity` of the file; anything else is use, too, with the bucket's type for category.
`afkstatus` is presence: it counts for nothing, and nothing of its device counts while it says
`afk`. What only tells of the keys, the mouse or the screen counts for nothing and limits nothing.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Literal, NamedTuple

import msgspec

#: As of `pipeline.events.Text`.
LONGEST_TEXT = 1000

_UNSEEN = ("os.hid.input", "os.lockscreen")
_CATEGORIES = {
    "currentwindow": "app",
    "web.tab.current": "browsing",
    "app.editor.activity": "coding",
}
_FIELDS = {
    "currentwindow": ("app", "title"),
    "web.tab.current": ("url",),
    "app.editor.activity": ("file",),
}
_ANY_FIELDS = ("app", "title", "url", "file", "label", "name")

_encode = msgspec.json.Encoder(order="sorted").encode


class Sight(NamedTuple):
    """What a usage event says of the data of a bucket's event."""

    type: Literal["usage.interval", "usage.presence"]
    entity: str
    category: str
    project: str


def sight_of(bucket_type: str, data: Mapping[str, Any]) -> Sight:
    """What `data` means in a bucket of this type."""
    if bucket_type == "afkstatus":
        return Sight("usage.presence", _text(data.get("status", "")), "", "")
    if bucket_type.startswith(_UNSEEN):
        return Sight("usage.presence", "", bucket_type, "")
    entity = _joined(data, fields_of(bucket_type))
    return Sight(
        "usage.interval",
        entity or _text(_encode(data).decode()),
        _CATEGORIES.get(bucket_type, bucket_type),
        _text(data.get("project") or ""),
    )


def fields_of(bucket_type: str) -> tuple[str, ...]:
    """The fields of the data that the entity is made of, in order."""
    return _FIELDS.get(bucket_type, _ANY_FIELDS)


def _joined(data: Mapping[str, Any], fields: Iterable[str]) -> str:
    return " — ".join(_text(data[name]) for name in fields if data.get(name))[:LONGEST_TEXT]


def _text(value: object) -> str:
    return str(value)[:LONGEST_TEXT]
