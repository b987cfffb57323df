"""Hints go together, one append at a time for each partition, and may be lost."""

import asyncio
from uuid import uuid4

import msgspec

from pipeline import record_batch
from pipeline.events import ActivityChanged
from pipeline.hints import Hints

ANN, BOB = uuid4(), uuid4()


async def test_what_waits_for_the_append_before_goes_together_by_user() -> None:
    sent: list[list[ActivityChanged]] = []
    sending, free = asyncio.Event(), asyncio.Event()

    async def append(partition: int, value: bytes) -> None:
        sent.append(decoded(value))
        sending.set()
        await free.wait()

    hints = Hints(append, linger_s=0)
    hints.publish(3, [ActivityChanged(ANN, 1, ("2026-01-01",))])
    await sending.wait()
    hints.publish(3, [ActivityChanged(ANN, 2, ("2026-01-02",)), ActivityChanged(BOB, 1)])
    hints.publish(3, [ActivityChanged(ANN, 3, ("2026-01-01",))])
    free.set()
    await hints.close(5)
    assert sent == [
        [ActivityChanged(ANN, 1, ("2026-01-01",))],
        [ActivityChanged(ANN, 3, ("2026-01-01", "2026-01-02")), ActivityChanged(BOB, 1)],
    ]


async def test_a_hint_lingers_for_others_but_not_beyond_the_end() -> None:
    sent: list[list[ActivityChanged]] = []

    async def append(partition: int, value: bytes) -> None:
        sent.append(decoded(value))

    hints = Hints(append, linger_s=3600)
    hints.publish(3, [ActivityChanged(ANN, 1)])
    await asyncio.sleep(0)
    hints.publish(3, [ActivityChanged(BOB, 1)])
    await hints.close(5)
    assert sent == [[ActivityChanged(ANN, 1), ActivityChanged(BOB, 1)]]


async def test_streams_that_are_away_lose_hints_and_nothing_else() -> None:
    tries = 0

    async def append(partition: int, value: bytes) -> None:
        nonlocal tries
        tries += 1
        raise ConnectionResetError

    hints = Hints(append, linger_s=0)
    hints.publish(0, [ActivityChanged(ANN, 1)])
    hints.publish(1, [ActivityChanged(BOB, 1)])
    await hints.close(5)
    assert tries == 2


async def test_closing_does_not_wait_for_streams_that_hang() -> None:
    async def append(partition: int, value: bytes) -> None:
        await asyncio.Event().wait()

    hints = Hints(append, linger_s=0)
    hints.publish(0, [ActivityChanged(ANN, 1)])
    await hints.close(0.01)


def decoded(value: bytes) -> list[ActivityChanged]:
    """The hints of one entry."""
    return [msgspec.json.decode(raw, type=ActivityChanged) for raw in record_batch.decode(value)]
