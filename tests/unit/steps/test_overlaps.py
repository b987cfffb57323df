"""Entries at the same time, told by their definition."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pipeline.steps.overlaps import overlaps

DAY = datetime(2026, 11, 20, tzinfo=UTC)


def span(number: int, minutes: tuple[int, int]) -> tuple[int, datetime, datetime]:
    start, length = minutes
    begin = DAY + timedelta(minutes=start)
    return number, begin, begin + timedelta(minutes=length)


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(1, 20)), max_size=12),
    st.sets(st.integers(0, 11)),
    st.integers(1, 4),
)
def test_the_others_of_which_neither_ends_before_the_other_begins(
    times: list[tuple[int, int]], of: set[int], most: int
) -> None:
    spans = sorted((span(*one) for one in enumerate(times)), key=lambda one: one[1])
    found = overlaps(spans, of, most)
    assert found.keys() == of & set(range(len(times)))
    for id, start, end in spans:
        others = [o for o, s, e in spans if o != id and s < end and start < e]
        if id in of:
            assert found[id] == others[:most]
