"""What `timeflow doctor` makes of clocks and of the space on disks."""

from pathlib import Path

import pytest

from timeflow.doctor.machine_checks import clocks, space

GB = 10**9


@pytest.mark.parametrize(
    ("ahead", "verdict"),
    [
        ({"PostgreSQL": 0.4, "Redis": -0.4}, "ok"),
        ({"PostgreSQL": 0.9, "Redis": -0.9}, "warning"),
        ({"Redis": -5.9}, "warning"),
        ({"PostgreSQL": 0.0, "Redis": 6.1}, "wrong"),
        ({}, "warning"),
    ],
)
def test_clocks_may_differ_by_a_second_and_never_by_the_lease(
    ahead: dict[str, float], verdict: str
) -> None:
    assert clocks(ahead, lease_s=6.0).verdict == verdict


def test_the_clock_that_is_ahead_is_named() -> None:
    found = clocks({"PostgreSQL": -3.0, "Redis": 0.5}, lease_s=6.0).found
    assert found == "The clock of Redis is 3.5 s ahead of that of PostgreSQL."


@pytest.mark.parametrize(
    ("free", "total", "verdict"),
    [
        (10 * GB, 100 * GB, "ok"),
        (9 * GB, 100 * GB, "warning"),
        (0.9 * GB, 5 * GB, "warning"),
        (1 * GB, 5 * GB, "ok"),
        (1.9 * GB, 100 * GB, "wrong"),
        (0.19 * GB, 1 * GB, "wrong"),
    ],
)
def test_low_space_is_a_warning_and_hardly_any_is_wrong(
    free: float, total: float, verdict: str
) -> None:
    found = space(Path("/data"), round(free), round(total))
    assert (found.verdict, bool(found.advice)) == (verdict, verdict != "ok")
