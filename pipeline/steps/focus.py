"""Focus: at least 25 minutes of one category, interrupted for at most two minutes at a time.

After Cirillo's Pomodoro; an interruption is idle time or any other category. Only the category's
own time counts, towards the 25 minutes and in the sum, so focus never exceeds active time.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pipeline.steps.days import SECOND_US

MIN_FOCUS_US = 25 * 60 * SECOND_US
MAX_INTERRUPTION_US = 120 * SECOND_US


class FocusSession(NamedTuple):
    """From when to when one category went on; `active_us` is its own time within."""

    start: int
    end: int
    category: str
    active_us: int


def focus(runs: Iterable[tuple[int, int, str]]) -> int:
    """Microseconds of focus in the runs (start, end, category), given in time order."""
    return sum(session.active_us for session in focus_sessions(runs))


def focus_sessions(runs: Iterable[tuple[int, int, str]]) -> Iterator[FocusSession]:
    """The sessions that are long enough, in the order in which they are known to have ended."""
    open_sessions: dict[str, FocusSession] = {}
    for start, end, category in runs:
        session = open_sessions.get(category)
        if session and start - session.end > MAX_INTERRUPTION_US:
            if session.active_us >= MIN_FOCUS_US:
                yield session
            session = None
        open_sessions[category] = (
            FocusSession(session.start, end, category, session.active_us + end - start)
            if session
            else FocusSession(start, end, category, end - start)
        )
    for session in open_sessions.values():
        if session.active_us >= MIN_FOCUS_US:
            yield session
