"""Reads a calendar in a process that may die of it: rules can repeat every second for ever.

Run as a program: a task as JSON on stdin, its answer on stdout. The process limits itself in time
and memory; whoever started it takes its death for an answer.
"""

import resource
import sys
from datetime import date

import msgspec

from pipeline.steps.busy import Block, NoCalendar, busy


class Task(msgspec.Struct):
    """A calendar, and what of it is wanted."""

    ics: str
    zone: str
    first: date
    last: date
    most: int
    cpu_s: int
    memory_bytes: int


class Answer(msgspec.Struct):
    """The blocks, or in words why there are none."""

    blocks: list[Block] = []
    problem: str = ""


def main() -> None:
    """Answer one task."""
    task = msgspec.json.decode(sys.stdin.buffer.read(), type=Task)
    resource.setrlimit(resource.RLIMIT_CPU, (task.cpu_s, task.cpu_s))
    resource.setrlimit(resource.RLIMIT_AS, (task.memory_bytes, task.memory_bytes))
    try:
        answer = Answer(busy(task.ics, task.zone, task.first, task.last, task.most))
    except NoCalendar as problem:
        answer = Answer(problem=str(problem))
    sys.stdout.buffer.write(msgspec.json.encode(answer))


if __name__ == "__main__":
    main()
