"""From the outbox to the streams: what changed of people's work and of their segments.

Several relays share the rows between them. Those that one has stay locked until they are appended,
and go with the commit; when it fails in between, they are appended again, which does no harm.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from uuid import UUID

import mode
import peewee
import structlog

from models import outbox
from models.database import database
from pipeline import metrics, topics
from pipeline.database import DatabaseBusy, DatabaseThreads
from pipeline.intake import Intake, NotTaken, OutcomeUnknown
from pipeline.notifications import listen
from pipeline.redis_streams.backoff import Backoff, Seldom
from pipeline.redis_streams.connections import Connections
from pipeline.settings import Settings

log = structlog.get_logger(__name__)

_AWAY = (
    peewee.OperationalError,
    peewee.InterfaceError,
    DatabaseBusy,
    NotTaken,
    OutcomeUnknown,
)


#: Encoded events by topic and user.
Events = Mapping[tuple[str, UUID], Sequence[bytes]]


class Relay(mode.Service):
    """Sends what waits whenever it is told of a change, and looks by itself now and then."""

    def __init__(self, settings: Settings, connections: Connections) -> None:
        super().__init__()
        self._settings = settings
        self._threads = DatabaseThreads("relay", 1)
        self._intakes = {
            topic.name: Intake(connections, settings, topic)
            for topic in (topics.TASKS, topics.PROFILES)
        }
        self._wake = asyncio.Event()

    @mode.Service.task
    async def _listen(self) -> None:
        await listen(lambda _: self._wake.set())

    @mode.Service.task
    async def _send_again_and_again(self) -> None:
        backoff, seldom = Backoff(cap_s=5.0), Seldom(10)
        while not self.should_stop:
            self._wake.clear()
            try:
                while await self.send() == self._settings.relay_page:
                    pass
                backoff.reset()
            except _AWAY as error:
                if seldom:
                    log.warning("changes wait in the outbox", error=str(error).strip())
                await self.sleep(backoff.next_s())
                continue
            await self._woken()

    async def _woken(self) -> None:
        try:
            async with asyncio.timeout(self._settings.relay_poll_s):
                await self._wake.wait()
        except TimeoutError:
            pass

    async def send(self) -> int:
        """Send the oldest events that wait; how many they were."""
        loop = asyncio.get_running_loop()

        def append(events: Events) -> "Future[object]":
            return asyncio.run_coroutine_threadsafe(self._append(events), loop)

        def send_page() -> int:
            with database.atomic():
                rows = outbox.take(self._settings.relay_page)
                if not rows:
                    return 0
                events: dict[tuple[str, UUID], list[bytes]] = defaultdict(list)
                for row in rows:
                    events[row.topic, row.user_id].append(row.event.encode())
                append(events).result()
                outbox.delete([row.id for row in rows])
            return len(rows)

        sent = await self._threads.run(send_page)
        metrics.relayed.inc(sent)
        return sent

    async def _append(self, events: Events) -> None:
        await asyncio.gather(
            *(self._intakes[topic].append(user, own) for (topic, user), own in events.items())
        )

    async def on_stop(self) -> None:
        """Take no more; what was not sent waits in the outbox."""
        self._wake.set()
        for intake in self._intakes.values():
            await intake.close()

    async def on_shutdown(self) -> None:
        """Close the connection."""
        await asyncio.to_thread(self._threads.close)
