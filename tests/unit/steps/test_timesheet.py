"""A timesheet loses nothing at the bounds of days, and counts nothing twice."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pipeline.steps.days import DAY_US, Period, pieces
from pipeline.steps.timesheet import by_project_and_day
from pipeline.steps.workday import Tracked

# The clocks go back on the Sunday.
PERIODS = (Period(zone="Europe/Berlin"),)
WEEK = [pieces(PERIODS, date(2026, 10, 19) + timedelta(days=number)) for number in range(7)]
FIRST, END = WEEK[0][0].start, WEEK[-1][-1].end

instants = st.integers(FIRST - DAY_US, END + DAY_US)
entries = st.builds(
    lambda a, b, project: Tracked(min(a, b), max(a, b), project),
    instants,
    instants,
    st.sampled_from(["", "a", "b"]),
)


@given(st.lists(entries, max_size=20))
def test_the_cells_of_a_project_sum_to_what_lies_in_the_week(some: list[Tracked]) -> None:
    table = by_project_and_day(some, WEEK)
    for project in ("", "a", "b"):
        inside = sum(
            max(0, min(entry.end, END) - max(entry.start, FIRST))
            for entry in some
            if entry.project == project
        )
        assert sum(table.get(project, [0])) == inside
    assert all(any(row) for row in table.values())


def test_an_entry_over_midnight_is_cut_there() -> None:
    midnight = WEEK[1][0].start
    table = by_project_and_day([Tracked(midnight - 2, midnight + 3, "a")], WEEK)
    assert table == {"a": [2, 3, 0, 0, 0, 0, 0]}
