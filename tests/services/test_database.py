"""Database threads live through what happens to the server."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import psycopg2
import pytest

from models.database import configure, execute
from pipeline.database import DatabaseBusy, DatabaseThreads
from tests.instance import wait_until

pytestmark = pytest.mark.services


@pytest.fixture(autouse=True)
def _configured(database_url: str) -> None:
    configure(database_url, lease_s=5, statement_timeout_s=5, lock_timeout_s=5)


@pytest.fixture
async def threads() -> AsyncIterator[DatabaseThreads]:
    threads = DatabaseThreads("test", 1, deadline_s=0.05)
    yield threads
    threads.close()


@pytest.fixture
def other_session(database_url: str) -> Iterator[psycopg2.extensions.connection]:
    session = psycopg2.connect(database_url)
    session.autocommit = True
    yield session
    session.close()


def own_pid() -> int:
    pid: int = execute("SELECT pg_backend_pid()").fetchone()[0]
    return pid


def ended(session: psycopg2.extensions.connection, pid: int) -> bool:
    with session.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", (pid,))
        return cursor.fetchone() is None


async def test_a_session_that_the_server_ended_is_replaced_before_it_is_used(
    threads: DatabaseThreads, other_session: psycopg2.extensions.connection
) -> None:
    pid = await threads.run(own_pid)
    with other_session.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", (pid,))
    wait_until(lambda: ended(other_session, pid), timeout_s=5, what="the session's end")
    assert await threads.run(own_pid) != pid


async def test_a_session_is_kept_from_call_to_call(threads: DatabaseThreads) -> None:
    assert await threads.run(own_pid) == await threads.run(own_pid)


async def test_who_finds_no_free_thread_within_the_deadline_is_told(
    threads: DatabaseThreads, other_session: psycopg2.extensions.connection
) -> None:
    with other_session.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(1)")
        taken = asyncio.ensure_future(threads.run(execute, "SELECT pg_advisory_xact_lock(1)"))
        await asyncio.sleep(0)
        with pytest.raises(DatabaseBusy):
            await threads.run(own_pid)
        cursor.execute("SELECT pg_advisory_unlock(1)")
    await taken
