"""Drafts of entries: nothing claimed, nothing twice, nothing trifling."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from pipeline.steps.days import Piece
from pipeline.steps.drafts import Draft, Mostly, Used, apart, drafts, free_time

MINUTE = 60_000_000
DAY = Piece(0, 24 * 60 * MINUTE)


def used(start: int, end: int, project: str = "a", entity: str = "x") -> Used:
    return Used(start * MINUTE, end * MINUTE, project, "coding", entity)


def propose(*some: Used, free: tuple[Piece, ...] = (DAY,)) -> list[tuple[float, float, str]]:
    found = drafts(some, free, gap_us=5 * MINUTE, least_us=5 * MINUTE)
    return [(one.start / MINUTE, one.end / MINUTE, one.mostly.project) for one in found]


def test_short_gaps_belong_to_a_draft_and_long_ones_end_it() -> None:
    assert propose(used(0, 10), used(15, 20), used(26, 40)) == [(0, 20, "a"), (26, 40, "a")]


def test_a_long_change_of_project_makes_a_draft_of_its_own() -> None:
    some = [used(0, 10), used(10, 20, "b"), used(20, 30)]
    assert propose(*some) == [(0, 10, "a"), (10, 20, "b"), (20, 30, "a")]


def test_a_short_change_of_project_does_not() -> None:
    some = [used(0, 10), used(10, 12, "b"), used(12, 30)]
    assert propose(*some) == [(0, 30, "a")]
    assert propose(used(0, 2, "b"), used(2, 30)) == [(0, 30, "a")]


def test_what_is_trifling_is_not_proposed() -> None:
    assert propose(used(0, 4), used(60, 64)) == []


def test_a_draft_says_what_the_time_went_to() -> None:
    some = [used(0, 3, entity="z"), used(3, 10, entity="y"), used(10, 14, "b", "z")]
    (draft,) = drafts(some, [DAY], gap_us=MINUTE, least_us=5 * MINUTE)
    mostly = Mostly(14 * MINUTE, "a", "coding", ("y", "z"))
    assert draft == Draft(0, 14 * MINUTE, mostly)


def test_devices_at_the_same_time_count_once_for_what_began_last() -> None:
    found = apart([used(0, 30, "a"), used(10, 20, "b")])
    assert found == [used(0, 10, "a"), used(10, 20, "b"), used(20, 30, "a")]


spans = st.tuples(st.integers(0, 300), st.integers(1, 60)).map(lambda s: (s[0], s[0] + s[1]))


@given(
    st.lists(st.tuples(spans, st.sampled_from("abc")), max_size=25),
    st.lists(spans, max_size=6),
)
def test_drafts_are_free_apart_and_in_the_day_and_accepting_them_leaves_none(
    some: list[tuple[tuple[int, int], str]], entries: list[tuple[int, int]]
) -> None:
    seen = [used(start, end, project) for (start, end), project in some]
    day = [Piece(20 * MINUTE, 250 * MINUTE)]
    claimed = sorted((start * MINUTE, end * MINUTE) for start, end in entries)
    limits = {"gap_us": 5 * MINUTE, "least_us": 5 * MINUTE}
    found = drafts(seen, free_time(day, claimed), **limits)
    for draft in found:
        assert day[0].start <= draft.start < draft.end <= day[0].end
        assert all(draft.end <= start or end <= draft.start for start, end in claimed)
        assert 5 * MINUTE <= draft.mostly.active_us <= draft.end - draft.start
    for one, other in itertools.pairwise(found):
        assert one.end <= other.start
    accepted = sorted([*claimed, *((draft.start, draft.end) for draft in found)])
    assert drafts(seen, free_time(day, accepted), **limits) == []
