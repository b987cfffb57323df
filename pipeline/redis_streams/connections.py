"""Connections to one Redis, lent for one exchange each.

redis-py and hiredis speak the protocol; when to send again is decided by the callers, who know
whether a command may run twice (redis-py's own retries double an XADD whose reply was lost). So an
exchange says which of three happened: the reply, `NotSent` (it did not run), `Away` (it may have).
A connection goes back to the others only after the last reply of its exchange was read: one whose
caller was cancelled or timed out would hand the next caller somebody else's reply.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, cast

from hiredis import pack_command
from redis import exceptions
from redis.asyncio.connection import AbstractConnection, ConnectionPool

from pipeline.redis_streams.errors import (
    Away,
    Full,
    NotSent,
    Refused,
    StaleFence,
    StreamsError,
    SupersededAppend,
    UnknownProducer,
)
from pipeline.redis_streams.scripts import Script

Argument = bytes | str | int
Command = Sequence[Argument]

#: In C; its annotation knows tuples of one only.
_pack: Callable[[tuple[Argument, ...]], bytes] = cast(Any, pack_command)

_BY_CODE: dict[str, type[Refused]] = {
    "FULL": Full,
    "STALEFENCE": StaleFence,
    "SUPERSEDED": SupersededAppend,
    "UNKNOWNPRODUCER": UnknownProducer,
}


def broker_url(url: str) -> str:
    """The URL as Faust's registry must see it: `redis+unix:///path` for a socket."""
    return f"redis+{url}" if url.startswith("unix:") else url


def redis_url(url: str) -> str:
    """The URL as redis-py spells it: `unix:///path` for a socket (yarl drops the empty host)."""
    if not url.startswith("redis+unix:"):
        return url
    return "unix://" + url.removeprefix("redis+unix:").removeprefix("//")


class Connections:
    """The connections of one process, or of one reader, to `url`."""

    def __init__(self, url: str, *, timeout_s: float, limit: int = 32) -> None:
        self._timeout_s = timeout_s
        self._free = asyncio.Semaphore(limit)
        self._idle: list[AbstractConnection] = []
        #: Connections made so far, and the server's name for the last.
        self.made = 0
        self.client_id = 0
        # redis-py leaves these untyped.
        self._make: Any = ConnectionPool.from_url(
            redis_url(url),
            protocol=2,
            socket_timeout=None,
            socket_connect_timeout=timeout_s,
        ).make_connection

    async def exchange(self, *commands: Command, timeout_s: float | None = None) -> list[Any]:
        """Send `commands` together; a refused one has its `Refused` among the replies."""
        async with self._free:
            connection = await self._take()
            done = False
            try:
                async with asyncio.timeout(timeout_s or self._timeout_s):
                    packed = b"".join([_pack(tuple(command)) for command in commands])
                    await connection.send_packed_command(packed, check_health=False)
                    replies = [await _reply(connection) for _ in commands]
                done = True
            except (exceptions.ConnectionError, exceptions.TimeoutError, OSError) as error:
                # What lies idle is of the same age and probably as dead.
                await self.close()
                raise Away(f"Redis is away: {error or 'no reply in time'}") from error
            finally:
                if done:
                    self._idle.append(connection)
                else:
                    await connection.disconnect(nowait=True)
            return replies

    async def call(self, *command: Argument, timeout_s: float | None = None) -> Any:
        """Send one command and return its reply, or raise why not."""
        (reply,) = await self.exchange(command, timeout_s=timeout_s)
        return _raised(reply)

    async def run(self, script: Script, keys: Sequence[str], *arguments: Argument) -> Any:
        """Run a script and return its reply, or raise why not."""
        (reply,) = await self.run_all((script, keys, arguments))
        return _raised(reply)

    async def run_all(self, *calls: tuple[Script, Sequence[str], Sequence[Argument]]) -> list[Any]:
        """Run scripts together; a refused one has its `Refused` among the replies."""
        commands = [script.command(keys, arguments) for script, keys, arguments in calls]
        replies = await self.exchange(*commands)
        missing = [i for i, reply in enumerate(replies) if isinstance(reply, NoScript)]
        if missing:
            # The server was restarted or flushed its scripts; what was missing did not run.
            for script in {calls[i][0] for i in missing}:
                await self.load(script)
            again = await self.exchange(*(commands[i] for i in missing))
            for i, reply in zip(missing, again, strict=True):
                replies[i] = reply
        return replies

    async def load(self, script: Script) -> None:
        """Give the server a script it does not have (any more)."""
        await self.call("SCRIPT", "LOAD", script.source)

    async def close(self) -> None:
        """Close what is idle; what is lent closes or comes back by itself."""
        idle, self._idle = self._idle, []
        for connection in idle:
            await connection.disconnect(nowait=True)

    async def _take(self) -> Any:
        if self._idle:
            return self._idle.pop()
        connection = self._make()
        try:
            async with asyncio.timeout(self._timeout_s):
                await connection.connect()
                await connection.send_command("CLIENT", "ID", check_health=False)
                self.client_id = await connection.read_response()
                self.made += 1
        except (exceptions.RedisError, OSError) as error:
            await connection.disconnect(nowait=True)
            raise NotSent(f"Redis is away: {error or 'no connection in time'}") from error
        return connection


class NoScript(Refused):
    """The server does not have the script; nothing ran."""


async def _reply(connection: AbstractConnection) -> Any:
    try:
        return await connection.read_response(disable_decoding=True)
    except exceptions.BusyLoadingError as error:
        # It did not run, but what was sent together with it may.
        raise Away("Redis is loading its data") from error
    except exceptions.NoScriptError as error:
        return NoScript(str(error))
    except exceptions.OutOfMemoryError as error:
        return Full(str(error))
    except exceptions.ResponseError as error:
        code, _, message = str(error).partition(" ")
        return _BY_CODE.get(code, Refused)(message if code in _BY_CODE else str(error))


def _raised(reply: Any) -> Any:
    if isinstance(reply, StreamsError):
        raise reply
    return reply


def pairs(reply: Sequence[Any]) -> dict[str, Any]:
    """A flat reply of names and values as a mapping."""
    return {name.decode(): value for name, value in zip(reply[::2], reply[1::2], strict=True)}
