"""Erases people, step by step (design 5.13); each step may be done again by another process.

1. *waiting*: the person is marked; the longest token and the slowest append run out.
2. *draining*: a marker stands in their partition of every topic, and every group reads past it.
3. *deleting*: page by page from every table, until a whole pass finds nothing.
4. *trimming*: the streams up to the markers, and keys of Redis that bear the id.
5. *searching*: what is left of the streams; if the id is found, *draining* again.
6. *rewriting*: the append-only file, so that it holds what Redis holds.
7. *done*: the id is forgotten; a keyed hash and the proof stay.
"""

import hmac
from collections.abc import Callable, Coroutine
from typing import Any
from uuid import UUID

import structlog

from models import erasures
from models.erasures import Open
from models.personal_tables import TABLES
from pipeline import topics
from pipeline.database import DatabaseThreads
from pipeline.failures import Attempt
from pipeline.markers import Markers
from pipeline.redis_streams.append_only_file import rewrite
from pipeline.redis_streams.connections import Connections
from pipeline.redis_streams.keys import Keys
from pipeline.settings import Settings

log = structlog.get_logger(__name__)

#: Rows of one transaction, and entries of one look.
PAGE = 5000
_ENTRIES = 100

Step = Callable[[Open], Coroutine[None, None, Open | str]]


def user_hash(pepper: str, user_id: UUID) -> bytes:
    """What stays of the id of somebody erased."""
    return hmac.digest(pepper.encode(), b"erasure " + user_id.bytes, "sha256")


class Erasures:
    """Goes on with what may go on; a step answers the next state, or what it waits for."""

    def __init__(
        self,
        connections: Connections,
        threads: DatabaseThreads,
        markers: Markers,
        settings: Settings,
    ) -> None:
        self._connections, self._threads, self._markers = connections, threads, markers
        self._settings = settings
        self._keys = Keys(settings.redis_prefix)
        self._steps: dict[str, Step] = {
            "waiting": self._mark_streams,
            "draining": self._drain,
            "deleting": self._delete,
            "trimming": self._trim,
            "searching": self._search,
            "rewriting": self._rewrite,
        }

    async def work(self) -> None:
        """Bring every erasure as far as it can come now."""
        for erasure in await self._threads.run(erasures.due):
            with Attempt() as attempt:
                await self._go_on(erasure)
            # What is wrong with one erasure must not keep the others.
            if failure := attempt.of_event():
                log.error("erasure fails", erasure=str(erasure.id), exc_info=failure.error)
                await self._threads.run(erasures.block, erasure.id, repr(failure.error))

    async def _go_on(self, at: Open) -> None:
        while step := self._steps.get(at.state):
            reached = await step(at)
            if isinstance(reached, str):
                await self._threads.run(erasures.block, at.id, reached)
                return
            at = reached
            await self._keep(at)

    async def _keep(self, at: Open) -> None:
        if at.state == "done":
            await self._threads.run(erasures.finish, at.id, at.proof)
            log.info("erased", erasure=str(at.id))
        else:
            await self._threads.run(erasures.advance, at.id, at.state, at.markers, at.proof)

    async def _mark_streams(self, at: Open) -> Open:
        partition = self._partition(at)
        markers = {topic.name: await self._markers.append(topic, partition) for topic in topics.ALL}
        return at._replace(state="draining", markers=markers)

    async def _drain(self, at: Open) -> Open | str:
        if not (behind := await self._behind(at)):
            return at._replace(state="deleting")
        for topic in topics.ALL:
            marker = at.markers.get(topic.name)
            if marker and not await self._markers.stands(topic, self._partition(at), marker):
                return await self._mark_streams(at)
        return behind

    async def _delete(self, at: Open) -> Open:
        rows: dict[str, int] = dict(at.proof.get("rows", {}))
        found = True
        while found:
            found = False
            for table in TABLES:
                while gone := await self._threads.run(table.erase_page, at.user_id, PAGE):
                    rows[table.name] = rows.get(table.name, 0) + gone
                    found = True
        nobody = UUID(bytes=user_hash(self._settings.pepper, at.user_id)[:16])
        await self._threads.run(erasures.disown, at.user_id, nobody)
        return at._replace(state="trimming", proof=at.proof | {"rows": rows})

    async def _trim(self, at: Open) -> Open | str:
        # A log that was replaced since is read anew.
        if behind := await self._behind(at):
            return behind
        partition, gone = self._partition(at), dict(at.proof.get("entries", {}))
        for name, marker in at.markers.items():
            log_key = self._keys.log(name, partition)
            trimmed = await self._connections.call("XTRIM", log_key, "MINID", "=", f"0-{marker}")
            gone[f"{name}/{partition}"] = gone.get(f"{name}/{partition}", 0) + trimmed
        await self._unlink_keys(at.user_id)
        return at._replace(state="searching", proof=at.proof | {"entries": gone})

    async def _search(self, at: Open) -> Open:
        for name in at.markers:
            if await self._is_in_log(name, at):
                return await self._mark_streams(at)
        return at._replace(state="rewriting")

    async def _rewrite(self, at: Open) -> Open | str:
        rewritten, refused = await rewrite(self._connections)
        if refused:
            return f"the append-only file of Redis is not rewritten: {refused}"
        return at._replace(state="done", proof=at.proof | {"append_only_file": rewritten})

    async def _behind(self, at: Open) -> str | None:
        for topic in topics.ALL:
            # A topic that is new with this version holds nothing of the person.
            if marker := at.markers.get(topic.name):
                behind = await self._markers.behind(topic, self._partition(at), marker)
                if behind:
                    return str(behind)
        return None

    async def _is_in_log(self, topic: str, at: Open) -> bool:
        needles = (str(at.user_id).encode(), at.user_id.bytes)
        key, start = self._keys.log(topic, self._partition(at)), b"-"
        while entries := await self._entries(key, start):
            for _, fields in entries:
                if any(needle in value for value in fields for needle in needles):
                    return True
            start = b"(" + entries[-1][0]
        return False

    async def _entries(self, key: str, start: bytes) -> list[tuple[bytes, list[bytes]]]:
        reply: Any = await self._connections.call("XRANGE", key, start, "+", "COUNT", _ENTRIES)
        return reply or []

    async def _unlink_keys(self, user_id: UUID) -> None:
        """Keys of Redis that bear the id, as those of rate limits may."""
        cursor = b"0"
        while True:
            cursor, keys = await self._connections.call(
                "SCAN", cursor, "MATCH", f"*{user_id}*", "COUNT", 1000
            )
            if keys:
                await self._connections.call("UNLINK", *keys)
            if cursor == b"0":
                return

    def _partition(self, at: Open) -> int:
        return topics.partition_of(at.user_id, self._settings.partitions)
