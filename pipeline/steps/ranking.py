"""Which task is next: urgency as the prior, and a person's habits where these are shown better.

The weights of the habits are those of a conditional logit (McFadden 1974): the chance of each open
task is the softmax of its score. They are learnt choice by choice (stochastic gradient ascent with
shrinkage to none), and every choice is predicted before it is learnt from, so what is counted of
the past is prequential (Dawid 1984). The learnt ranking is in force when over the last choices its
mean reciprocal rank is better than the prior's by more than chance: the lower bound of the paired
difference is above 0. Priorities and due dates are those of today; when a task was made and done
is heeded.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from math import exp, sqrt
from operator import lt, mul
from statistics import fmean, stdev
from typing import NamedTuple

import msgspec

from pipeline.steps.choices import HABITS, Choice, Habits
from pipeline.steps.urgency import Task, total, urgencies

#: So much urgency is worth as much as one unit of a score.
_URGENCY_UNIT = 4.0
_RATE = 0.3
_SHRINKAGE = 0.002
#: Choices that it takes to say which ranking is better, and that are looked at.
LEAST_CHOICES = 30
MOST_CHOICES = 400
#: Open tasks that are weighed in all of them together.
MOST_CANDIDATES = 40_000
#: Of a normal distribution: one side, 5 %.
_Z = 1.645
TOP = 3

MODEL = "ranking@1"


class Weights(msgspec.Struct, frozen=True):
    """What each habit adds to a score."""

    task_recency: float = 0.0
    project_recency: float = 0.0
    project_hour: float = 0.0
    newness: float = 0.0

    def vector(self) -> tuple[float, ...]:
        """In the order of `HABITS`."""
        return self.task_recency, self.project_recency, self.project_hour, self.newness


class Record(msgspec.Struct, frozen=True):
    """How rankings did over so many choices: how often the first three held what was chosen.

    `gain` is by how much the learnt one's mean reciprocal rank is better than the prior's,
    `at_least` the lower bound of it (one side, 5 %); None: too few choices.
    """

    choices: int = 0
    prior_hits: int = 0
    learnt_hits: int = 0
    newest_hits: int = 0
    gain: float | None = None
    at_least: float | None = None


class Ranking(msgspec.Struct, frozen=True):
    """A person's ranking: weights, whether they are in force, and on what record."""

    weights: Weights = Weights()
    is_learnt: bool = False
    record: Record = Record()

    @property
    def hits(self) -> int:
        """How often the first three of the ranking in force held what was chosen."""
        return self.record.learnt_hits if self.is_learnt else self.record.prior_hits


class Faced(NamedTuple):
    """A choice as the person faced it: what was known of each task that was open then, by id.

    The ranks are those of the chosen one by the prior and by newness.
    """

    choice: Choice
    prior: Mapping[str, float]
    said: Mapping[str, tuple[float, ...]]
    prior_rank: float
    newest_rank: float

    def scores(self, weights: Sequence[float]) -> dict[str, float]:
        """Of each task, with these weights of the habits."""
        return {id: self.prior[id] + sum(map(mul, weights, said)) for id, said in self.said.items()}


@dataclass
class _Replay:
    weights: list[float] = field(default_factory=lambda: [0.0] * len(HABITS))
    gains: list[float] = field(default_factory=list)
    hits: list[tuple[bool, bool, bool]] = field(default_factory=list)


def habits_of(choices: Iterable[Choice]) -> Habits:
    """What all of the choices say; they come in time order."""
    habits = Habits()
    for choice in choices:
        habits.learn(choice)
    return habits


def learn(tasks: Sequence[Task], choices: Sequence[Choice]) -> Ranking:
    """The ranking that the latest choices give.

    `tasks` are all that were ever open meanwhile, `choices` come in time order.
    """
    habits = Habits()
    faced = []
    beginning = _beginning(tasks, choices)
    for number, choice in enumerate(choices):
        if number >= beginning:
            found = candidates(tasks, choice.at)
            # What was entered afterwards would be told by nothing but its entering.
            if any(task.id == choice.task for task in found):
                faced.append(face(found, choice, habits))
        habits.learn(choice)
    return learn_from(faced)


def learn_from(faced: Iterable[Faced]) -> Ranking:
    """The ranking that such choices give, of which there are not too many; in time order."""
    replay = _Replay()
    for one in faced:
        _step(replay, one)
    record = _record(replay)
    is_learnt = record.at_least is not None and record.at_least > 0
    return Ranking(Weights(*replay.weights), is_learnt, record)


