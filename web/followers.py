"""Who follows their own changes now, and the word to look that each of them waits for."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Iterator
from uuid import UUID

import peewee
from aiohttp import web

from models import user_state
from pipeline.database import DatabaseBusy, DatabaseThreads
from pipeline.notifications import listen
from pipeline.settings import Settings
from web.problems import Problem


class Follower:
    """One open stream: `rev` is that of the person's days, as far as it is known."""

    def __init__(self, request: web.Request) -> None:
        self.rev: int | None = None
        self._request = request
        self._wake = asyncio.Event()

    @property
    def is_connected(self) -> bool:
        """Not gone; who is gone stays among the followers until it is woken."""
        return self._request.transport is not None

    def wake(self) -> None:
        """Let it look."""
        self._wake.set()

    async def woken(self, within_s: float) -> bool:
        """Wait for the word to look; False: there was none within the time."""
        try:
            async with asyncio.timeout(within_s):
                await self._wake.wait()
        except TimeoutError:
            return False
        self._wake.clear()
        return True


class Followers:
    """Everybody who follows in this process."""

    def __init__(self, settings: Settings, database: DatabaseThreads) -> None:
        self._settings = settings
        self._database = database
        self._of_users: dict[UUID, set[Follower]] = defaultdict(set)
        self.is_closed = False

    def require_room(self, user_id: UUID) -> None:
        """Raise `Problem` 429 when the person has as many streams open here as they may."""
        most = self._settings.live_streams
        followers = self._of_users.get(user_id, ())
        for follower in followers:
            if not follower.is_connected:
                follower.wake()
        if sum(each.is_connected for each in followers) >= most:
            raise Problem(
                429,
                "too-many-streams",
                f"There may be {most} streams at a time: close one.",
                headers={"Retry-After": str(round(self._settings.live_beat_s))},
            )

    @contextlib.contextmanager
    def following(self, user_id: UUID, request: web.Request) -> Iterator[Follower]:
        """Be told of this person's changes inside the block."""
        follower = Follower(request)
        self._of_users[user_id].add(follower)
        try:
            yield follower
        finally:
            self._of_users[user_id].discard(follower)
            if not self._of_users[user_id]:
                del self._of_users[user_id]

    async def watch(self) -> None:
        """Tell followers what happens, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(listen(self._told))
            group.create_task(self._look_again_and_again())

    def close(self) -> None:
        """Let every stream end: the process stops."""
        self.is_closed = True
        self._told(None)

    def _told(self, user_id: UUID | None) -> None:
        users = list(self._of_users) if user_id is None else [user_id]
        for user in users:
            for follower in self._of_users.get(user, ()):
                follower.wake()

    async def _look_again_and_again(self) -> None:
        # Days are derived by stages, a thousand times a minute: asked for, where work is told.
        while True:
            await asyncio.sleep(self._settings.live_poll_s)
            if not self._of_users:
                continue
            with contextlib.suppress(peewee.OperationalError, peewee.InterfaceError, DatabaseBusy):
                self._learn(await self._database.run(user_state.revs, list(self._of_users)))

    def _learn(self, revs: dict[UUID, int]) -> None:
        for user_id, rev in revs.items():
            for follower in self._of_users.get(user_id, ()):
                if follower.rev != rev:
                    follower.rev = rev
                    follower.wake()
