"""Appends that happen once, whatever is sent again.

A producer is a random name with a sequence per partition. The log keeps the last sequence of each
(`append.lua`): the same one again answers the offset of the first time, a lower one is refused.
So a lost reply is resolved by asking again with the same sequence, and a command that was stuck in
a stalled connection cannot be executed late, behind our back. One append is in flight per
partition. A log that does not know us although it answered us before was replaced (FLUSHALL, a
cut log): we take a new name, and if our last append got no reply, its outcome stays unknown.
"""

import asyncio
import random
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.redis_streams import scripts
from pipeline.redis_streams.backoff import Backoff
from pipeline.redis_streams.connections import Connections, NoScript
from pipeline.redis_streams.entry import Entry
from pipeline.redis_streams.errors import (
    Away,
    Full,
    NotSent,
    OutcomeUnknown,
    Refused,
    StaleFence,
    StreamsError,
    SupersededAppend,
    UnknownProducer,
)
from pipeline.redis_streams.keys import Keys
from pipeline.redis_streams.shared_exchange import SharedExchange

#: Tags need to differ, not to be secret.
_tags = random.Random()  # noqa: S311

INTERNAL = scripts.load("append", scripts.INTERNAL)
INTAKE = scripts.load("append", scripts.INTAKE)


@dataclass(frozen=True)
class AppendPolicy:
    """What appends are for: more input, or what stages owe each other."""

    script: scripts.Script = INTERNAL
    #: Refuse above this percentage of maxmemory; 0: never.
    memory_percent: int = 0
    #: Replicas that must have it before it counts.
    min_replicas: int = 0
    #: Seconds after which an append without an answer is given up.
    deadline_s: float = 30.0
    #: Seconds of silence after which a producer takes a new name by itself, long before the log
    #: forgets the old one (a day): else it would take the log for another one.
    silent_s: float = 43_200.0
    #: Bytes of one write, which the appends to all partitions share.
    write_bytes: int = 4_194_304


class Fence(NamedTuple):
    """The right to append: `value` must still be the group's fence on the partition."""

    group: str
    value: int


@dataclass
class _Line:
    """Our name and sequence on one partition, and its keys as the script takes them."""

    keys: tuple[str, str, str]
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    producer: str = ""
    sequence: int = 0
    known: bool = False
    #: Of the last append that was answered, and when the last one was begun.
    offset: int = 0
    used_at: float = 0.0

    def renew(self) -> None:
        self.producer, self.sequence, self.known = secrets.token_hex(8), 0, False


@dataclass
class _Attempts:
    """The tries of one append: what is known of it so far."""

    until: float
    backoff: Backoff = field(default_factory=Backoff)
    maybe_ran: bool = False
    offset: int | None = None

    async def after(self, error: StreamsError) -> None:
        """Wait before the next try, or raise what is known when none makes sense."""
        if isinstance(error, (StaleFence, SupersededAppend)):
            raise error
        if isinstance(error, Full) and not self.maybe_ran:
            raise error
        if isinstance(error, Away) and not isinstance(error, NotSent):
            self.maybe_ran = True
        if asyncio.get_running_loop().time() >= self.until:
            raise self.outcome(error) from error
        await asyncio.sleep(self.backoff.next_s())

    def outcome(self, error: StreamsError) -> StreamsError:
        """`error`, unless an earlier try may have run."""
        if self.maybe_ran:
            return OutcomeUnknown(f"sent, but never answered: {error}")
        return error


class Appender:
    """The appends of one process. A call must not be cancelled: shield it.

    `on_log_replaced` gets topic, partition and the last offset we had been answered in the old log.
    """

    def __init__(
        self,
        connections: Connections,
        keys: Keys,
        policy: AppendPolicy,
        on_log_replaced: Callable[[str, int, int], None] = lambda topic, partition, last: None,
    ) -> None:
        self._connections, self._keys, self._policy = connections, keys, policy
        self._shared = SharedExchange(connections, most_bytes=policy.write_bytes)
        self._on_log_replaced = on_log_replaced
        self._lines: dict[tuple[str, int], _Line] = {}

    async def turn(self) -> None:
        """Return when an append would be sent at once; until then more may join its entry."""
        await self._shared.turn()

    async def append(
        self, topic: str, partition: int, entries: Sequence[Entry], fence: Fence | None = None
    ) -> int:
        """Append `entries` in one piece; the offset of the last.

        Raises `NotSent` or a `Refused` when nothing was appended, `OutcomeUnknown` otherwise.
        """
        line = self._lines.get((topic, partition)) or self._new_line(topic, partition)
        arguments: list[bytes | str | int] = [
            f"{_tags.getrandbits(48):012x}",
            self._policy.memory_percent,
            *(fence or ("", 0)),
        ]
        for entry in entries:
            arguments += entry.arguments()
        size = sum(map(len, entries))
        async with line.lock:
            if not line.known or time.time() - line.used_at >= self._policy.silent_s:
                line.renew()
            line.used_at = time.time()
            line.sequence += 1
            attempts = _Attempts(asyncio.get_running_loop().time() + self._policy.deadline_s)
            while attempts.offset is None:
                try:
                    attempts.offset = await self._try(line, arguments, size)
                    line.known, line.offset = True, attempts.offset
                except UnknownProducer as error:
                    self._renamed(line, topic, partition)
                    if attempts.maybe_ran:
                        raise attempts.outcome(error) from error
                except StreamsError as error:
                    await attempts.after(error)
            return attempts.offset

    def _new_line(self, topic: str, partition: int) -> _Line:
        at = (topic, partition)
        keys = (self._keys.log(*at), self._keys.state(*at), self._keys.groups(*at))
        line = self._lines[at] = _Line(keys)
        return line

    def _renamed(self, line: _Line, topic: str, partition: int) -> None:
        if line.known:
            self._on_log_replaced(topic, partition, line.offset)
        line.renew()
        line.sequence = 1

    async def _try(self, line: _Line, arguments: Sequence[bytes | str | int], size: int) -> int:
        policy = self._policy
        commands = [policy.script.command(line.keys, [line.producer, line.sequence, *arguments])]
        if policy.min_replicas:
            commands.append(["WAIT", policy.min_replicas, 1000])
        replies = await self._shared.exchange(*commands, size=size)
        if isinstance(replies[0], NoScript):
            await self._connections.load(policy.script)
            replies = await self._shared.exchange(*commands, size=size)
        if isinstance(replies[0], Refused):
            raise replies[0]
        if policy.min_replicas:
            have = replies[1]
            if isinstance(have, Refused) or have < policy.min_replicas:
                raise Away(f"only {have} of {policy.min_replicas} replicas have the append")
        return int(replies[0])
