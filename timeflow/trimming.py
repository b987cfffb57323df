"""Trims the streams of what every group has applied, now and then, in each process with stages."""

from collections import defaultdict

import mode
import peewee
import structlog

from models import cursors
from pipeline import metrics, topics
from pipeline.database import DatabaseBusy, DatabaseThreads
from pipeline.redis_streams.connections import Connections
from pipeline.redis_streams.errors import StreamsError
from pipeline.retention import trim
from pipeline.settings import Settings
from pipeline.topics import Topic

log = structlog.get_logger(__name__)

_AWAY = (peewee.OperationalError, peewee.InterfaceError, DatabaseBusy, StreamsError)


class Trimming(mode.Service):
    """Several at the same time do no harm: trimming twice is trimming once."""

    def __init__(
        self, settings: Settings, connections: Connections, threads: DatabaseThreads
    ) -> None:
        super().__init__()
        self._settings, self._connections, self._threads = settings, connections, threads

    @mode.Service.task
    async def _trim_now_and_then(self) -> None:
        async for _ in self.itertimer(self._settings.retention_every_s):
            for topic in topics.ALL:
                try:
                    removed = await self._trim(topic)
                except _AWAY as error:
                    log.warning("not trimmed", topic=topic.name, error=str(error))
                else:
                    metrics.trimmed_entries.labels(topic.name).inc(removed)

    async def _trim(self, topic: Topic) -> int:
        positions: dict[str, dict[int, int]] = defaultdict(dict)
        for stage, partition, offset, _ in await self._threads.run(cursors.positions, topic.name):
            positions[f"timeflow-{stage}"][partition] = offset
        return await trim(self._connections, self._settings, topic, positions)
