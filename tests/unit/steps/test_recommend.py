"""Each strategy on situations that are made up."""

import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from pipeline.steps import recommend
from pipeline.steps.choices import Habits
from pipeline.steps.days import DAY_US, DEFAULT_PERIODS, HOUR_US, Piece, elapsed_hours
from pipeline.steps.estimate_ranges import Ranges
from pipeline.steps.hours import Run
from pipeline.steps.ranking import Ranking
from pipeline.steps.recommend import estimate_range, next_task, rest, time_slot
from pipeline.steps.situation import Day, Situation
from pipeline.steps.urgency import Task
from pipeline.steps.user_day import UserDay
from tests.people import MINUTE_US, instant
from tests.unit.steps.test_features import user_day

MONDAY = date(2026, 3, 2)
MIDNIGHT = instant("2026-03-02")
TEN = MIDNIGHT + 10 * HOUR_US


def _days(count: int = 3) -> list[Day]:
    days = [date(2026, 3, 2 + number) for number in range(count)]
    return [
        Day(day, [(n % 24, piece) for n, piece in enumerate(elapsed_hours(DEFAULT_PERIODS, day))])
        for day in days
    ]


def situation(
    *tasks: Task,
    now: int = TEN,
    runs: Sequence[Run] = (),
    busy: Sequence[Piece] = (),
    recent: Sequence[UserDay] = (),
    put_off: dict[tuple[str, str], int] | None = None,
) -> Situation:
    return Situation(
        now=now,
        hour=(now - MIDNIGHT) // HOUR_US % 24,
        tasks=tasks,
        ranges=Ranges([]),
        ranking=Ranking(),
        habits=Habits(),
        days=_days(),
        recent=recent,
        runs=runs,
        busy=busy,
        put_off=put_off or {},
    )


def task(id: str, **fields: object) -> Task:
    return Task(id=id, created=TEN - DAY_US, **fields)  # type: ignore[arg-type]


# --- next task


def _next(*tasks: Task, **fields: object) -> list[str]:
    return [one.subject for one in next_task.recommend(situation(*tasks, **fields))]  # type: ignore[arg-type]


def test_the_most_urgent_task_is_next_and_says_why() -> None:
    found = next_task.recommend(
        situation(task("a"), task("b", priority=3, due=TEN + HOUR_US), task("c", priority=1))
    )
    assert [one.subject for one in found] == ["b", "c", "a"]
    assert [reason.words for reason in found[0].reasons] == ["due within 1 h", "high priority"]
    assert found[2].reasons[0].words == "nothing is more urgent"


def test_what_waits_is_blocked_or_was_put_off_is_not_next() -> None:
    tasks = (
        task("blocked", blocked_by=frozenset({"open"})),
        task("open"),
        task("waits", is_waiting=True),
        task("later", wait_until=TEN + 1),
        task("dismissed"),
    )
    assert _next(*tasks, put_off={("next_task", "dismissed"): TEN + 1}) == ["open"]
    assert _next(*tasks, put_off={("next_task", "dismissed"): TEN}) == ["open", "dismissed"]


def test_nothing_is_next_of_no_tasks() -> None:
    assert next_task.recommend(situation()) == []


# --- time slot


def _slots(*tasks: Task, **fields: object) -> dict[str, tuple[float, float]]:
    """By task the hours since midnight."""
    found = time_slot.recommend(situation(*tasks, **fields))  # type: ignore[arg-type]
    return {
        one.subject: ((one.start - MIDNIGHT) / HOUR_US, (one.end - MIDNIGHT) / HOUR_US)
        for one in found
        if one.start is not None and one.end is not None
    }


def test_what_is_due_first_has_the_first_free_time() -> None:
    found = _slots(
        task("later", estimate_s=3600, due=TEN + 2 * DAY_US),
        task("soon", estimate_s=3600, due=TEN + DAY_US),
    )
    assert found == {"soon": (10, 11), "later": (11, 12)}


def test_busy_times_and_hours_off_are_left_free() -> None:
    busy = [Piece(TEN, TEN + HOUR_US), Piece(TEN + 90 * MINUTE_US, TEN + 7 * HOUR_US)]
    found = _slots(
        task("a", estimate_s=3600, due=TEN), task("b", estimate_s=1800, due=TEN), busy=busy
    )
    assert found == {"b": (11, 11.5), "a": (33, 34)}


