"""What a process remembers of the users it saw last, each as of a revision of theirs.

Only a memory: whoever changes anything of a user raises the revision (`models.user_state`), and
what was remembered of the one before counts no more.
"""

from collections import OrderedDict
from threading import Lock
from typing import Generic, TypeVar
from uuid import UUID

T = TypeVar("T")


class UserMemory(Generic[T]):
    """Up to `capacity` users, those seen last."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._lock = Lock()
        self._users: OrderedDict[UUID, tuple[int, T]] = OrderedDict()

    def take(self, user_id: UUID, rev: int) -> T | None:
        """What is known as of `rev`, and forget it: what is done with it may be undone."""
        with self._lock:
            known = self._users.pop(user_id, None)
        return known[1] if known and known[0] == rev else None

    def keep(self, user_id: UUID, rev: int, known: T) -> None:
        """Remember what holds as of `rev`, which has been committed."""
        with self._lock:
            self._users[user_id] = rev, known
            self._users.move_to_end(user_id)
            if len(self._users) > self._capacity:
                self._users.popitem(last=False)
