"""What a handler gets beside its events: the open transaction, as far as it may touch it."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Set
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from models.database import database
from pipeline.restrictions import NONE, Restrictions
from pipeline.user_memory import UserMemory

T = TypeVar("T")
_Knowledge = tuple[UserMemory[Any], UUID, Any]


class Transaction:
    """One open transaction that already holds the cursor and the lock of its users.

    The handler works on the thread's own connection (`models.database.database`) and never
    commits. `now` is the one instant for columns like `computed_at`; steps never see it.
    `restrictions` are what its users want to be heeded of their own data.
    """

    def __init__(
        self, revs: Mapping[UUID, int], now: datetime, restrictions: Restrictions = NONE
    ) -> None:
        self._revs = revs
        #: What is known of users now, what of it was taken from memories, and what was known before
        #: each change.
        self._known: dict[UserMemory[Any], dict[UUID, Any]] = defaultdict(dict)
        self._taken: list[_Knowledge] = []
        self._replaced: list[_Knowledge] = []
        self._look_again: dict[UUID, datetime] = {}
        self._refused: list[tuple[Any, Exception]] = []
        self.now = now
        self.restrictions = restrictions

    def rev(self, user_id: UUID) -> int:
        """The user's version: raised by this very transaction, or read by it in a follower."""
        return self._revs[user_id]

    @property
    def users(self) -> Set[UUID]:
        """Whose lock it holds."""
        return self._revs.keys()

    def look_again(self, user_id: UUID, at: datetime) -> None:
        """A following stage takes the user again then, if nothing of them changes before."""
        self._look_again[user_id] = at

    def looks_again(self, user_id: UUID) -> datetime | None:
        """When the user is taken again; None: when something changes."""
        return self._look_again.get(user_id)

    def refuse(self, event: Any, error: Exception) -> None:
        """Leave one of the handler's events out, as it failed by itself: a dead letter.

        For a handler that can tell which it was. What it raises instead has to be looked for.
        """
        self._refused.append((event, error))

    def take_refused(self) -> list[tuple[Any, Exception]]:
        """What was refused; it is not told again."""
        refused, self._refused = self._refused, []
        return refused

    def recall(self, memory: UserMemory[T], user_id: UUID) -> T | None:
        """What is known of the user as they are at this point of the transaction, if anything is.

        It is forgotten until something is remembered again. Not for stages that follow, which do
        not raise the revision.
        """
        known = self._peek(memory, user_id)
        self._set(memory, user_id, None)
        return known

    def remember(self, memory: UserMemory[T], user_id: UUID, known: T) -> None:
        """Know this of the user from here on, and after the commit in other transactions, too."""
        self._set(memory, user_id, known)

    def look_up(
        self,
        memory: UserMemory[T],
        users: Set[UUID],
        read: Callable[[Set[UUID]], Mapping[UUID, T]],
    ) -> Mapping[UUID, T]:
        """What holds of the users, whose lock the transaction has; what is not known is read."""
        known = {
            user_id: found
            for user_id in users
            if (found := self._peek(memory, user_id)) is not None
        }
        if unknown := users - known.keys():
            new = read(unknown)
            for user_id in new:
                self._set(memory, user_id, new[user_id])
            known |= new
        return known

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo everything of the block, also what was learnt of its users, if it raises."""
        with ExitStack() as undo:
            undo.callback(self._undo, len(self._replaced))
            with database.atomic():
                yield
            undo.pop_all()

    def committed(self) -> None:
        """The commit is known to have happened: let other transactions know what this one does.

        A revision that was rolled back is used again, for other content. When the reply to the
        commit is lost, this is not called.
        """
        for memory, of_users in self._known.items():
            for user_id, known in of_users.items():
                if known is not None:
                    memory.keep(user_id, self._revs[user_id], known)

    def rolled_back(self) -> None:
        """Everything is undone: what was taken from the memories is put back."""
        for memory, user_id, before in self._taken:
            memory.keep(user_id, self._revs[user_id] - 1, before)

    def _peek(self, memory: UserMemory[T], user_id: UUID) -> T | None:
        of_users = self._known[memory]
        try:
            known: T | None = of_users[user_id]
        except KeyError:
            of_users[user_id] = known = memory.take(user_id, self._revs[user_id] - 1)
            if known is not None:
                self._taken.append((memory, user_id, known))
        return known

    def _set(self, memory: UserMemory[T], user_id: UUID, known: T | None) -> None:
        of_users = self._known[memory]
        self._replaced.append((memory, user_id, of_users.get(user_id)))
        of_users[user_id] = known

    def _undo(self, mark: int) -> None:
        """Know again what was known when `mark` things had been replaced."""
        self._refused.clear()
        for memory, user_id, known in reversed(self._replaced[mark:]):
            self._known[memory][user_id] = known
        del self._replaced[mark:]
