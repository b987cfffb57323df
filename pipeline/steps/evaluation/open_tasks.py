"""Which tasks were open at each of many instants that come in order."""

from collections.abc import Iterable
from heapq import heappop, heappush

from pipeline.steps.urgency import Task


class OpenTasks:
    """Those open at the instant asked for last: made by then, and done no sooner.

    A task is open at the very instant at which it is done: it may have been chosen then.
    """

    def __init__(self, tasks: Iterable[Task]) -> None:
        self._ahead = sorted(tasks, key=lambda task: (task.created, task.id), reverse=True)
        self._ends: list[tuple[int, str]] = []
        self._open: dict[str, Task] = {}

    def at(self, instant: int) -> list[Task]:
        """The oldest first; when each is done is not told. No instant is before the last one."""
        while self._ahead and self._ahead[-1].created <= instant:
            self._begin(self._ahead.pop())
        while self._ends and self._ends[0][0] < instant:
            self._open.pop(heappop(self._ends)[1], None)
        return list(self._open.values())

    def _begin(self, task: Task) -> None:
        self._open[task.id] = task._replace(done=None)
        if task.done is not None:
            heappush(self._ends, (task.done, task.id))
