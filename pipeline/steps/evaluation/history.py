"""What a person did, as far as it can be replayed; instants are microseconds since 1970."""

from collections.abc import Sequence
from typing import NamedTuple

from pipeline.steps.choices import Choice
from pipeline.steps.estimate_ranges import Finished
from pipeline.steps.urgency import Task
from pipeline.steps.user_day import UserDay


class Effort(NamedTuple):
    """A task that took time: when it was begun and done, and how long it took."""

    begun: int
    done: int
    finished: Finished


class History(NamedTuple):
    """A person's; nothing of it needs to be in order but the days, of which a table has none."""

    person: str
    tasks: Sequence[Task]
    choices: Sequence[Choice]
    efforts: Sequence[Effort]
    days: Sequence[UserDay] = ()
