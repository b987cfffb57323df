"""The one decorator that makes a function a stage. It returns the function unchanged.

The life of an event in a stage:

1. The transport hands an entry (a record batch) to the owner of its partition.
2. The owner takes what waits, decodes it and runs `check` on every event, before any SQL.
3. One transaction: compare-and-set of the cursor, the lock of all users of the batch, the handler,
   dead letters of what failed, commit. Then the hints and the acks.
4. An event that failed as *invalid* is a dead letter at once; as *event* it is retried by the
   partition's owner, then a dead letter; *environment* failures are waited out by the whole batch.

So a stage file holds neither a loop nor a `try`, and never commits:

    @stage("usage", topic=topics.USAGE, event=UsageEvent, check=steps.check, recompute=recompute)
    def usage(events: Sequence[UsageEvent], transaction: Transaction) -> Hints:
        ...
        return {user_id: changed_days}

A follower is told who changed, and reads the tables:

    @stage("segmentation", topic=topics.ACTIVITY, event=ActivityChanged, follows=True)
    def segmentation(users: Sequence[UUID], transaction: Transaction) -> None: ...
"""

import importlib
import pkgutil
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from types import MappingProxyType, ModuleType
from typing import Any, NamedTuple, Protocol, TypeVar
from uuid import UUID

import msgspec

from pipeline.events import ActivityChanged, ProfileChanged
from pipeline.topics import ACTIVITY, PROFILES, Topic, add_reader
from pipeline.transaction import Transaction

#: Whose days a transaction changed: published after the commit; may be lost (the sweep heals).
Hints = Mapping[UUID, Sequence[date]]


class Part(NamedTuple):
    """Which of a user's days to recompute: so many after a day; None: all.

    `explain`: say how what stood there differed.
    """

    after: date | None = None
    most_days: int | None = None
    explain: bool = False


WHOLE = Part()


class Recomputed(NamedTuple):
    """The days that had to be changed, none when what stood there was right.

    `last`: there are more days, after this one. `differences` by day and field: (before, after).
    """

    changed: Sequence[date]
    last: date | None = None
    differences: Mapping[date, Mapping[str, tuple[Any, Any]]] = MappingProxyType({})


#: Recomputes days of one user from the raw events, under the user's lock, and writes by difference.
Recompute = Callable[[UUID, Transaction, Part], Recomputed]


class UserEvent(Protocol):
    """An event of one user; its user decides its partition and its lock."""

    @property
    def user(self) -> UUID:
        """Whose event it is."""


E = TypeVar("E", bound=UserEvent)
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Stage:
    """A stage as declared; what runs it is made from this (`pipeline.app`)."""

    name: str
    topic: Topic
    event: type[Any]
    handler: Callable[..., Hints | None]
    check: Callable[[Any], object] | None
    follows: bool
    recompute: Recompute | None
    known: Callable[[Sequence[Any]], Collection[int]] | None = None
    identify: Callable[[Any], Any] | None = None
    after: str = ""

    @property
    def tells(self) -> Topic:
        """Where its hints go: what a following stage wrote is of the person's profile."""
        return PROFILES if self.follows else ACTIVITY

    @property
    def hint(self) -> type[ActivityChanged] | type[ProfileChanged]:
        """What its hints are."""
        return ProfileChanged if self.follows else ActivityChanged

    @cached_property
    def decode(self) -> Callable[[bytes], Any]:
        """Makes one event of its bytes."""
        return msgspec.json.Decoder(self.event).decode

    @cached_property
    def read(self) -> Callable[[bytes], Any]:
        """Decodes one event and checks it."""
        decode, check = self.decode, self.check
        if check is None:
            return decode

        def decode_and_check(raw: bytes) -> Any:
            event = decode(raw)
            check(event)
            return event

        return decode_and_check


#: Every declared stage by name, filled as the modules of `agents` are imported.
STAGES: dict[str, Stage] = {}


def stage(
    name: str,
    *,
    topic: Topic,
    event: type[E],
    check: Callable[[E], object] | None = None,
    follows: bool = False,
    recompute: Recompute | None = None,
    known: Callable[[Sequence[E]], Collection[int]] | None = None,
    identify: Callable[[E], E] | None = None,
    after: str = "",
) -> Callable[[F], F]:
    """Declare the decorated function as the handler of stage `name`.

    - `event`: the msgspec type of the topic's events; it has a `user`.
    - `check`: the pure step every event passes alone before any SQL. It raises
      `failures.Invalid` for what no retry can heal; anything else it raises is retried. A module's
      own function, for after a crash a child process imports it by name.
    - `follows`: the handler gets `Sequence[UUID]` of users who are behind instead of events, and
      the stage keeps `done_rev` and sweeps.
    - `recompute`: what a rebuild of one user does; its stage takes the queue of rebuilds.
    - `known`: which of some events, by place, are applied already; read under their users' locks.
    - `after`: the following stage that this one follows; empty: the users' tables themselves.
    - `identify`: gives an event that a person edited the identity of what it says now.
    """

    def declare(handler: F) -> F:
        if name in STAGES:
            raise ValueError(f"there are two stages named {name!r}")
        add_reader(name, topic)
        STAGES[name] = Stage(
            name, topic, event, handler, check, follows, recompute, known, identify, after
        )
        return handler

    return declare


def discover(package: ModuleType) -> Mapping[str, Stage]:
    """Import every module of `package`; one that fails to import raises instead of being missed."""
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)
    return STAGES
