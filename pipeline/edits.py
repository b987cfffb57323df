"""A dead letter's event as an operator wants it: changed by a JSON Patch (RFC 6902)."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import jsonpatch
import jsonpointer
import msgspec

from pipeline import topics
from pipeline.stage import STAGES, Stage

#: Operations of RFC 6902 as JSON has them.
Patch = Sequence[Mapping[str, Any]]


class BadEdit(Exception):
    """The patch does not apply, or what it makes is no event of the letter's stage and user."""


class Edited(NamedTuple):
    """Whose event it is now, and the event."""

    user_id: UUID
    event: bytes


class Place(NamedTuple):
    """The partition of the letter, how many there are, and the bytes that an entry may have."""

    partition: int
    partitions: int
    most_bytes: int


def edit(stage_name: str, event: bytes, user_id: UUID | None, patch: Patch, place: Place) -> Edited:
    """Change the event of a letter.

    An event that was not readable can only be replaced as a whole. Nobody's event becomes somebody
    else's, and no event leaves its partition. Raises `BadEdit`.
    """
    stage = STAGES.get(stage_name)
    if stage is None:
        raise BadEdit(f"there is no stage {stage_name} in this version")
    new = _decoded(stage, _patched(event, patch, place.most_bytes))
    if user_id is not None and new.user != user_id:
        raise BadEdit("the user of an event cannot be changed")
    if (own := topics.partition_of(new.user, place.partitions)) != place.partition:
        raise BadEdit(f"events of this user belong to partition {own}, not {place.partition}")
    if stage.identify is not None:
        new = stage.identify(new)
    return Edited(new.user, msgspec.json.encode(new))


def _patched(event: bytes, patch: Patch, most_bytes: int) -> Any:
    try:
        document = msgspec.json.decode(event)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        document = None
    try:
        # Changed in place: a copy for each operation took most of the time. So the values that are
        # put in must be this event's own.
        for operation in msgspec.json.decode(msgspec.json.encode(patch)):
            document = jsonpatch.apply_patch(document, [operation], in_place=True)
            # A few copies of copies would fill any memory.
            if len(msgspec.json.encode(document)) > most_bytes:
                raise BadEdit(f"the event would be larger than {most_bytes} bytes")
        return document
    except (jsonpatch.JsonPatchException, jsonpointer.JsonPointerException) as error:
        raise BadEdit(f"the patch does not apply: {error}") from None
    except (TypeError, KeyError, ValueError, IndexError, AttributeError, RecursionError):
        # What the library makes of a patch that goes through what is no object or array.
        raise BadEdit("the patch does not apply to what the event is") from None


def _decoded(stage: Stage, document: Any) -> Any:
    try:
        return stage.decode(msgspec.json.encode(document))
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise BadEdit(f"the event would not be valid: {error}") from None
