"""How an entry of the audit log is sealed: with a key, and with the entry before it.

Whoever changes, drops or inserts an entry must seal all later ones anew, which takes the key; the
database does not hold it.
"""

import hmac
from typing import NamedTuple
from uuid import UUID

import msgspec

_PERSON_BYTES = 16


class Entry(NamedTuple):
    """What an entry says; instants are microseconds since 1970, `detail` is JSON."""

    number: int
    at_us: int
    who: str
    by: str
    action: str
    about: str
    subject: str
    request_id: str
    detail: str


def seal(pepper: str, previous: bytes, entry: Entry) -> bytes:
    """The hash of an entry; `previous` is that of the one before, empty for the first."""
    key = hmac.digest(pepper.encode(), b"audit chain", "sha256")
    return hmac.digest(key, previous + msgspec.json.encode(entry), "sha256")


def person(pepper: str, user_id: UUID | None) -> str:
    """What an entry calls somebody by: nobody can tell who it was once they are erased."""
    if user_id is None:
        return ""
    return hmac.digest(pepper.encode(), b"audit " + user_id.bytes, "sha256")[:_PERSON_BYTES].hex()
