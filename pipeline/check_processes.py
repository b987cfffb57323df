"""The processes in which a stage lets events be touched that may end whoever does."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import msgspec

from models.database import database
from pipeline import check_process, record_batch
from pipeline.check_process import LENGTH, PASSED, UNTRIED, Name, Task, TrialTask, frame, request
from pipeline.stage import Stage


class CheckUnavailable(ConnectionError):
    """Events could not be touched: nobody's fault, to be tried again."""


class CheckProcesses:
    """One process that checks and one that tries the handler, shared by a stage's partition owners.

    Each is started when it is wanted, and ended `linger_s` after the last turn.
    """

    def __init__(self, stage: Stage, timeout_s: float, linger_s: float) -> None:
        self._checking = _Process(lambda: _task(stage, timeout_s, None))
        self._trying = _Process(lambda: _task(stage, timeout_s, _trial(stage)))
        self._linger_s = linger_s
        self._closed = False
        self._turn = asyncio.Lock()
        self._idle: asyncio.TimerHandle | None = None

    @property
    def is_busy(self) -> bool:
        """Whether somebody has a turn."""
        return self._turn.locked()

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
        """How many of `events`, from the first on, a child survives one by one."""
        if trial:
            batches = [record_batch.encode([one]) for one in events]
            return len(await self._touched(self._trying, batches))
        return len(await self._touched(self._checking, events))

    async def survives(self, events: Sequence[bytes]) -> bool:
        """Whether a child survives the handler over all of `events` at once, passing or raising."""
        return bool(await self._touched(self._trying, [record_batch.encode(events)]))

    async def passes(self, events: Sequence[bytes]) -> bool:
        """Whether the handler gets through all of `events` at once."""
        batch = record_batch.encode(events)
        return await self._touched(self._trying, [batch]) == bytes((PASSED,))

    async def close(self) -> None:
        """End the processes; whoever has a turn learns that nothing was tried."""
        self._closed = True
        if self._idle:
            self._idle.cancel()
        await self._checking.end()
        await self._trying.end()

    async def _touched(self, process: "_Process", values: Sequence[bytes]) -> bytes:
        answers = await process.touch(values)
        if UNTRIED in answers or self._closed:
            raise CheckUnavailable("the check process could not try all of the events")
        return answers

    def _kill(self) -> None:
        self._checking.kill()
        self._trying.kill()


class _Process:
    """The process of one task, as long as it lives; its children touch the events."""

    def __init__(self, task: Callable[[], Task]) -> None:
        self._task = task
        self._process: asyncio.subprocess.Process | None = None

    async def touch(self, values: Sequence[bytes]) -> bytes:
        """The answers to those that were survived, from the first on."""
        answers = await self._answers(values)
        if answers is None and len(values) > 1:
            # The process ended together with its child: one at a time tells of which.
            answers = b""
            for value in values:
                if not (one := await self._answers([value])):
                    break
                answers += one
        return answers or b""

    async def _answers(self, values: Sequence[bytes]) -> bytes | None:
        """None: the process is gone, although it had just answered; so an event has ended it."""
        answers = None
        try:
            answers = await _ask(await self._alive(), values)
        finally:
            if answers is None:
                await self.end()
        return answers

    async def _alive(self) -> asyncio.subprocess.Process:
        if (process := self._process) and await _ask(process, []) is not None:
            return process
        await self.end()
        self._process = await self._start()
        if await _ask(self._process, []) is None:
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
        """End the process, and its child as of its group, without waiting for the end."""
        if (process := self._process) is not None:
            self._process = None
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)


async def _ask(process: asyncio.subprocess.Process, values: Sequence[bytes]) -> bytes | None:
    stdin, stdout = _pipes(process)
    if stdin.is_closing():
        return None
    with suppress(ConnectionError, asyncio.IncompleteReadError):
        stdin.write(request(values))
        await stdin.drain()
        (length,) = LENGTH.unpack(await stdout.readexactly(LENGTH.size))
        return await stdout.readexactly(length)
    return None


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
