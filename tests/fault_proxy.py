"""A TCP proxy in front of a server that misbehaves on demand."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator
from urllib.parse import urlsplit


class FaultProxy:
    """Listens on `port` and forwards to the target.

    `latency_s` delays every piece both ways, `stall`/`heal` hold everything back, `reset` breaks
    the connections there are, `refuse`/`accept` decide about new ones, and `eat_replies` lets so
    many of the target's next pieces vanish together with their connection: the command ran, its
    caller will not know.
    """

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._open = asyncio.Event()
        self._open.set()
        self.port = 0
        self.latency_s = 0.0
        self.eat_replies = 0
        self.eaten = 0
        self.refusing = False

    @property
    def url(self) -> str:
        """The proxy as a Redis URL."""
        return f"redis://127.0.0.1:{self.port}/0"

    async def start(self) -> None:
        """Listen on a free port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Listen no more and break everything."""
        if self._server is not None:
            self._server.close()
        self._open.set()
        self.reset()
        await asyncio.sleep(0)

    def stall(self) -> None:
        """Hold everything back, for ever if nobody heals."""
        self._open.clear()

    def heal(self) -> None:
        """Let go what was held back; refuse nobody."""
        self._open.set()
        self.refusing = False

    def refuse(self) -> None:
        """Break every connection and every new one."""
        self.refusing = True
        self.reset()

    def reset(self) -> None:
        """Break every connection with a TCP reset."""
        for writer in list(self._writers):
            connection = writer.get_extra_info("socket")
            if connection is not None:
                linger = struct.pack("ii", 1, 0)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.refusing:
            writer.transport.abort()
            return
        try:
            back_reader, back_writer = await asyncio.open_connection(*self._target)
        except OSError:
            writer.transport.abort()
            return
        both = {writer, back_writer}
        self._writers |= both
        try:
            await asyncio.gather(
                self._pump(reader, back_writer), self._pump(back_reader, writer, replies=True)
            )
        finally:
            self._writers -= both

    async def _pump(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        replies: bool = False,
    ) -> None:
        with contextlib.suppress(OSError):
            while piece := await reader.read(65536):
                await asyncio.sleep(self.latency_s)
                await self._open.wait()
                if replies and self.eat_replies > 0:
                    self.eat_replies -= 1
                    self.eaten += 1
                    break
                writer.write(piece)
                await writer.drain()
        writer.close()


@contextlib.asynccontextmanager
async def fault_proxy(url: str) -> AsyncIterator[FaultProxy]:
    """A proxy in front of the server at `url` (TCP)."""
    target = urlsplit(url)
    proxy = FaultProxy(target.hostname or "127.0.0.1", target.port or 6379)
    await proxy.start()
    try:
        yield proxy
    finally:
        await proxy.stop()
