"""Rankings of people whose habits are known, for they are made up."""

from collections.abc import Callable
from random import Random

import pytest

from pipeline.steps.choices import Choice
from pipeline.steps.days import DAY_US, HOUR_US
from pipeline.steps.ranking import LEAST_CHOICES, Ranking, habits_of, learn, scores
from pipeline.steps.urgency import Task, total, urgencies

#: Of the open tasks at an instant, which is chosen.
Habit = Callable[[list[Task], int, Random], Task]


def lived(habit: Habit, seed: int, days: int = 120) -> tuple[list[Task], list[Choice]]:
    """A person with twelve open tasks who turns to five a day and finishes a third of them."""
    random, now = Random(seed), 10_000 * DAY_US
    open_tasks: list[Task] = []
    past: list[Task] = []
    choices: list[Choice] = []
    for number in range(days * 5):
        now += DAY_US // 5
        while len(open_tasks) < 12:
            open_tasks.append(_new(f"{number}-{len(open_tasks)}", now, random))
        chosen = habit(open_tasks, now, random)
        hour = now // HOUR_US % 24
        choices.append(Choice(now, hour, chosen.id, chosen.project))
        if random.random() < 0.33:
            open_tasks.remove(chosen)
            past.append(chosen._replace(done=now + HOUR_US))
    return [*past, *open_tasks], choices


def _new(id: str, now: int, random: Random) -> Task:
    return Task(
        id=id,
        created=now - random.randrange(HOUR_US),
        project=random.choice("abcd"),
        priority=random.choice((0, 0, 0, 1, 2, 3)),
        due=now + random.randrange(20 * DAY_US) if random.random() < 0.4 else None,
    )


def _most_urgent(tasks: list[Task], now: int, random: Random) -> Task:
    found = urgencies(tasks, now)
    return max(tasks, key=lambda task: total(found[task.id]))


def _same_project(tasks: list[Task], now: int, random: Random) -> Task:
    """One of the project of this part of the day, mostly."""
    wanted = "abcd"[now // HOUR_US % 24 * 4 // 24]
    own = [task for task in tasks if task.project == wanted]
    return random.choice(own) if own and random.random() < 0.85 else random.choice(tasks)


def _any(tasks: list[Task], now: int, random: Random) -> Task:
    return random.choice(tasks)


@pytest.mark.parametrize("seed", range(3))
def test_who_follows_habits_has_them_learnt(seed: int) -> None:
    found = learn(*lived(_same_project, seed))
    assert found.is_learnt
    record = found.record
    assert record.learnt_hits > 1.2 * record.prior_hits
    assert found.hits == record.learnt_hits


@pytest.mark.parametrize("seed", range(3))
def test_who_does_what_is_most_urgent_keeps_the_prior(seed: int) -> None:
    found = learn(*lived(_most_urgent, seed))
    assert not found.is_learnt
    assert found.record.prior_hits == found.record.choices
    assert found.record.newest_hits < found.record.choices


def test_of_who_chooses_at_random_nothing_is_learnt_but_by_chance() -> None:
    learnt = sum(learn(*lived(_any, seed, days=40)).is_learnt for seed in range(20))
    assert learnt <= 3


def test_too_few_choices_say_nothing() -> None:
    tasks, choices = lived(_same_project, 1)
    found = learn(tasks, choices[: LEAST_CHOICES - 1])
    assert (found.is_learnt, found.record.gain) == (False, None)
    assert learn([], []) == Ranking()


def test_a_choice_is_predicted_from_nothing_later() -> None:
    tasks, choices = lived(_same_project, 2, days=20)
    whole = learn(tasks, choices[:80])
    until = choices[79].at
    then = [one._replace(done=None) if (one.done or 0) > until else one for one in tasks]
    known = [one for one in then if one.created <= until]
    assert learn(known, choices[:80]) == whole


def test_what_was_entered_afterwards_says_nothing() -> None:
    tasks, choices = lived(_any, 4, days=20)
    late = [task._replace(created=choices[-1].at + 1) for task in tasks]
    assert learn(late, choices) == Ranking()
    half = [*tasks[::2], *late[1::2]]
    entered = {task.id for task in late[1::2]}
    known = [choice for choice in choices if choice.task not in entered]
    assert learn(half, choices).record.choices <= len(known)


def test_what_was_dismissed_is_not_learnt_as_a_choice() -> None:
    tasks, choices = lived(_any, 3, days=20)
    dismissed = [choice._replace(is_chosen=False) for choice in choices]
    assert learn(tasks, dismissed).record.choices == 0


def test_what_was_recommended_is_learnt_from_and_praises_no_ranking() -> None:
    tasks, choices = lived(_same_project, 1)
    own = learn(tasks, choices)
    recommended = learn(tasks, [choice._replace(is_recommended=True) for choice in choices])
    assert own.record.choices > LEAST_CHOICES
    assert recommended.record.choices == 0
    assert recommended.weights == own.weights
    assert not recommended.is_learnt


def test_a_score_is_the_prior_and_what_each_habit_adds() -> None:
    tasks, choices = lived(_same_project, 1)
    ranking, now = learn(tasks, choices), choices[-1].at + HOUR_US
    open_tasks = [task for task in tasks if task.done is None]
    found = scores(open_tasks, now, 3, ranking, habits_of(choices))
    without = scores(open_tasks, now, 3, Ranking(), habits_of(choices))
    for id, (score, parts) in found.items():
        assert score == pytest.approx(without[id][0] + sum(parts.values()))
