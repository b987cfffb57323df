"""What a person does not want kept: fields whose value fits a pattern are emptied or made less.

The rules apply one after the other, again and again until none changes anything: so redacting
what was redacted changes nothing, and history and new events come to the same. Nothing touches a
value that was hashed.
"""

import hmac
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Literal, NamedTuple
from uuid import UUID

import msgspec
from msgspec import Raw

from pipeline.events import UsageEvent
from pipeline.steps.identity import content_hash, number
from pipeline.steps.patterns import compiled
from pipeline.steps.sights import fields_of, sight_of

Action = Literal["drop", "hash", "shorten"]

#: Fields of the event itself; any other name is one in its `data`.
FIELDS = ("entity", "project", "category", "device")

_DATA = "data."
_HASHED = "redacted-"
_is_hashed = re.compile(rf"{_HASHED}[0-9a-f]{{32}}").fullmatch
_SEPARATORS = "/\\"
#: The host of a URL, without its port and who logs in there.
_host = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://(?:[^/\\?#]*@)?([^/\\?#@]+?)(?::\d*)?(?:[/\\?#]|$)")

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode
_decode_fields = msgspec.json.Decoder(dict[str, Raw]).decode


class Rule(NamedTuple):
    """Where the pattern occurs in the field, the action makes less of the field's whole value."""

    field: str
    pattern: str
    action: Action


class Redaction:
    """A person's rules; `key` is theirs alone, so that nobody else's hashes are the same."""

    def __init__(self, rules: Sequence[Rule], key: bytes) -> None:
        self._key = key
        self._rules = [
            (place(rule.field), rule.action, compiled(rule.pattern).search) for rule in rules
        ]
        self._of_data = {
            where.removeprefix(_DATA) for where, _, _ in self._rules if where.startswith(_DATA)
        }

    def apply(self, event: UsageEvent, bucket_type: str | None = None) -> UsageEvent:
        """The event with less in it, or as it is; presence says no more than that it is.

        Entity and project of an event in a bucket are made of its data (`steps.sights`): what goes
        there goes here, and the other way round.
        """
        if event.type == "usage.presence":
            return event
        less = self._applied(event)
        return less if bucket_type is None else self._in_both(event, less, bucket_type)

    def _in_both(self, event: UsageEvent, less: UsageEvent, bucket_type: str) -> UsageEvent:
        was, now = (sight_of(bucket_type, _decode(each.data)) for each in (event, less))
        entity, project = event.entity, event.project
        if now != was and (entity, project) == (was.entity, was.project):
            entity, project = now.entity, now.project
            less = self._applied(msgspec.structs.replace(less, entity=entity, project=project))
        gone = {*fields_of(bucket_type)} if less.entity != entity else set()
        return _without(less, gone | ({"project"} if less.project != project else set()))

    def _applied(self, event: UsageEvent) -> UsageEvent:
        texts = {field: getattr(event, field) for field in FIELDS}
        data = _decode_fields(event.data) if self._of_data else {}
        judged = self._of_data & data.keys()
        texts |= {_DATA + name: _text(data[name]) for name in judged}
        less = self._less(texts, {_DATA + name for name in judged if not _is_text(data[name])})
        if judged:
            # Written anew even if nothing changed: a name may have stood there twice.
            data = _lessened(data, {n: less[_DATA + n] for n in judged}, texts)
            event = msgspec.structs.replace(event, data=Raw(_encode(data)))
        changed = {field: less[field] for field in FIELDS if less[field] != texts[field]}
        return msgspec.structs.replace(event, **changed) if changed else event

    def _less(self, texts: Mapping[str, str], not_text: Collection[str]) -> dict[str, str]:
        less = dict(texts)
        while True:
            before = dict(less)
            for where, action, occurs in self._rules:
                text = less.get(where)
                if text and not _is_hashed(text) and occurs(text):
                    # Of a list or an object there is nothing shorter that still says something.
                    less[where] = self._act(
                        "drop" if action == "shorten" and where in not_text else action, text
                    )
            if less == before:
                return less

    def _act(self, action: Action, text: str) -> str:
        match action:
            case "drop":
                return ""
            case "hash":
                return _HASHED + hmac.digest(self._key, text.encode(), "sha256")[:16].hex()
            case "shorten":
                return shorten(text)


def redact(
    event: UsageEvent, redaction: Redaction, bucket_type: str | None = None
) -> UsageEvent | None:
    """A kept event as it would be had it come now; None: as it is.

    One whose id was made of its content gets that of what stays: sent again it is the same.
    """
    less = redaction.apply(event, bucket_type)
    content = content_hash(less)
    if content == content_hash(event):
        return None
    made = {event.hash: content, number(event): number(less)}
    return msgspec.structs.replace(less, hash=content, id=made.get(event.id, event.id))


def user_key(pepper: str, user_id: UUID) -> bytes:
    """The key of a person's hashes."""
    return hmac.digest(pepper.encode(), b"redaction " + user_id.bytes, "sha256")


def place(field: str) -> str:
    """Where a rule looks: `entity`, or `data.url` for `url` and `data.url` alike."""
    return field if field in FIELDS or field.startswith(_DATA) else _DATA + field


def shorten(text: str) -> str:
    """The host of a URL, else the last name of a path, else the text."""
    if found := _host.match(text):
        return found[1]
    path = text.rstrip(_SEPARATORS)
    return path[max(map(path.rfind, _SEPARATORS)) + 1 :] or text


def _lessened(
    data: Mapping[str, Raw], less: Mapping[str, str], texts: Mapping[str, str]
) -> dict[str, Raw]:
    changed = {name: text for name, text in less.items() if text != texts[_DATA + name]}
    kept = {name: value for name, value in data.items() if name not in changed}
    return kept | {name: Raw(_encode(text)) for name, text in changed.items() if text}


def _without(event: UsageEvent, names: Collection[str]) -> UsageEvent:
    data = _decode_fields(event.data)
    if data.keys().isdisjoint(names):
        return event
    kept = {name: value for name, value in data.items() if name not in names}
    return msgspec.structs.replace(event, data=Raw(_encode(kept)))


def _is_text(value: Raw) -> bool:
    return bytes(value).startswith(b'"')


def _text(value: Raw) -> str:
    """A text as it is, anything else as compact JSON."""
    decoded = _decode(value)
    return decoded if isinstance(decoded, str) else _encode(decoded).decode()
