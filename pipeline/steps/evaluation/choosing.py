"""How well rankings tell what a person turns to next, choice by choice, never looking ahead.

The candidates are all tasks that were open at that instant, none of them sampled (Krichene and
Rendle 2020). What ties is put in an order by chance, the same for all rankings: an order of the
table could give the answer away. `timeflow` is what the person would have been shown; `learnt` is
the same with the habits always in force, whether or not they are shown better.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import inf, log2
from random import Random
from typing import NamedTuple

from pipeline.steps.choices import Choice, Habits
from pipeline.steps.days import DAY_US
from pipeline.steps.evaluation.history import History
from pipeline.steps.evaluation.open_tasks import OpenTasks
from pipeline.steps.ranking import (
    MOST_CANDIDATES,
    MOST_CHOICES,
    Faced,
    Ranking,
    face,
    learn_from,
    standing,
)
from pipeline.steps.urgency import Task

MEASURES = ("hit@1", "hit@3", "ndcg@5", "mrr")

#: Of each task a number, the highest first, by what nobody has to learn.
_PLAIN: Mapping[str, Callable[[Task], float]] = {
    "random": lambda task: 0.0,
    "newest": lambda task: float(task.created),
    "oldest": lambda task: -float(task.created),
    "priority": lambda task: float(task.priority),
    "shortest": lambda task: -inf if task.estimate_s is None else -task.estimate_s,
}
OWN = "timeflow"
RANKINGS = (OWN, "learnt", "urgency", *_PLAIN)


class Told(NamedTuple):
    """At which rank, from 1, each of `RANKINGS` had what was chosen at an instant."""

    at: int
    candidates: int
    ranks: tuple[int, ...]
    is_learnt: bool


def measured(rank: int) -> tuple[float, ...]:
    """What a rank is worth by each of `MEASURES`; one task is right, so the best gain is 1."""
    return (
        float(rank <= 1),
        float(rank <= 3),
        1 / log2(1 + rank) if rank <= 5 else 0.0,
        1 / rank,
    )


def is_judged(choice: Choice) -> bool:
    """Whether it is a choice that no ranking brought about."""
    return choice.is_chosen and not choice.is_recommended


def told(history: History, seed: int, learn_every: int = 7) -> Iterator[Told]:
    """Every choice there was something to choose from, in order.

    A choice of a task that was not open then, as it is entered afterwards, says nothing. It is
    learnt anew on the first choice after so many days.
    """
    random = Random(f"{seed} {history.person}")
    open_tasks, habits, lately = OpenTasks(history.tasks), Habits(), _Lately(learn_every)
    for choice in sorted(history.choices, key=lambda choice: (choice.at, choice.task)):
        found = open_tasks.at(choice.at)
        luck = random.random()
        if any(task.id == choice.task for task in found):
            ranking = lately.ranking(choice)
            faced = face(found, choice, habits)
            if is_judged(choice) and len(found) > 1:
                ranks = tuple(
                    _rank(scores, choice.task, luck) for scores in _scores(found, faced, ranking)
                )
                yield Told(choice.at, len(found), ranks, ranking.is_learnt)
            lately.add(faced)
        habits.learn(choice)


def _scores(tasks: Sequence[Task], faced: Faced, ranking: Ranking) -> Iterator[Mapping[str, float]]:
    """In the order of `RANKINGS`."""
    learnt = faced.scores(ranking.weights.vector())
    yield learnt if ranking.is_learnt else faced.prior
    yield learnt
    yield faced.prior
    for score in _PLAIN.values():
        yield {task.id: score(task) for task in tasks}


def _rank(scores: Mapping[str, float], id: str, luck: float) -> int:
    above, ties = standing(scores, id)
    return 1 + above + int(luck * ties)


class _Lately:
    """The latest choices, and the ranking that they gave when it was learnt last."""

    def __init__(self, every_days: int) -> None:
        self._every_us = every_days * DAY_US
        self._faced: deque[Faced] = deque(maxlen=MOST_CHOICES)
        self._weighed = 0
        self._ranking = Ranking()
        self._learnt_in: int | None = None

    def add(self, faced: Faced) -> None:
        if len(self._faced) == MOST_CHOICES:
            self._leave()
        self._faced.append(faced)
        self._weighed += len(faced.prior)
        while self._weighed > MOST_CANDIDATES:
            self._leave()

    def _leave(self) -> None:
        self._weighed -= len(self._faced.popleft().prior)

    def ranking(self, choice: Choice) -> Ranking:
        """The one in force at this choice."""
        now = choice.at // self._every_us
        if now != self._learnt_in:
            self._ranking, self._learnt_in = learn_from(self._faced), now
        return self._ranking
