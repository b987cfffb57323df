"""Versions of objects: told as `ETag`, asked for by `If-Match`, so that no update is lost."""

import re
from dataclasses import dataclass

import msgspec
from aiohttp import web

from web.problems import Problem

_TAGS = re.compile(r'(?:W/)?"[\x21\x23-\x7e]*"(?:\s*,\s*(?:W/)?"[\x21\x23-\x7e]*")*')


class Versioned(msgspec.Struct, frozen=True, kw_only=True):
    """An answer that is one object: its version is the `ETag` of the answer."""

    version: int


@dataclass(frozen=True)
class IfMatch:
    """Which versions the client knows; None: it does not care."""

    tags: frozenset[str] | None

    def require(self, version: int) -> None:
        """Raise `Problem` 412 unless the client knows this version."""
        if self.tags is not None and etag(version) not in self.tags:
            raise Problem(412, "changed", "It was changed since you read it: read it again.")


@dataclass(frozen=True)
class Tagged:
    """An answer that is sent as it is, and the entity tag of what it says."""

    tag: str
    body: bytes


def etag(version: int | str) -> str:
    """The version as an entity tag."""
    return f'"{version}"'


def if_match(request: web.Request) -> IfMatch:
    """What the request says it knows; a weak tag matches nothing (RFC 9110)."""
    given = request.headers.get("If-Match")
    if given is None or given.strip() == "*":
        return IfMatch(None)
    return IfMatch(frozenset(_tags(given, "If-Match")))


def is_known(request: web.Request, version: int | str) -> bool:
    """Whether the client has this version already (`If-None-Match`)."""
    given = request.headers.get("If-None-Match")
    if given is None:
        return False
    known = {tag.removeprefix("W/") for tag in _tags(given, "If-None-Match")}
    return etag(version) in known


def _tags(given: str, header: str) -> list[str]:
    if not _TAGS.fullmatch(given.strip()):
        raise Problem(400, "bad-header", f"{header} is not a list of entity tags.")
    return re.findall(r'(?:W/)?"[^"]*"', given)