def face(open_tasks: Sequence[Task], choice: Choice, habits: Habits) -> Faced:
    """A choice among tasks, as of the habits before it."""
    # Whether a task is begun or waits is known of today only.
    then = [task._replace(is_doing=False, is_waiting=False) for task in open_tasks]
    prior = _priors(then, choice.at)
    return Faced(
        choice=choice,
        prior=prior,
        said={task.id: habits.of(task, choice.at, choice.hour) for task in then},
        prior_rank=_rank(prior, choice.task),
        newest_rank=_rank({task.id: task.created for task in then}, choice.task),
    )


def _beginning(tasks: Sequence[Task], choices: Sequence[Choice]) -> int:
    """From which choice on it is learnt: fewer, where many tasks are open at a time."""
    left = MOST_CANDIDATES
    for number in range(len(choices) - 1, max(-1, len(choices) - MOST_CHOICES - 1), -1):
        left -= len(candidates(tasks, choices[number].at))
        if left < 0:
            return number + 1
    return max(0, len(choices) - MOST_CHOICES)


def candidates(tasks: Iterable[Task], at: int) -> list[Task]:
    """The tasks that were open at an instant, also that at which they were done."""
    return [task for task in tasks if task.created <= at and (task.done is None or task.done >= at)]


def scores(
    tasks: Sequence[Task], now: int, hour: int, ranking: Ranking, habits: Habits
) -> dict[str, tuple[float, dict[str, float]]]:
    """Of each open task its score, and what each habit adds to it."""
    prior = _priors(tasks, now)
    weights = ranking.weights.vector() if ranking.is_learnt else (0.0,) * len(HABITS)
    found = {}
    for task in tasks:
        said = habits.of(task, now, hour)
        parts = {name: w * x for name, w, x in zip(HABITS, weights, said, strict=True)}
        found[task.id] = prior[task.id] + sum(parts.values()), parts
    return found


def _priors(tasks: Sequence[Task], now: int) -> dict[str, float]:
    return {id: total(terms) / _URGENCY_UNIT for id, terms in urgencies(tasks, now).items()}


def _step(replay: _Replay, faced: Faced) -> None:
    """Predict a choice, note how well, and learn from it."""
    learnt = faced.scores(replay.weights)
    choice = faced.choice
    if choice.is_chosen and not choice.is_recommended and len(learnt) > 1:
        ranks = faced.prior_rank, _rank(learnt, choice.task), faced.newest_rank
        replay.gains.append(1 / ranks[1] - 1 / ranks[0])
        replay.hits.append((ranks[0] <= TOP, ranks[1] <= TOP, ranks[2] <= TOP))
    _ascend(replay, learnt, faced.said, choice)


def standing(scores: Mapping[str, float], id: str) -> tuple[int, int]:
    """How many score higher than one, and how many as high, itself included."""
    own, values = scores[id], list(scores.values())
    return sum(map(partial(lt, own), values)), values.count(own)


def _rank(scores: Mapping[str, float], id: str) -> float:
    """The expected rank of one among the others, from 1, where ties are broken at random."""
    above, ties = standing(scores, id)
    return 1 + above + (ties - 1) / 2


def _ascend(
    replay: _Replay,
    learnt: Mapping[str, float],
    said: Mapping[str, Sequence[float]],
    choice: Choice,
) -> None:
    highest = max(learnt.values())
    chances = {id: exp(score - highest) for id, score in learnt.items()}
    whole = sum(chances.values())
    sign = 1.0 if choice.is_chosen else -1.0
    for number in range(len(HABITS)):
        expected = sum(chance * said[id][number] for id, chance in chances.items()) / whole
        slope = sign * (said[choice.task][number] - expected)
        replay.weights[number] += _RATE * slope - _SHRINKAGE * replay.weights[number]


def _record(replay: _Replay) -> Record:
    count = len(replay.gains)
    prior, learnt, newest = (sum(hit[n] for hit in replay.hits) for n in range(3))
    if count < LEAST_CHOICES:
        return Record(count, prior, learnt, newest)
    gain = fmean(replay.gains)
    bound = gain - _Z * stdev(replay.gains) / sqrt(count)
    return Record(count, prior, learnt, newest, gain, bound)
