"""Replays of people whose habits and estimates are known, for they are made up."""

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.steps.choices import Choice
from pipeline.steps.days import DAY_US, HOUR_US
from pipeline.steps.estimate_ranges import Finished, shift_helps
from pipeline.steps.evaluation.choosing import MEASURES, RANKINGS, Told, measured, told
from pipeline.steps.evaluation.forecasting import forecasts, size_words
from pipeline.steps.evaluation.history import Effort, History
from pipeline.steps.evaluation.open_tasks import OpenTasks
from pipeline.steps.evaluation.sections import LEAST, Estimates, Found, NextTask, Section, Settings
from pipeline.steps.evaluation.tally import LEAST_DRAWN, Tally
from pipeline.steps.ranking import Ranking, learn
from pipeline.steps.urgency import Task, total, urgencies
from tests.unit.steps.test_estimate_ranges import history as estimated
from tests.unit.steps.test_ranking import Habit, lived

START = 20_000 * DAY_US


def chosen_by(habit: Habit, seed: int, days: int = 120, person: str = "p") -> History:
    """A person who chooses by this habit."""
    tasks, choices = lived(habit, seed, days)
    return History(person, tasks, choices, [])


def worked(seed: int, count: int, bias: float, person: str = "p") -> History:
    """A person whose tasks take `bias` times their estimate; five a day, one after the other."""
    efforts = [
        Effort(START + n * 5 * HOUR_US, START + (n * 5 + 4) * HOUR_US, done)
        for n, done in enumerate(estimated(seed, count, bias))
    ]
    return History(person, [], [], efforts)


def replayed(section: Section, histories: Sequence[History]) -> Found:
    for history in histories:
        section.add(history)
    return section.found()


def gain(found: Found, over: str, measure: str = "mrr") -> tuple[float, float]:
    """The bounds of the difference over a method."""
    (one,) = [d for d in found.differences if (d.over, d.measure) == (over, measure)]
    assert one.low is not None
    assert one.high is not None
    assert one.low <= one.mean <= one.high
    return one.low, one.high


class _LatestProject:
    """One of the project that was worked on last, but for every eighth time."""

    def __init__(self) -> None:
        self._last = ""

    def __call__(self, tasks: list[Task], now: int, random: Random) -> Task:
        own = [task for task in tasks if task.project == self._last]
        chosen = random.choice(own if own and random.random() < 7 / 8 else tasks)
        self._last = chosen.project
        return chosen


def _newest(tasks: list[Task], now: int, random: Random) -> Task:
    """What was written down last, but for every eighth time."""
    if random.random() < 1 / 8:
        return random.choice(tasks)
    return max(tasks, key=lambda task: (task.created, task.id))


def _with_due(task: Task) -> Task:
    """Every task is due some day."""
    return task._replace(due=task.due or task.created + 25 * DAY_US)


def _by_due(tasks: list[Task], now: int, random: Random) -> Task:
    return min(tasks, key=lambda task: (_with_due(task).due, task.id))


def _most_urgent(tasks: list[Task], now: int, random: Random) -> Task:
    found = urgencies(tasks, now)
    return max(tasks, key=lambda task: total(found[task.id]))


def _any(tasks: list[Task], now: int, random: Random) -> Task:
    return random.choice(tasks)


@pytest.mark.parametrize("seed", range(3))
def test_who_stays_with_a_project_is_told_better_than_by_any_plain_ranking(seed: int) -> None:
    found = replayed(NextTask(Settings()), [chosen_by(_LatestProject(), seed)])
    assert found.in_force is not None
    assert found.in_force > 0.7
    for plain in set(RANKINGS) - {"timeflow", "learnt"}:
        assert gain(found, plain)[0] > 0.05


@pytest.mark.parametrize("seed", range(3))
def test_who_takes_up_what_was_just_written_down_is_told_nearly_as_well_as_by_the_newest(
    seed: int,
) -> None:
    found = replayed(NextTask(Settings()), [chosen_by(_newest, seed)])
    assert gain(found, "newest", "hit@3")[0] > -0.25
    for plain in ("urgency", "random", "priority", "shortest", "oldest"):
        assert gain(found, plain, "hit@3")[0] > 0.3


@pytest.mark.parametrize("seed", range(3))
def test_who_goes_by_due_dates_is_told_by_urgency_and_better_than_by_chance(seed: int) -> None:
    history = chosen_by(_by_due, seed)
    history = history._replace(tasks=[_with_due(task) for task in history.tasks])
    found = replayed(NextTask(Settings()), [history])
    assert found.all.means["timeflow"]["hit@3"] > 0.5
    for plain in ("random", "newest", "priority", "shortest"):
        assert gain(found, plain)[0] > 0.1


def test_who_does_what_is_most_urgent_is_told_exactly_and_habits_would_harm() -> None:
    found = replayed(NextTask(Settings()), [chosen_by(_most_urgent, 1)])
    assert found.in_force == 0
    assert found.all.means["timeflow"] == dict.fromkeys(MEASURES, 1.0)
    assert gain(found, "urgency") == (0, 0)
    assert gain(found, "learnt")[0] > 0


