"""Who wins where stretches overlap."""

from collections.abc import Mapping

from pipeline.steps.overlap import EQUAL, Stretch, Thing, share_out


def won(
    *spans: tuple[str, int, int], priorities: Mapping[str, int] = EQUAL
) -> list[tuple[int, int, str]]:
    stretches = [Stretch(Thing(name, "", "", ""), start, end, 1) for name, start, end in spans]
    shares = share_out(stretches, priorities)
    assert sum(stretch.active for stretch in stretches) == sum(s.end - s.start for s in shares)
    return [(share.start, share.end, share.winner.thing.device) for share in shares]


def test_the_one_begun_latest_wins_and_the_one_below_resumes() -> None:
    assert won(("a", 0, 10), ("b", 2, 4), ("c", 3, 6)) == [
        (0, 2, "a"),
        (2, 3, "b"),
        (3, 6, "c"),
        (6, 10, "a"),
    ]


def test_of_two_begun_at_once_the_last_in_order_wins() -> None:
    assert won(("a", 0, 10), ("b", 0, 4)) == [(0, 4, "b"), (4, 10, "a")]


def test_nobody_wins_a_gap() -> None:
    assert won(("a", 0, 2), ("b", 5, 7)) == [(0, 2, "a"), (5, 7, "b")]


def test_a_point_wins_nothing() -> None:
    assert won(("a", 0, 10), ("b", 4, 4), ("c", 10, 10)) == [(0, 4, "a"), (4, 10, "a")]


def test_one_that_is_wholly_covered_wins_nothing() -> None:
    assert won(("a", 0, 5), ("b", 0, 6)) == [(0, 6, "b")]


def test_a_higher_priority_wins_whenever_it_began() -> None:
    spans = (("a", 0, 10), ("b", 2, 12))
    assert won(*spans, priorities={"a": 1}) == [(0, 2, "a"), (2, 10, "a"), (10, 12, "b")]
    assert won(*spans, priorities={"b": 1}) == won(*spans)


def test_of_equal_priority_the_one_begun_latest_wins() -> None:
    spans = (("low", 0, 20), ("a", 0, 10), ("b", 1, 9))
    assert won(*spans, priorities={"a": 7, "b": 7}) == [
        (0, 1, "a"),
        (1, 9, "b"),
        (9, 10, "a"),
        (10, 20, "low"),
    ]


def test_a_priority_below_none_yields() -> None:
    spans = (("a", 0, 10), ("b", 2, 12))
    assert won(*spans, priorities={"b": -1}) == [(0, 2, "a"), (2, 10, "a"), (10, 12, "b")]
