"""Whose work changed, as PostgreSQL tells it with the commit: a word to look, and no more.

What is told while the connection is lost is not told again, so whoever listens is told to look at
everything when it comes back.
"""

import asyncio
from collections.abc import Callable
from uuid import UUID

import peewee
import psycopg2
import psycopg2.extensions
import structlog

from models import changes
from pipeline.redis_streams.backoff import Backoff, Seldom

#: Told a person, or None: it may be anybody.
Told = Callable[[UUID | None], None]

_LOST = (
    peewee.OperationalError,
    peewee.InterfaceError,
    psycopg2.OperationalError,
    psycopg2.InterfaceError,
)

log = structlog.get_logger(__name__)


async def listen(told: Told) -> None:
    """Listen until cancelled, on a connection of its own."""
    backoff, seldom = Backoff(cap_s=5.0), Seldom(10)
    while True:
        try:
            connection = await asyncio.to_thread(changes.listen)
            told(None)
            backoff.reset()
            await _until_lost(connection, told)
        except _LOST as error:
            if seldom:
                log.warning("not listening", error=str(error).strip())
        await asyncio.sleep(backoff.next_s())


async def _until_lost(connection: psycopg2.extensions.connection, told: Told) -> None:
    loop, socket = asyncio.get_running_loop(), connection.fileno()
    lost: asyncio.Future[None] = loop.create_future()

    def read() -> None:
        try:
            connection.poll()
        except _LOST as error:
            loop.remove_reader(socket)
            if not lost.done():
                lost.set_exception(error)
        else:
            for notify in connection.notifies:
                told(UUID(notify.payload))
            connection.notifies.clear()

    loop.add_reader(socket, read)
    try:
        await lost
    finally:
        loop.remove_reader(socket)
        connection.close()
