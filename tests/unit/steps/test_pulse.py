"""Heartbeats merge as ActivityWatch merges them in order, whatever order they came in."""

from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pipeline.steps.days import SECOND_US
from pipeline.steps.pulse import Beat, joined


def merged(beats: list[Beat]) -> list[tuple[Any, int, int]]:
    """What each chain of beats covers, by its beginning."""
    ordered = sorted(beats, key=lambda beat: (beat.start, beat.end))
    goes_on = joined(ordered)
    first: dict[int, int] = {}
    spans: dict[int, tuple[Any, int, int]] = {}
    for place, beat in enumerate(ordered):
        root = first[place] = first[goes_on[place]] if place in goes_on else place
        thing, start, end = spans.get(root, (beat.thing, beat.start, beat.end))
        spans[root] = thing, start, max(end, beat.end)
    return list(spans.values())


def reduced(beats: list[Beat], pulse: int) -> list[tuple[Any, int, int]]:
    """`heartbeat_reduce` of aw_transform, restated; `tests/clients` asks the real one."""
    found: list[tuple[Any, int, int]] = []
    for beat in sorted(beats, key=lambda beat: (beat.start, beat.end)):
        thing, start, end = found[-1] if found else (None, 0, 0)
        if thing == beat.thing and start <= beat.start <= end + pulse:
            found[-1] = thing, start, max(end, beat.end)
        else:
            found.append((beat.thing, beat.start, beat.end))
    return found


@st.composite
def watched(draw: st.DrawFn) -> tuple[int, list[Beat]]:
    """What a watcher reports: one thing at a time, so different ones never overlap."""
    pulse = draw(st.integers(1, 30))
    reports = draw(
        st.lists(st.tuples(st.integers(0, 40), st.integers(0, 20), st.sampled_from("ab")))
    )
    beats, start, latest, thing = [], 0, 0, ""
    for gap, duration, seen in reports:
        start = start + gap if seen == thing else max(start + gap, latest + 1)
        beats.append(Beat("watcher", seen, start, start + duration, pulse))
        latest, thing = max(latest, start + duration), seen
    return pulse, beats


@given(watched(), st.randoms(use_true_random=False))
def test_shuffled_heartbeats_are_merged_as_sorted_ones_are_by_activitywatch(
    report: tuple[int, list[Beat]], randomness: Any
) -> None:
    pulse, beats = report
    shuffled = beats.copy()
    randomness.shuffle(shuffled)
    assert merged(shuffled) == reduced(beats, pulse)


def beats(*spans: tuple[str, float, float], pulse: int = 10) -> list[Beat]:
    return [
        Beat("watcher", thing, round(start * SECOND_US), round(end * SECOND_US), pulse * SECOND_US)
        for thing, start, end in spans
    ]


def test_the_six_that_activitywatch_leaves_in_four_pieces_are_two() -> None:
    seen = beats(*(("a", at, at) for at in (0, 5, 10, 40, 12, 45)))
    spans = [(start / SECOND_US, end / SECOND_US) for _, start, end in merged(seen)]
    assert spans == [(0, 12), (40, 45)]


def test_what_was_seen_in_between_ends_it() -> None:
    assert joined(beats(("a", 0, 0), ("b", 4, 4), ("a", 8, 8))) == {}


def test_a_gap_as_long_as_the_pulse_is_joined_and_a_longer_one_is_not() -> None:
    assert joined(beats(("a", 0, 3), ("a", 13, 13))) == {1: 0}
    assert joined(beats(("a", 0, 3), ("a", 13.001, 13.001))) == {}


def test_without_a_pulse_nothing_is_joined() -> None:
    assert joined(beats(("a", 0, 3), ("a", 3, 5), pulse=0)) == {}


def test_watchers_do_not_end_each_others_time() -> None:
    mine, other = beats(("a", 0, 0), ("a", 9, 9)), beats(("b", 5, 5))[0]._replace(lane="other")
    assert joined([mine[0], other, mine[1]]) == {2: 0}


@given(watched())
def test_what_lies_beyond_the_pulse_has_no_say(report: tuple[int, list[Beat]]) -> None:
    pulse, beats = report
    goes_on = joined(beats)
    for place, (earlier, later) in enumerate(pairwise(beats), start=1):
        if later.start > max(beat.end for beat in beats[:place]) + pulse:
            assert place not in goes_on, (earlier, later)
