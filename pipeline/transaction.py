"""What a handler gets beside its events: the open transaction, as far as it may touch it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from models.database import database
from pipeline.restrictions import NONE, Restrictions


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
        self._after_commit: list[Callable[[], None]] = []
        self._after_rollback: list[Callable[[], None]] = []
        self._look_again: dict[UUID, datetime] = {}
        self._refused: list[tuple[Any, Exception]] = []
        self.now = now
        self.restrictions = restrictions

    def rev(self, user_id: UUID) -> int:
        """The user's version: raised by this very transaction, or read by it in a follower."""
        return self._revs[user_id]

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

    def after_commit(self, function: Callable[[], None]) -> None:
        """Call `function` on this thread once the commit is known to have happened.

        The place to fill a cache: a revision that was rolled back is used again, for other
        content. When the reply to the commit is lost, it is not called.
        """
        self._after_commit.append(function)

    def after_rollback(self, function: Callable[[], None]) -> None:
        """Call `function` on this thread if what the handler does is undone.

        The place to put back what a cache was emptied of: it stands as before.
        """
        self._after_rollback.append(function)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo everything of the block, also what it wanted done after the commit, if it raises."""
        with ExitStack() as undo:
            undo.callback(self._undo, len(self._after_commit), len(self._after_rollback))
            with database.atomic():
                yield
            undo.pop_all()

    def committed(self) -> None:
        """Run what waited for the commit."""
        for function in self._after_commit:
            function()
        self._after_commit.clear()

    def rolled_back(self) -> None:
        """Run what waited for a rollback of everything."""
        self._undo(0, 0)

    def _undo(self, commits: int, rollbacks: int) -> None:
        """Forget what was to happen after a commit since so many, and run what undoes it."""
        self._refused.clear()
        del self._after_commit[commits:]
        for function in reversed(self._after_rollback[rollbacks:]):
            function()
        del self._after_rollback[rollbacks:]