def test_a_task_is_not_done_before_the_day_it_is_planned_for() -> None:
    assert _slots(task("a", estimate_s=900, planned=MIDNIGHT + DAY_US)) == {"a": (33, 33.25)}


def test_a_long_task_is_done_in_pieces_of_two_hours() -> None:
    assert _slots(task("a", estimate_s=36_000, due=TEN)) == {"a": (10, 12)}


def test_what_has_no_estimate_or_no_day_has_no_time() -> None:
    assert _slots(task("a", estimate_s=900), task("b", due=TEN)) == {}


def test_hours_are_the_persons_own_once_they_are_known() -> None:
    night = (*(3600.0,) * 2, *(0.0,) * 20, *(3600.0,) * 2)
    recent = [user_day(date(2026, 2, n), by_wall_hour=night) for n in range(1, 12)]
    assert time_slot.working_hours(recent) == {22, 23, 0, 1}
    assert time_slot.working_hours(recent[:5]) == set(range(9, 17))
    assert _slots(task("a", estimate_s=3600, due=TEN), recent=recent) == {"a": (22, 23)}


# --- estimate range


def test_a_range_says_on_what_it_rests() -> None:
    (found,) = estimate_range.recommend(situation(task("a", estimate_s=3600), task("b")))
    assert (found.subject, found.p50_s) == ("a", 3600)
    assert found.reasons[0].words == "not enough history to shift it: 0 of 30 tasks"


# --- break


def _rest(*runs: tuple[int, int, str], now: int = 60, busy: Sequence[Piece] = ()) -> int | None:
    """Of runs (from, to, category) by minutes after ten: unbroken minutes of a break's reason."""
    made = [Run(TEN + a * MINUTE_US, TEN + b * MINUTE_US, name) for a, b, name in runs]
    found = rest.recommend(situation(now=TEN + now * MINUTE_US, runs=made, busy=busy))
    return int(found[0].features["unbroken_s"] // 60) if found else None


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        ([(0, 60, "coding")], 60),
        ([(0, 40, "coding"), (44, 60, "mail")], 60),
        ([(0, 40, "coding"), (45, 60, "coding")], None),
        ([(11, 60, "coding")], None),
        ([(0, 55, "coding")], None),
        ([(0, 60, "meeting")], None),
        ([], None),
    ],
)
def test_a_break_is_due_after_fifty_minutes_without_one(
    runs: list[tuple[int, int, str]], expected: int | None
) -> None:
    assert _rest(*runs) == expected


def test_nobody_is_told_to_rest_in_a_meeting_of_the_calendar() -> None:
    busy = [Piece(TEN + 50 * MINUTE_US, TEN + 90 * MINUTE_US)]
    assert _rest((0, 60, "coding"), busy=busy) is None


# --- a new strategy


@pytest.fixture
def package(tmp_path: Path) -> Iterator[ModuleType]:
    """A package of strategies with one file in it."""
    (tmp_path / "own_strategies").mkdir()
    (tmp_path / "own_strategies" / "__init__.py").touch()
    (tmp_path / "own_strategies" / "oldest.py").write_text(
        "KIND = 'oldest'\n\ndef recommend(situation):\n    return [min(situation.tasks)]\n"
    )
    sys.path.insert(0, str(tmp_path))
    yield __import__("own_strategies")
    sys.path.remove(str(tmp_path))
    for name in ("own_strategies", "own_strategies.oldest"):
        sys.modules.pop(name, None)


def test_a_new_strategy_is_one_new_file(package: ModuleType) -> None:
    (strategy,) = recommend.discover(package)
    assert strategy.KIND == "oldest"
    (found,) = strategy.recommend(situation(task("b"), task("a")))
    assert found.id == "a"  # type: ignore[attr-defined]


def test_the_strategies_are_those_whose_files_are_there() -> None:
    kinds = {strategy.KIND for strategy in recommend.discover(recommend)}
    assert kinds == {"next_task", "time_slot", "estimate_range", "break"}
