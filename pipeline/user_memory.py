"""What a process remembers of the users it saw last, each as of a revision of theirs.

Only a memory: every process can work without. Whoever changes anything of a user raises the
revision (`models.user_state`), and what was remembered of the one before counts no more. Handlers
reach it by their transaction (`Transaction.recall`).
"""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar
from uuid import UUID

T = TypeVar("T")


class UserMemory(Generic[T]):
    """The users seen last, as many as weigh `capacity` together; each weighs one by default."""

    def __init__(self, capacity: int, weigh: Callable[[T], int] = lambda _: 1) -> None:
        self._capacity = capacity
        self._weigh = weigh
        self._lock = Lock()
        self._weight = 0
        #: Of each user the revision, what is known as of it, and what that weighs.
        self._users: OrderedDict[UUID, tuple[int, T, int]] = OrderedDict()

    def take(self, user_id: UUID, rev: int) -> T | None:
        """What is known as of `rev`, and forget it: what is done with it may be undone."""
        with self._lock:
            found = self._pop(user_id)
        return found[1] if found and found[0] == rev else None

    def keep(self, user_id: UUID, rev: int, known: T) -> None:
        """Remember what holds as of `rev`, which has been committed."""
        weight = self._weigh(known)
        with self._lock:
            self._pop(user_id)
            self._users[user_id] = rev, known, weight
            self._weight += weight
            while self._weight > self._capacity:
                _, (_, _, forgotten) = self._users.popitem(last=False)
                self._weight -= forgotten

    def _pop(self, user_id: UUID) -> tuple[int, T, int] | None:
        found = self._users.pop(user_id, None)
        if found:
            self._weight -= found[2]
        return found
