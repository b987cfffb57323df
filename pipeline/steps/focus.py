"""Focus: at least 25 minutes of one category, interrupted for at most two minutes at a time.

After Cirillo's Pomodoro; an interruption is idle time or any other category. Only the category's
own time counts, towards the 25 minutes and in the sum, so focus never exceeds active time.
"""

from collections.abc import Iterable

from pipeline.steps.days import SECOND_US

MIN_FOCUS_US = 25 * 60 * SECOND_US
MAX_INTERRUPTION_US = 120 * SECOND_US


def focus(runs: Iterable[tuple[int, int, str]]) -> int:
    """Microseconds of focus in the runs (start, end, category), given in time order."""
    last_end: dict[str, int] = {}
    length: dict[str, int] = {}
    total = 0
    for start, end, category in runs:
        if category in last_end and start - last_end[category] > MAX_INTERRUPTION_US:
            total += _if_long(length.pop(category))
        last_end[category] = end
        length[category] = length.get(category, 0) + end - start
    return total + sum(map(_if_long, length.values()))


def _if_long(session: int) -> int:
    return session if session >= MIN_FOCUS_US else 0
