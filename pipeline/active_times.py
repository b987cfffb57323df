"""How long a person was active with each thing, as the events name it, before any rule.

What other rules or another timeout would do is told from this, and nothing is written. Which of
overlapping events has the time depends on devices and instants, never on categories.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from models import usage_events
from models.usage_events import Window
from pipeline.steps.affected import windows
from pipeline.steps.days import Period, elapsed_hours
from pipeline.steps.derive import derive
from pipeline.steps.overlap import Thing
from pipeline.steps.sessionize import Usage
from pipeline.steps.terms import Terms


def active_times(
    user_id: UUID, days: Iterable[date], terms: Terms, periods: Sequence[Period]
) -> dict[Thing, int]:
    """Microseconds of the days by thing; merged devices and priorities count, rules do not.

    A day at a time, so that neither memory nor a statement grows with the range.
    """
    unruled = terms._replace(categories=None)
    times: dict[Thing, int] = defaultdict(int)
    for day in days:
        hours = elapsed_hours(periods, day)
        asked = [Window(user_id, *window) for window in windows(periods, hours)]
        events = [Usage(*event) for _, *event in usage_events.within(asked)]
        derived, _ = derive(unruled.read(events), periods, hours, priorities=terms.priorities)
        for hour in derived.values():
            for interval in hour.intervals:
                times[interval.thing] += interval.active_us
    return dict(times)
