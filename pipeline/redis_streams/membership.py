"""A consumer group's members: who there is, who owns what, in which generation.

A member holds a lease by the server's clock (renewed by `lease.py`). Whoever comes, goes or
expires makes a new generation; the members join it, going on with what they own, and the first of
them computes the assignment. A member whose process is known to have ended is gone before its lease
is over. A partition that moves is released by the one and then claimed by
the other. Leases decide who works; only fences decide whose work counts.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from faust.types import TP

from pipeline.redis_streams import scripts
from pipeline.redis_streams.connections import Connections
from pipeline.redis_streams.keys import Keys
from pipeline.redis_streams.member_name import has_ended

log = logging.getLogger(__name__)

PARTS = ("state", "members", "meta", "assignment", "owners", "changes")


def _load(name: str) -> scripts.Script:
    return scripts.load(f"group_{name}", prelude="group_prelude")


BEAT = _load("beat")
_JOIN, _PUBLISH, _CLAIM = _load("join"), _load("publish"), _load("claim")
_RELEASE, _LEAVE = _load("release"), _load("leave")


@dataclass(frozen=True)
class Joined:
    """How the generation stands: our assignment, or everybody's metadata if we are to assign."""

    generation: int
    assignment: bytes | None = None
    metadata: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Claimed:
    """What became of a claim; neither means that another member holds it."""

    ours_already: frozenset[TP]
    ours_now: frozenset[TP]


class Membership:
    """One member of one group."""

    def __init__(
        self, connections: Connections, keys: Keys, group: str, member: str, lease_s: float
    ) -> None:
        self._connections = connections
        self._lease_ms = round(lease_s * 1000)
        self.keys = [keys.group(group, part) for part in PARTS]
        self.group, self.member = group, member

    async def join(
        self, metadata: bytes, *, above: int, patience_s: float, again: bool = False
    ) -> Joined:
        """Join the generation of now; `again`: make a new one because our metadata changed."""
        reply = await self._connections.run(
            _JOIN,
            self.keys,
            self.member,
            self._lease_ms,
            metadata,
            above,
            round(patience_s * 1000),
            int(again),
        )
        generation, what, *rest = reply
        if what == b"assigned":
            return Joined(generation, assignment=rest[0])
        names = (name.decode() for name in rest[::2])
        return Joined(generation, metadata=dict(zip(names, rest[1::2], strict=True)))

    async def drop_ended(self) -> None:
        """Those of this machine whose process has ended are members no more."""
        _, members, *_ = self.keys
        for name in await self._connections.call("ZRANGE", members, 0, -1):
            if has_ended(name.decode()):
                log.info("group %s: %s has ended", self.group, name.decode())
                await self._connections.run(_LEAVE, self.keys, name)

    async def publish(self, generation: int, assignments: Mapping[str, bytes]) -> None:
        """Publish what we assigned, unless the generation is over."""
        flat = [part for pair in assignments.items() for part in pair]
        await self._connections.run(_PUBLISH, self.keys, generation, *flat)

    async def claim(self, generation: int, tps: Iterable[TP], *, force: bool) -> Claimed | None:
        """Claim partitions; None when the generation is over."""
        wanted = sorted(tps)
        names = [_name(tp) for tp in wanted]
        marks = await self._connections.run(
            _CLAIM, self.keys, self.member, generation, int(force), *names
        )
        if wanted and not marks:
            return None
        by_mark = list(zip(wanted, marks, strict=True))
        return Claimed(
            frozenset(tp for tp, mark in by_mark if mark == 2),
            frozenset(tp for tp, mark in by_mark if mark == 1),
        )

    async def release_all_but(self, tps: Iterable[TP]) -> None:
        """Let others claim whatever else is ours."""
        await self._connections.run(_RELEASE, self.keys, self.member, *map(_name, tps))

    async def leave(self) -> None:
        """Be a member no more."""
        await self._connections.run(_LEAVE, self.keys, self.member)


def _name(tp: TP) -> str:
    return f"{tp.topic}:{tp.partition}"
