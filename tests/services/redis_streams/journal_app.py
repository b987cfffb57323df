"""A Faust app that writes down what it is given, each partition in a task of its own.

SLOW_PARTITION takes SLOW_S for each event. SIGALRM makes the loop stand still for BLOCK_S, in a
callback of its own; with HOLD_LOG the callback has the locks of the log meanwhile.
"""

import asyncio
import contextlib
import json
import logging
import os
import signal
import time
from pathlib import Path
from typing import Any

import faust
from faust.types import TP

app = faust.App(
    os.environ.get("GROUP", "journal"),
    broker=os.environ["BROKER_URL"],
    broker_commit_interval=0.2,
    origin=None,
    web_enabled=False,
    topic_disable_leader=True,
)
topic = app.topic("events", value_type=bytes, value_serializer="raw")
slow_partition = int(os.environ.get("SLOW_PARTITION", "-1"))
slow_s = float(os.environ.get("SLOW_S", "0"))
queues: dict[int, asyncio.Queue[Any]] = {}
file = Path(os.environ["JOURNAL"]).open("a", buffering=1)  # noqa: SIM115


def write(**line: object) -> None:
    file.write(json.dumps({"process": os.getpid(), "at": time.time(), **line}) + "\n")


async def work(queue: "asyncio.Queue[Any]") -> None:
    while True:
        event = await queue.get()
        message = event.message
        if message.partition == slow_partition:
            await asyncio.sleep(slow_s)
        write(partition=message.partition, offset=message.offset, value=event.value.decode())
        event.ack()


@app.agent(topic)
async def journal(events: Any) -> None:
    async for event in events.noack().events():
        partition = event.message.partition
        if partition not in queues:
            queues[partition] = asyncio.Queue()
            asyncio.create_task(work(queues[partition]))  # noqa: RUF006
        queues[partition].put_nowait(event)


@app.on_partitions_assigned.connect  # type: ignore[arg-type]
async def assigned(sender: Any, *given: Any, **kwargs: Any) -> None:
    write(assigned=partitions_of(given[0]))
    sender.consumer.alarm.listeners[:] = [
        lambda tp, reason: write(alarm=reason, partition=tp.partition)
    ]


@app.on_partitions_revoked.connect  # type: ignore[arg-type]
async def revoked(sender: Any, *given: Any, **kwargs: Any) -> None:
    write(revoked=partitions_of(given[0]))


def partitions_of(tps: set[TP]) -> list[int]:
    return sorted(tp.partition for tp in tps if tp.topic == "events")


def block_loop(*_: object) -> None:
    # The signal comes in the middle of anything, such as a log line; the callback does not.
    app.loop.call_soon_threadsafe(stand_still)


def stand_still() -> None:
    with contextlib.ExitStack() as held:
        if "HOLD_LOG" in os.environ:
            for handler in logging.getLogger().handlers:
                handler.acquire()
                held.callback(handler.release)
        time.sleep(float(os.environ["BLOCK_S"]))


if __name__ == "__main__":
    signal.signal(signal.SIGALRM, block_loop)
    app.main()
