"""Clients that hold on to a connection: one that says nothing, one that never comes to an end."""

import asyncio
import contextlib
import resource
from collections.abc import AsyncIterator, Sequence

_HEAD = b"POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
_EVERY_S = 0.5

#: By name: what is sent at once, and what is sent again and again, if anything.
KINDS: dict[str, tuple[bytes, bytes]] = {
    "idle": (b"", b""),
    "slow head": (_HEAD, b"X: x\r\n"),
    "slow body": (_HEAD + b'Content-Length: 100000\r\n\r\n{"', b"x"),
}


def raise_file_limit(files: int) -> None:
    """Let this process, and those it starts, have so many files open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(files, hard)), hard))


class SlowClient:
    """One connection; `received` is all the server said when it had closed it."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.ended: asyncio.Task[bytes] | None = None

    async def connect(self, port: int) -> None:
        """Connect and begin."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        self.ended = asyncio.create_task(self._hold(reader, writer))

    async def _hold(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        first, again = KINDS[self.kind]
        writer.write(first)
        answer = asyncio.create_task(_all_of(reader))
        try:
            while not answer.done():
                await asyncio.wait({answer}, timeout=_EVERY_S)
                writer.write(again)
            return await answer
        finally:
            answer.cancel()
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()


async def _all_of(reader: asyncio.StreamReader) -> bytes:
    received = b""
    with contextlib.suppress(ConnectionError):
        while chunk := await reader.read(65536):
            received += chunk
    return received


@contextlib.asynccontextmanager
async def holding(port: int, count: int) -> AsyncIterator[Sequence[SlowClient]]:
    """So many of them, of every kind; those that are left in the end let go."""
    kinds = list(KINDS)
    clients = [SlowClient(kinds[n % len(kinds)]) for n in range(count)]
    for begin in range(0, count, 100):
        await asyncio.gather(*(client.connect(port) for client in clients[begin : begin + 100]))
    try:
        yield clients
    finally:
        left = [client.ended for client in clients if client.ended and not client.ended.done()]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
