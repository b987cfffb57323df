"""What a process remembers of the users it saw last, each as of a revision of theirs.

Only a memory: whoever changes anything of a user raises the revision (`models.user_state`), and
what was remembered of the one before counts no more.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Set
from functools import partial
from threading import Lock
from typing import Generic, TypeVar
from uuid import UUID

from pipeline.transaction import Transaction

T = TypeVar("T")


class UserMemory(Generic[T]):
    """Up to `capacity` users, those seen last."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._lock = Lock()
        self._users: OrderedDict[UUID, tuple[int, T]] = OrderedDict()

    def under_lock(
        self,
        users: Set[UUID],
        transaction: Transaction,
        read: Callable[[Set[UUID]], Mapping[UUID, T]],
    ) -> Mapping[UUID, T]:
        """What holds of the users, whose lock the transaction has; what is not known is read.

        It is remembered as soon as the transaction is committed.
        """
        known: dict[UUID, T] = {}
        for user_id in users:
            remembered = self.borrow(user_id, transaction)
            if remembered is not None:
                known[user_id] = remembered
        if unknown := users - known.keys():
            known |= read(unknown)
        transaction.after_commit(partial(self._keep_all, known, transaction))
        return known

    def borrow(self, user_id: UUID, transaction: Transaction) -> T | None:
        """What stood before the transaction; it is put back if that is undone."""
        rev = transaction.rev(user_id) - 1
        known = self.take(user_id, rev)
        if known is not None:
            transaction.after_rollback(partial(self.keep, user_id, rev, known))
        return known

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

    def _keep_all(self, known: Mapping[UUID, T], transaction: Transaction) -> None:
        for user_id in known:
            self.keep(user_id, transaction.rev(user_id), known[user_id])
