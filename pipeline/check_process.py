"""Touches one event after the other in a process that may die of it.

Run as a program: the first frame on stdin says where to import from and what to run. Then one frame
is one event or, on trial, a record batch that the handler gets at once. One byte on stdout follows
each that was survived and tells whether it passed or raised; an empty one asks whether the process
is there and ready. The process ends with its parent, when
stdin closes, and by SIGALRM when the check of one event takes too long.
"""

import importlib
import os
import signal
import struct
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, BinaryIO

import msgspec

_LENGTH = struct.Struct(">I")
PASSED = b"."
RAISED = b"!"

#: A name in a module: only that reaches another process.
Name = tuple[str, str]


class TrialTask(msgspec.Struct):
    """The handler, and the database to run it on."""

    stage: str
    handler: Name
    follows: bool
    database_url: str
    connect_params: dict[str, Any]


class Task(msgspec.Struct):
    """What the process runs: the check, and on trial the handler, too."""

    path: list[str]
    event: Name
    check: Name | None
    timeout_s: float
    trial: TrialTask | None


def frame(value: bytes) -> bytes:
    """`value` with its length before it."""
    return _LENGTH.pack(len(value)) + value


def named(name: Name) -> Any:
    """What another process meant."""
    module, attribute = name
    return getattr(importlib.import_module(module), attribute)


def main(stdin: BinaryIO, stdout: BinaryIO) -> None:
    """Touch what comes in until it ends."""
    task = msgspec.json.decode(_read(stdin) or b"", type=Task)
    sys.path[:] = task.path
    check = _check(task)
    touch = _trial(task, task.trial, check) if task.trial else check
    while (value := _read(stdin)) is not None:
        if not value:
            stdout.write(PASSED)
            continue
        answer = RAISED
        # What raises is for the stage itself to find; here death counts.
        with suppress(Exception):
            touch(value)
            answer = PASSED
        stdout.write(answer)


def _check(task: Task) -> Callable[[bytes], Any]:
    """Decodes an event and checks it, within the time there is for one."""
    decode = msgspec.json.Decoder(named(task.event)).decode
    check = named(task.check) if task.check else None

    def checked(raw: bytes) -> Any:
        signal.setitimer(signal.ITIMER_REAL, task.timeout_s)
        try:
            event = decode(raw)
            if check:
                check(event)
            return event
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    return checked


def _trial(
    task: Task, trial: TrialTask, check: Callable[[bytes], Any]
) -> Callable[[bytes], object]:
    # Only a trial needs the database and all that goes with it.
    from pipeline.trial import Trial

    return Trial(named(task.event), trial, check).touch


def _read(stdin: BinaryIO) -> bytes | None:
    head = stdin.read(_LENGTH.size)
    return stdin.read(*_LENGTH.unpack(head)) if head else None


if __name__ == "__main__":
    # What the check itself prints must not look like an answer.
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    # A parent that is gone needs no answer.
    with suppress(BrokenPipeError):
        main(sys.stdin.buffer, answers)
