"""A commit that happened, but whose reply never came (reliability P4)."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from psycopg2.extensions import parse_dsn

from models.database import configure
from pipeline.running_stage import RunningStage
from tests.services.stage.conftest import Acquire, MakeStage
from tests.services.stage.driver import Log, query, until
from tests.services.stage.ledger import Posting, balances

pytestmark = pytest.mark.services

ANN = uuid4()


class ReplyEater:
    """A way to PostgreSQL that can end a connection when the server has answered a COMMIT."""

    def __init__(self, url: str) -> None:
        self.server = parse_dsn(url)
        self.hungry = 0
        self.eaten = 0

    async def pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        up_reader, up_writer = await self._connect()
        committing = asyncio.Event()
        try:
            await asyncio.gather(
                self._up(reader, up_writer, committing),
                self._down(up_reader, writer, committing),
            )
        finally:
            up_writer.close()
            writer.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        host, port = self.server["host"], self.server.get("port", "5432")
        if host.startswith("/"):
            return await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}")
        return await asyncio.open_connection(host, int(port))

    async def _up(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        committing: asyncio.Event,
    ) -> None:
        while data := await reader.read(65536):
            if self.hungry and b"COMMIT" in data:
                self.hungry -= 1
                committing.set()
            writer.write(data)
        writer.close()

    async def _down(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        committing: asyncio.Event,
    ) -> None:
        while data := await reader.read(65536):
            if committing.is_set():
                self.eaten += 1
                break
            writer.write(data)
        writer.close()


@pytest.fixture
async def eater(ledger_database: str) -> AsyncIterator[ReplyEater]:
    """The stage's sessions go through this."""
    eater = ReplyEater(ledger_database)
    server = await asyncio.start_server(eater.pass_on, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    user, name = eater.server["user"], eater.server["dbname"]
    way = f"postgresql://{user}@127.0.0.1:{port}/{name}"
    configure(way, lease_s=30, statement_timeout_s=20, lock_timeout_s=10)
    yield eater
    server.close()
    await server.wait_closed()


async def test_an_eaten_reply_counts_nothing_twice(
    eater: ReplyEater, make_stage: MakeStage, acquire: Acquire, log: Log
) -> None:
    stage: RunningStage = make_stage()
    owned = await acquire(stage=stage)
    for n in range(1, 31):
        eater.hungry = n % 3 == 0
        owned.append(Posting(ANN, str(n)))
        await until(lambda: len(log.acknowledged) == len(log.values))
    assert eater.eaten == 10
    assert await stage.threads.run(balances) == {ANN: 30}
    # Not even tried a second time: each entry raised the user's revision once.
    assert await query(stage, "SELECT rev FROM user_state") == [(30,)]
