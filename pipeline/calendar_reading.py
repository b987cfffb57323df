"""What a calendar says of when a person is busy, read in a process of its own."""

import asyncio
import sys
from datetime import date, timedelta

import msgspec

from pipeline.busy_process import Answer, Task
from pipeline.settings import Settings
from pipeline.steps.busy import Block, NoCalendar


async def read(ics: str, zone: str, today: date, settings: Settings) -> list[Block]:
    """The busy blocks around a day; raises `NoCalendar`."""
    task = Task(
        ics=ics,
        zone=zone,
        first=today - timedelta(days=settings.calendar_past_days),
        last=today + timedelta(days=settings.calendar_future_days),
        most=settings.calendar_max_blocks,
        cpu_s=settings.calendar_read_s,
        memory_bytes=settings.calendar_read_bytes,
    )
    # -P: of the program there is but the one that is installed.
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", "pipeline.busy_process",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async with asyncio.timeout(3 * settings.calendar_read_s):
            said, _ = await process.communicate(msgspec.json.encode(task))
    except TimeoutError:
        raise NoCalendar("Takes too long to read") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise NoCalendar("Takes too much time or memory to read: does it repeat without end?")
    answer = msgspec.json.decode(said, type=Answer)
    if answer.problem:
        raise NoCalendar(answer.problem)
    return answer.blocks
