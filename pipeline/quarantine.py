"""Finds the events that end the process that touches them, without counting any other death.

After an owner that did not leave in order, the next one examines what that one may have had in
hand: in a child process the check is run event by event. If the whole process dies again at the
same entry, it was not the check that killed it; then the child runs the handler, too, in a
transaction that is rolled back: once over all, and if it does not get through, event by event. Only
the death of the child while it has a single event counts, on record before the next try; three
quarantine the event. So a SIGKILL from outside, which always hits the process itself, counts for
nobody.
"""

import asyncio
import sys
from collections import Counter, deque
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from models import attempts
from models.attempts import WHOLE_ENTRY
from models.cursors import Claim
from models.database import database
from pipeline import check_process, record_batch
from pipeline.batch import Item, Place
from pipeline.check_process import PASSED, Name, Task, TrialTask, frame
from pipeline.database import DatabaseThreads
from pipeline.stage import Stage


class CheckUnavailable(ConnectionError):
    """The child process could not be started: nobody's fault, to be tried again."""


class CheckProcess:
    """The child process of one stage, shared by the owners of its partitions."""

    def __init__(self, stage: Stage, timeout_s: float) -> None:
        self._stage = stage
        self._timeout_s = timeout_s
        self._process: asyncio.subprocess.Process | None = None
        self._on_trial = False
        self._turn = asyncio.Lock()
        self._users = 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """One user at a time, so that a death is known to be of its event; ended after the last."""
        self._users += 1
        try:
            async with self._turn:
                yield
        finally:
            self._users -= 1
            if not self._users:
                await self._end()

    async def survivors(self, events: Sequence[bytes], *, trial: bool = False) -> int:
        """How many of `events`, from the first on, the process survives one by one."""
        values = [record_batch.encode([event]) for event in events] if trial else events
        return len(await self._touch(values, trial=trial))

    async def passes(self, events: Sequence[bytes]) -> bool:
        """Whether the handler gets through all of `events` at once."""
        return await self._touch([record_batch.encode(events)], trial=True) == PASSED

    async def _touch(self, values: Sequence[bytes], *, trial: bool) -> bytes:
        """The answers to those that were survived."""
        if trial != self._on_trial:
            await self._end()
            self._on_trial = trial
        process = self._process = self._process or await self._start(trial=trial)
        answers = b""
        try:
            answers = await _answers(process, values)
        finally:
            if len(answers) < len(values):
                await self._end()
        return answers

    async def _start(self, *, trial: bool) -> asyncio.subprocess.Process:
        # A session of its own: a Ctrl-C meant for the parent must not look like the event's deed.
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", check_process.__file__),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        stdin, stdout = _pipes(process)
        stdin.write(frame(msgspec.json.encode(_task(self._stage, self._timeout_s, trial=trial))))
        if await stdout.read(1) != PASSED:
            await process.wait()
            raise CheckUnavailable("the check process ended before it was given any event")
        return process

    async def _end(self) -> None:
        if (process := self._process) is not None:
            self._process = None
            if process.returncode is None:
                process.kill()
            await process.wait()


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


def _task(stage: Stage, timeout_s: float, *, trial: bool) -> Task:
    return Task(
        path=sys.path,
        event=_name(stage.event),
        check=None if stage.check is None else _name(stage.check),
        timeout_s=timeout_s,
        trial=TrialTask(
            stage=stage.name,
            handler=_name(stage.handler),
            follows=stage.follows,
            database_url=str(database.database),
            connect_params=database.connect_params,
        )
        if trial
        else None,
    )


def _name(thing: Any) -> Name:
    return thing.__module__, thing.__qualname__


async def ending(
    process: CheckProcess, events: Mapping[Place, bytes], attempts: int, *, trial: bool = False
) -> set[Place]:
    """Where the events are that end the process so often; in a turn of the process."""
    waiting, deaths = deque(events), Counter[Place]()
    found: set[Place] = set()
    while waiting:
        survived = await process.survivors([events[place] for place in waiting], trial=trial)
        for _ in range(survived):
            waiting.popleft()
        if waiting:
            deaths[waiting[0]] += 1
            if deaths[waiting[0]] >= attempts:
                found.add(waiting.popleft())
    return found


class Tries:
    """How often events of one partition ended the process that touched them, on record."""

    def __init__(self, claim: Claim, limit: int, deaths: dict[Place, int]) -> None:
        self._claim = claim
        self._limit = limit
        self._deaths = deaths
        #: Entries below were in hand when the process died although the events had been checked.
        self.until = max((place.offset + 1 for place in deaths), default=0)

    @classmethod
    def read(cls, claim: Claim, from_offset: int, limit: int) -> "Tries":
        """What is on record from an offset on."""
        found = attempts.of(claim, from_offset)
        return cls(claim, limit, {Place(*place): tries for place, tries in found.items()})

    def begin(self, first: int, last: int) -> None:
        """Put on record which entries are examined, before any is."""
        for offset in {first, last}:
            attempts.put(self._claim, offset, WHOLE_ENTRY, 1)

    def exhausted(self, place: Place) -> bool:
        """Whether the event shall not be touched any more."""
        return self._deaths.get(place, 0) >= self._limit

    def not_to_touch(self, items: Sequence[Item]) -> set[Place]:
        """Where those of `items` stand whose tries are exhausted."""
        return {item.place for item in items if self.exhausted(item.place)}

    def died(self, place: Place) -> None:
        """Count a death of the check process."""
        self._deaths[place] = self._deaths.get(place, 0) + 1
        attempts.put(self._claim, *place, self._deaths[place])


async def passes_together(process: CheckProcess, items: Sequence[Item], tries: Tries) -> bool:
    """Whether the handler gets through all of `items` at once but those not to be touched."""
    raws = [item.raw for item in items if item.raw and not tries.exhausted(item.place)]
    if not raws:
        return False
    async with process.turn():
        return await process.passes(raws)


async def deadly(
    process: CheckProcess,
    items: Sequence[Item],
    tries: Tries,
    threads: DatabaseThreads,
    *,
    trial: bool,
) -> set[Place]:
    """Which of `items` must not be touched: the process that did died of them again and again."""
    async with process.turn():
        while True:
            waiting = [item for item in items if item.raw and not tries.exhausted(item.place)]
            survived = await process.survivors([item.raw for item in waiting], trial=trial)
            if survived == len(waiting):
                return tries.not_to_touch(items)
            await threads.run(tries.died, waiting[survived].place)
