"""Runs blocking database functions off the loop, on a few threads with a connection each."""

import asyncio
import select
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

import peewee
import psycopg2

from models.database import database, own_session

P = ParamSpec("P")
T = TypeVar("T")

_LOST = (
    peewee.OperationalError,
    peewee.InterfaceError,
    psycopg2.OperationalError,
    psycopg2.InterfaceError,
)


class DatabaseBusy(Exception):
    """No database thread became free within the deadline."""


class DatabaseThreads:
    """A named pool of database threads.

    `run` raises what the function raised (`peewee.OperationalError` and `InterfaceError` mean that
    the database is away) and `DatabaseBusy` when every thread stayed taken for `deadline_s`.
    """

    def __init__(self, name: str, threads: int, deadline_s: float | None = None) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix=f"database-{name}")
        self._free = asyncio.Semaphore(threads)
        self._deadline_s = deadline_s
        self.threads = threads

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call `function` on a database thread; it goes on there when the caller is cancelled."""
        try:
            # Not wait_for: until Python 3.12 it may swallow a cancellation.
            async with asyncio.timeout(self._deadline_s):
                await self._free.acquire()
        except TimeoutError:
            raise DatabaseBusy from None
        work = self._executor.submit(_on_own_connection, function, args, kwargs)
        future = asyncio.wrap_future(work)
        loop = asyncio.get_running_loop()
        work.add_done_callback(lambda _: loop.call_soon_threadsafe(self._free.release))
        return await asyncio.shield(future)

    def close(self) -> None:
        """Wait for what runs and close the connections."""
        for _ in range(self.threads):
            self._executor.submit(_disconnect)
        self._executor.shutdown(wait=True)


def _on_own_connection(
    function: Callable[..., T], args: tuple[object, ...], kwargs: dict[str, object]
) -> T:
    if database.is_closed() or not database.is_connection_usable() or _hung_up():
        _disconnect()
        database.connect()
    try:
        return function(*args, **kwargs)
    except _LOST:
        # Whatever state the connection is in, the next call gets a fresh one.
        _disconnect()
        raise
    except (peewee.DatabaseError, psycopg2.DatabaseError) as error:
        if type(error) not in (peewee.DatabaseError, psycopg2.DatabaseError):
            raise
        # The bare parent of all errors: the server went away in the middle of an answer.
        _disconnect()
        raise peewee.OperationalError(str(error)) from error


def _hung_up() -> bool:
    """Whether the server spoke since the last answer: it does so only to end the session."""
    waiting = select.poll()
    waiting.register(own_session().fileno(), select.POLLIN)
    return bool(waiting.poll(0))


def _disconnect() -> None:
    if not database.is_closed():
        database.close()
