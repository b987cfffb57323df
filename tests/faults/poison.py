"""Events that do harm in the usage stage, as long as the fault stands: a file holds a one."""

import mmap
import os
import signal
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from uuid import UUID

from agents.usage import usage
from models.database import execute
from pipeline.events import UsageEvent
from pipeline.steps.check import check_usage
from pipeline.transaction import Transaction

FAULT_FILE = "POISON_FAULT_FILE"
#: What the file holds, and what it holds when the fault is gone.
STANDS, GONE = b"1", b"0"
RAISES, KILLS, SQL_FAILS = "poison/raises", "poison/kills", "poison/sql"
#: What the database does not take, as long as it has the constraint.
REFUSED = "poison/refused"


def check(event: UsageEvent) -> None:
    """As the stage's own, but for events that raise or end the process."""
    if event.category in (RAISES, KILLS) and _stands():
        if event.category == KILLS:
            os.kill(os.getpid(), signal.SIGKILL)
        raise ZeroDivisionError("in the check")
    check_usage(event)


def handle(events: Sequence[UsageEvent], transaction: Transaction) -> dict[UUID, list[date]]:
    """As the stage's own, but for events whose last statement fails."""
    changed = usage(events, transaction)
    if any(event.category == SQL_FAILS for event in events) and _stands():
        execute("SELECT 1 / 0")
    return changed


def _stands() -> bool:
    # In memory: a system call for each event would be what a benchmark measures.
    return _file()[:] == STANDS


@cache
def _file() -> mmap.mmap:
    with Path(os.environ[FAULT_FILE]).open("rb") as file:
        return mmap.mmap(file.fileno(), len(STANDS), access=mmap.ACCESS_READ)
