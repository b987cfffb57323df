"""What a process remembers of the users it saw last, each as of a revision of theirs.

Only a memory: every process can work without. Whoever changes anything of a user raises the
revision (`models.user_state`), and what was remembered of the one before counts no more. Handlers
reach it by their transaction (`Transaction.recall`).
"""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Generic, NamedTuple, TypeVar
from uuid import UUID

T = TypeVar("T")


class _Remembered(NamedTuple, Generic[T]):
    rev: int
    known: T
    weight: int


class UserMemory(Generic[T]):
    """The users seen last, as many as weigh `capacity` together; one each, if nobody weighs."""

    def __init__(self, capacity: int, weigh: Callable[[T], int] = lambda _: 1) -> None:
        self._capacity = capacity
        self._weigh = weigh
        self._lock = Lock()
        self._weight = 0
        self._users: OrderedDict[UUID, _Remembered[T]] = OrderedDict()

    def take(self, user_id: UUID, rev: int) -> T | None:
        """What is known as of `rev`, and forget it: what is done with it may be undone."""
        with self._lock:
            found = self._pop(user_id)
        return found.known if found and found.rev == rev else None

    def keep(self, user_id: UUID, rev: int, known: T) -> None:
        """Remember what holds as of `rev`, which has been committed."""
        weight = self._weigh(known)
        with self._lock:
            self._pop(user_id)
            self._users[user_id] = _Remembered(rev, known, weight)
            self._weight += weight
            while self._weight > self._capacity:
                _, forgotten = self._users.popitem(last=False)
                self._weight -= forgotten.weight

    def _pop(self, user_id: UUID) -> _Remembered[T] | None:
        found = self._users.pop(user_id, None)
        self._weight -= found.weight if found else 0
        return found
