"""Entries go into a transaction in the log's order, whatever order they are offered in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import record_batch
from pipeline.batch import Entry
from pipeline.hand import MOST_LOOKS, Gap, Hand


def entry(offset: int, acknowledged: list[int] | None = None, events: int = 1) -> Entry:
    value = record_batch.encode([b"{}"] * events)
    return Entry(
        offset, "", value, lambda: None if acknowledged is None else acknowledged.append(offset)
    )


def offsets(hand: Hand) -> list[int]:
    return [parts.entry.offset for parts in hand.take()]


def test_a_transaction_is_full_by_entries_or_by_events() -> None:
    by_entries, by_events = Hand(1, 2, 100), Hand(1, 100, 5)
    for offset in range(1, 6):
        by_entries.offer(entry(offset))
        by_events.offer(entry(offset, events=3))
    assert offsets(by_entries) == offsets(by_events) == [1, 2]


def test_what_was_taken_stays_and_is_topped_up_until_it_is_done() -> None:
    acknowledged: list[int] = []
    hand = Hand(1, 10, 100)
    hand.offer(entry(1, acknowledged))
    assert offsets(hand) == [1]
    hand.offer(entry(2, acknowledged))
    assert offsets(hand) == [1, 2]
    hand.done(2)
    assert acknowledged == [1]
    assert offsets(hand) == [2]


@given(st.lists(st.integers(1, 12)))
def test_only_the_next_entry_is_ever_taken(offered: list[int]) -> None:
    hand = Hand(1, 3, 100)
    done: list[int] = []
    for offset in offered:
        hand.offer(entry(offset))
        try:
            done += offsets(hand)
        except Gap as gap:
            hand.looks_again(gap)
        hand.done(len(done) + 1)
    assert done == list(range(1, len(done) + 1))


def test_what_is_missing_is_asked_for_again_before_it_is_passed_over() -> None:
    hand = Hand(1, 10, 100)
    looks_again = True
    looks = 0
    while looks_again:
        hand.offer(entry(4))
        with pytest.raises(Gap) as gap:
            hand.take()
        looks_again = hand.looks_again(gap.value)
        looks += 1
    assert looks == MOST_LOOKS + 1
    assert offsets(hand) == [4]
    assert hand.cursor == 1
