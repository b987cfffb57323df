"""A closed- or open-loop HTTP load on loopback, cheap enough to drive a server on the other core.

It speaks just enough HTTP/1.1 for a server that answers with Content-Length and keeps connections.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlsplit

MakeBody = Callable[[int], bytes]


@dataclass
class Result:
    """What a load saw: statuses, the seconds it ran, and each request's latency in seconds."""

    seconds: float
    statuses: Counter[int] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        """Requests answered a second."""
        return sum(self.statuses.values()) / self.seconds


class Connection(asyncio.Protocol):
    """One keep-alive connection with one request in flight."""

    def __init__(self) -> None:
        self.body = b""
        self._received = b""
        self._answer: asyncio.Future[int] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport to write to."""
        # uvloop's transports are none by inheritance.
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Complete the answer when its whole body is there."""
        self._received += data
        head, found, body = self._received.partition(b"\r\n\r\n")
        if not found:
            return
        lowered = head.lower()
        start = lowered.index(b"content-length:") + 15
        length = int(lowered[start:].split(b"\r\n", 1)[0])
        if len(body) >= length and self._answer is not None:
            self._received, self.body = b"", body
            self._answer.set_result(int(head[9:12]))

    def connection_lost(self, exc: Exception | None) -> None:
        """A request in flight fails with the connection."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionResetError())

    async def send(self, request: bytes) -> int:
        """Send one request; return the status of its answer."""
        self._answer = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return await self._answer


class Target:
    """Where the requests go: one POST path with a token per connection, in turn."""

    def __init__(self, url: str, tokens: list[str]) -> None:
        parts = urlsplit(url)
        self.host, self.port = parts.hostname or "127.0.0.1", parts.port or 80
        self._heads = [
            f"POST {parts.path} HTTP/1.1\r\nHost: {self.host}\r\n"
            f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
            "Content-Length: ".encode()
            for token in tokens
        ]

    def request(self, connection: int, body: bytes) -> bytes:
        """The bytes of one request."""
        head = self._heads[connection % len(self._heads)]
        return b"%s%d\r\n\r\n%s" % (head, len(body), body)

    async def connect(self) -> Connection:
        """Open one connection."""
        _, connection = await asyncio.get_running_loop().create_connection(
            Connection, self.host, self.port
        )
        return connection


async def closed_loop(
    target: Target, make_body: MakeBody, *, connections: int, seconds: float
) -> Result:
    """Keep `connections` requests in flight for `seconds`."""
    numbers = _numbers()
    begun = time.monotonic()
    result = Result(seconds)

    async def drive(index: int) -> None:
        connection = await target.connect()
        while time.monotonic() - begun < seconds:
            sent = time.monotonic()
            status = await connection.send(target.request(index, make_body(next(numbers))))
            result.latencies.append(time.monotonic() - sent)
            result.statuses[status] += 1
        connection.transport.close()

    await asyncio.gather(*(drive(index) for index in range(connections)))
    result.seconds = time.monotonic() - begun
    return result


def _numbers() -> Iterator[int]:
    number = 0
    while True:
        yield number
        number += 1
