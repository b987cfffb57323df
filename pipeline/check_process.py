"""Lets children that it forks touch one event after the other, for they may die of it.

Run as a program: the first frame on stdin says where to import from and what to run. Each other
frame is a request: events or, on trial, record batches, each of which the handler gets at once. A
new child touches them; one frame on stdout answers, with one byte for each that it survived, from
the first on, which tells how that went. All imports are done before, so a child costs a millisecond
or some. It ends by SIGALRM when the check of one event takes too long, and is ended when stdin
closes, with the process. SIGTERM ends neither: it is meant for the parent, which ends them in time.
"""

import gc
import importlib
import mmap
import os
import select
import signal
import struct
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, BinaryIO, NoReturn

import msgspec

#: What a frame begins with.
LENGTH = struct.Struct(">I")
_values = msgspec.msgpack.Decoder(list[bytes]).decode
#: Passed; raised; nobody's fault, to be tried again.
PASSED, RAISED, UNTRIED = b".!?"

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
    return LENGTH.pack(len(value)) + value


def request(values: Sequence[bytes]) -> bytes:
    """What asks for `values` to be touched; for none of them: whether the process is ready."""
    return frame(msgspec.msgpack.encode(values))


def named(name: Name) -> Any:
    """What another process meant."""
    module, attribute = name
    return getattr(importlib.import_module(module), attribute)


def main(stdin: BinaryIO, stdout: BinaryIO) -> None:
    """Answer requests until there are no more."""
    for stop in (signal.SIGTERM, signal.SIGINT):
        signal.signal(stop, signal.SIG_IGN)
    task = msgspec.json.decode(_read(stdin) or b"", type=Task)
    sys.path[:] = task.path
    check = _check(task)
    touch = _trial(task, task.trial, check) if task.trial else check
    gc.freeze()  # what is here by now is not copied to be collected in a child
    while (asked := _read(stdin)) is not None:
        values = _values(asked)
        try:
            answers = _survived(touch, values, stdin, stdout) if values else b""
        except OSError:  # no child could be made
            answers = bytes((UNTRIED,))
        stdout.write(frame(answers))


def _survived(
    touch: Callable[[bytes], Any], values: list[bytes], stdin: BinaryIO, stdout: BinaryIO
) -> bytes:
    """The answers of a child of this process to those of `values` that it survives."""
    with mmap.mmap(-1, len(values)) as answers:
        alive, ends_with_child = os.pipe()
        try:
            child = os.fork()
        except OSError:
            os.close(alive)
            os.close(ends_with_child)
            raise
        if not child:
            # Whoever waits for this process learns of its end, whatever becomes of the child.
            os.close(stdin.fileno())
            os.close(stdout.fileno())
            _be_the_child(touch, values, answers)
        os.close(ends_with_child)
        ready, _, _ = select.select([alive, stdin.fileno()], [], [])
        if alive not in ready:  # nothing is asked meanwhile: nobody is there any more
            os.kill(child, signal.SIGKILL)
            sys.exit()
        os.close(alive)
        os.waitpid(child, 0)
        return answers[:].rstrip(b"\0")


def _be_the_child(
    touch: Callable[[bytes], Any], values: list[bytes], answers: mmap.mmap
) -> NoReturn:
    try:
        for number, value in enumerate(values):
            answers[number] = _answer(touch, value)
    finally:
        os._exit(0)


def _answer(touch: Callable[[bytes], Any], value: bytes) -> int:
    answer = RAISED
    # What raises is for the stage itself to find; here death counts.
    with suppress(Exception):
        try:
            touch(value)
            answer = PASSED
        except ConnectionError:
            answer = UNTRIED
    return answer


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
    head = stdin.read(LENGTH.size)
    return stdin.read(*LENGTH.unpack(head)) if head else None


if __name__ == "__main__":
    # What the check itself prints must not look like an answer.
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    # A parent that is gone needs no answer.
    with suppress(BrokenPipeError):
        main(sys.stdin.buffer, answers)
