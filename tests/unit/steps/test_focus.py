"""Focus is 25 minutes of one category, interrupted for two at most at a time."""

import pytest

from pipeline.steps.focus import focus
from tests.people import MINUTE_US


def minutes_of_focus(*runs: tuple[float, float, str]) -> float:
    return (
        focus((round(start * MINUTE_US), round(end * MINUTE_US), kind) for start, end, kind in runs)
        / MINUTE_US
    )


@pytest.mark.parametrize(
    ("runs", "minutes"),
    [
        ([(0, 25, "code")], 25),
        ([(0, 24.9, "code")], 0),
        ([(0, 15, "code"), (17, 30, "code")], 28),
        ([(0, 15, "code"), (17.01, 30, "code")], 0),
        ([(0, 15, "code"), (15, 17, "mail"), (17, 30, "code")], 28),
        ([(0, 12, "code"), (14, 25, "code"), (27, 28, "code")], 0),
        ([(0, 30, "code"), (40, 70, "code")], 60),
        ([(0, 30, "code"), (30, 60, "mail")], 60),
        ([], 0),
    ],
)
def test_only_the_time_of_the_category_counts(
    runs: list[tuple[float, float, str]], minutes: float
) -> None:
    assert minutes_of_focus(*runs) == minutes


def test_two_categories_in_quick_turns_are_focus_on_neither() -> None:
    turns = [(n, n + 1, "code" if n % 2 else "mail") for n in range(40)]
    assert minutes_of_focus(*turns) == 0
