"""The child processes in which a stage lets events be touched that may end whoever does."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from models.database import database
from pipeline import check_process, record_batch
from pipeline.check_process import PASSED, Name, Task, TrialTask, frame
from pipeline.stage import Stage


class CheckUnavailable(ConnectionError):
    """The child process could not be started: nobody's fault, to be tried again."""


class CheckProcesses:
    """One child that checks and one that tries the handler, shared by a stage's partition owners.

    Each is started when it is wanted, and ended `linger_s` after the last turn.
    """

    def __init__(self, stage: Stage, timeout_s: float, linger_s: float) -> None:
        self._checking = _Child(lambda: _task(stage, timeout_s, None))
        self._trying = _Child(lambda: _task(stage, timeout_s, _trial(stage)))
        self._linger_s = linger_s
        self._turn = asyncio.Lock()
        self._idle: asyncio.TimerHandle | None = None

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """One user at a time, so that a death is known to be of its event."""
        async with self._turn:
            if self._idle:
                self._idle.cancel()
            try:
                yield
            finally:
                self._idle = asyncio.get_running_loop().call_later(self._linger_s, self._kill)

    async def survivors(self, events: Sequence[bytes], *, trial: bool = False) -> int:
        """How many of `events`, from the first on, the process survives one by one."""
        if trial:
            return len(await self._trying.touch([record_batch.encode([one]) for one in events]))
        return len(await self._checking.touch(events))

    async def passes(self, events: Sequence[bytes]) -> bool:
        """Whether the handler gets through all of `events` at once."""
        return await self._trying.touch([record_batch.encode(events)]) == PASSED

    async def close(self) -> None:
        """End the children; nobody has a turn."""
        if self._idle:
            self._idle.cancel()
        await self._checking.end()
        await self._trying.end()

    def _kill(self) -> None:
        self._checking.kill()
        self._trying.kill()


class _Child:
    """The process of one task, as long as it lives."""

    def __init__(self, task: Callable[[], Task]) -> None:
        self._task = task
        self._process: asyncio.subprocess.Process | None = None

    async def touch(self, values: Sequence[bytes]) -> bytes:
        """The answers to those that were survived."""
        process = await self._alive()
        answers = b""
        try:
            answers = await _answers(process, values)
        finally:
            if len(answers) < len(values):
                await self.end()
        return answers

    async def _alive(self) -> asyncio.subprocess.Process:
        """The process; it has just answered, so if it ends now an event has ended it."""
        if (process := self._process) and await _answers(process, [b""]) == PASSED:
            return process
        await self.end()
        self._process = await self._start()
        if await _answers(self._process, [b""]) != PASSED:
            await self.end()
            raise CheckUnavailable("the check process ended before it was given any event")
        return self._process

    async def _start(self) -> asyncio.subprocess.Process:
        # A session of its own: a Ctrl-C meant for the parent must not look like the event's deed.
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", check_process.__file__),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        stdin, _ = _pipes(process)
        stdin.write(frame(msgspec.json.encode(self._task())))
        return process

    async def end(self) -> None:
        """End the process, if there is one."""
        process = self._process
        self.kill()
        if process is not None:
            await process.wait()

    def kill(self) -> None:
        """End the process without waiting for its end."""
        if (process := self._process) is not None:
            self._process = None
            if process.returncode is None:
                process.kill()


async def _answers(process: asyncio.subprocess.Process, values: Sequence[bytes]) -> bytes:
    stdin, stdout = _pipes(process)
    writing = asyncio.ensure_future(_write(stdin, values))
    try:
        return await stdout.readexactly(len(values))
    except asyncio.IncompleteReadError as died:
        return died.partial
    finally:
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)


async def _write(stdin: asyncio.StreamWriter, values: Sequence[bytes]) -> None:
    for value in values:
        stdin.write(frame(value))
        await stdin.drain()


def _pipes(
    process: asyncio.subprocess.Process,
) -> tuple[asyncio.StreamWriter, asyncio.StreamReader]:
    if process.stdin is None or process.stdout is None:
        raise CheckUnavailable("the check process has no pipes")
    return process.stdin, process.stdout


def _task(stage: Stage, timeout_s: float, trial: TrialTask | None) -> Task:
    return Task(
        path=sys.path,
        event=_name(stage.event),
        check=None if stage.check is None else _name(stage.check),
        timeout_s=timeout_s,
        trial=trial,
    )


def _trial(stage: Stage) -> TrialTask:
    return TrialTask(
        stage=stage.name,
        handler=_name(stage.handler),
        follows=stage.follows,
        database_url=str(database.database),
        connect_params=database.connect_params,
    )


def _name(thing: Any) -> Name:
    return thing.__module__, thing.__qualname__