def test_noise_is_told_by_no_ranking_better_than_by_chance() -> None:
    people = [chosen_by(_any, seed, 60, f"p{seed}") for seed in range(20)]
    found = replayed(NextTask(Settings()), people)
    assert (found.draws.of, found.draws.number) == ("person", 20)
    assert found.all.means["random"]["hit@1"] == pytest.approx(1 / 12, abs=0.01)
    assert found.all.means["random"]["hit@3"] == pytest.approx(3 / 12, abs=0.015)
    for plain in ("random", "urgency"):
        low, high = gain(found, plain)
        assert low < 0.02
        assert high > -0.02


def test_what_comes_later_changes_nothing_told_before() -> None:
    whole = chosen_by(_LatestProject(), 4, 60)
    middle = whole.choices[len(whole.choices) // 2].at
    cut = History(
        "p",
        [
            task._replace(done=None if (task.done or 0) > middle else task.done)
            for task in whole.tasks
            if task.created <= middle
        ],
        [choice for choice in whole.choices if choice.at <= middle],
        [],
    )
    before = [one for one in told(whole, 0) if one.at <= middle]
    assert before == list(told(cut, 0))
    assert len(before) == len(cut.choices)


def test_what_is_shown_is_what_the_ranking_of_then_says() -> None:
    history = chosen_by(_LatestProject(), 5, 40)
    ranks = {one.at: one.is_learnt for one in told(history, 0, learn_every=1)}
    for number in range(35, 200, 33):
        first = history.choices[number].at // DAY_US * DAY_US
        before = [choice for choice in history.choices if choice.at < first]
        then = [task for task in history.tasks if task.created <= first]
        ranking: Ranking = learn(then, before)
        assert ranks[history.choices[number].at] == ranking.is_learnt


def test_only_what_was_open_then_is_a_candidate() -> None:
    tasks = [
        Task("past", 1, done=10),
        Task("open", 5),
        Task("done then", 5, done=20),
        Task("later", 21),
    ]
    found = OpenTasks(tasks)
    assert [task.id for task in found.at(10)] == ["past", "done then", "open"]
    assert [task.id for task in found.at(20)] == ["done then", "open"]
    assert [(task.id, task.done) for task in found.at(21)] == [("open", None), ("later", None)]


def test_a_choice_of_what_was_not_open_or_of_the_only_task_is_not_judged() -> None:
    tasks = [Task("a", 0), Task("b", 50)]
    choices = [
        Choice(10, 0, "a", ""),  # The only one.
        Choice(40, 0, "b", ""),  # Entered afterwards.
        Choice(60, 0, "unknown", ""),
        Choice(70, 0, "b", "", is_chosen=False),
        Choice(75, 0, "b", "", is_recommended=True),
        Choice(80, 0, "b", ""),
    ]
    history = History("p", tasks, choices, [])
    assert [one.at for one in told(history, 0)] == [80]
    section = NextTask(Settings())
    section.add(history)
    assert section.found().of == 4


@given(st.randoms(use_true_random=False), st.integers(0, 3))
@settings(max_examples=20, deadline=None)
def test_the_order_of_the_input_has_no_part_in_what_is_told(random: Random, seed: int) -> None:
    history = chosen_by(_any, seed, 12)
    tasks, choices = list(history.tasks), list(history.choices)
    random.shuffle(tasks)
    random.shuffle(choices)
    assert list(told(History("p", tasks, choices, []), 7)) == list(told(history, 7))


def test_ties_are_broken_by_chance_and_not_by_the_order_of_the_table() -> None:
    tasks = [Task(f"{number:03}", 0) for number in range(10)]
    choices = [Choice(1 + number, 0, "000", "") for number in range(3000)]
    ranks = [
        one.ranks[RANKINGS.index("random")] for one in told(History("p", tasks, choices, []), 1)
    ]
    shares = [ranks.count(rank) / len(ranks) for rank in range(1, 11)]
    assert all(abs(share - 0.1) < 0.03 for share in shares), shares


def test_a_rank_is_worth_less_the_lower_it_is() -> None:
    assert measured(1) == (1.0, 1.0, 1.0, 1.0)
    assert measured(3) == pytest.approx((0, 1, 1 / 2, 1 / 3))
    assert measured(6) == pytest.approx((0, 0, 0, 1 / 6))


@given(st.integers(1, 100), st.integers(1, 100))
def test_no_measure_prefers_a_lower_rank(one: int, other: int) -> None:
    better, worse = measured(min(one, other)), measured(max(one, other))
    assert all(a >= b for a, b in zip(better, worse, strict=True))


@pytest.mark.parametrize("bias", [1.0, 1.6])
def test_p80_holds_four_of_five_of_every_size_whether_estimates_are_off_or_not(
    bias: float,
) -> None:
    people = [worked(seed, 200, bias, f"p{seed}") for seed in range(6)]
    found = replayed(Estimates(Settings()), people)
    assert [size.name for size in found.sizes] == [
        "up to 30 min",
        "up to 2 h",
        "up to 8 h",
        "over 8 h",
    ]
    for size in found.sizes:
        assert 0.7 <= size.means["timeflow"]["coverage P80"] <= 0.9
        assert size.means["timeflow"]["coverage P95"] >= 0.88
    assert gain(found, "raw estimate", "loss P80")[1] < 0


def test_a_bias_is_shifted_away_once_it_shows() -> None:
    found = replayed(Estimates(Settings()), [worked(1, 200, 1.6)])
    assert found.in_force is not None
    assert found.in_force > 0.8
    assert gain(found, "raw estimate", "miss")[1] < -0.1


def test_where_the_raw_estimate_is_best_it_is_told_as_it_is() -> None:
    people = [worked(seed, 200, 1.0, f"p{seed}") for seed in range(10)]
    found = replayed(Estimates(Settings()), people)
    assert found.in_force is not None
    assert found.in_force < 0.1
    low, high = gain(found, "raw estimate", "miss")
    assert abs(low) < 0.01
    assert abs(high) < 0.01


def test_a_task_is_predicted_from_what_was_done_before_it_was_begun() -> None:
    history = worked(3, 60, 1.6)
    middle = history.efforts[40].begun
    cut = history._replace(efforts=[one for one in history.efforts if one.begun <= middle])
    whole = [one for one in forecasts(history) if one.at <= middle]
    assert whole == list(forecasts(cut))
    last = history.efforts[39]
    begun_early = [*history.efforts[:39], last._replace(begun=history.efforts[5].begun)]
    assert len(list(forecasts(history._replace(efforts=begun_early)))) == 29


def test_the_shift_of_a_replay_is_that_of_the_history_then() -> None:
    for bias in (1.0, 1.6):
        history = worked(8, 90, bias)
        for number, one in enumerate(forecasts(history), 10):
            before = [effort.finished for effort in history.efforts[:number]]
            assert one.is_shifted == shift_helps(before)


@given(st.permutations(range(40)))
@settings(max_examples=20, deadline=None)
def test_forecasts_do_not_depend_on_the_order_of_the_input(order: list[int]) -> None:
    history = worked(2, 40, 1.3)
    shuffled = history._replace(efforts=[history.efforts[number] for number in order])
    assert list(forecasts(shuffled)) == list(forecasts(history))


def test_the_same_seed_gives_the_same_and_another_another() -> None:
    people = [chosen_by(_any, seed, 30, f"p{seed}") for seed in range(6)]
    first = replayed(NextTask(Settings(seed=1)), people)
    assert replayed(NextTask(Settings(seed=1)), people[::-1]) == first
    assert replayed(NextTask(Settings(seed=2)), people) != first


@pytest.mark.parametrize("section", [NextTask, Estimates])
def test_too_little_is_said_in_words_and_no_mean_is_invented(section: type[Section]) -> None:
    nothing = section(Settings()).found()  # type: ignore[call-arg]
    assert nothing.all.state is not None
    assert nothing.all.state.startswith(f"not enough history: 0 of {LEAST}")
    assert (nothing.all.means, nothing.in_force, nothing.differences) == ({}, None, [])
    assert nothing.draws.state == f"not enough history: 0 of {LEAST_DRAWN} weeks"


def test_one_event_and_all_alike_are_no_error() -> None:
    one = History("p", [Task("a", 0), Task("b", 0)], [Choice(1, 0, "a", "")], [])
    assert replayed(NextTask(Settings()), [one]).all.occasions == 1
    same = [Effort(n * 10, n * 10 + 5, Finished("", 60.0, 60.0)) for n in range(60)]
    found = replayed(Estimates(Settings()), [History("p", [], [], same)])
    assert found.all.means["timeflow"]["miss"] == 0
    assert found.all.means["raw estimate"]["coverage P50"] == 1


def test_an_interval_holds_the_true_difference_about_as_often_as_it_says() -> None:
    held = 0
    for seed in range(100):
        random, tally = Random(seed), Tally(("own", "other"), ("x",))
        for person in range(20):
            own = random.gauss(0.5, 1)
            for _ in range(5):
                tally.add(str(person), 0, [[own + random.gauss(0, 1)], [0.0]])
        (one,), _ = tally.differences("own", seed)
        assert one.low is not None
        assert one.high is not None
        held += one.low <= 0.5 <= one.high
    assert 85 <= held <= 99


def test_few_people_are_drawn_by_weeks() -> None:
    tally = Tally(("own", "other"), ("x",))
    for week in range(LEAST_DRAWN):
        tally.add("p", week * 7 * DAY_US, [[1.0], [0.0]])
    (one,), draws = tally.differences("own", 0)
    assert (draws.of, draws.number, draws.state) == ("week", LEAST_DRAWN, None)
    assert (one.mean, one.low, one.high) == (1, 1, 1)


def test_a_size_is_said_in_words() -> None:
    assert [size_words(size) for size in range(4)] == [
        "up to 30 min",
        "up to 2 h",
        "up to 8 h",
        "over 8 h",
    ]


def test_ranks_lie_among_the_candidates() -> None:
    for one in told(chosen_by(_any, 6, 20), 3):
        assert isinstance(one, Told)
        assert all(1 <= rank <= one.candidates for rank in one.ranks)
