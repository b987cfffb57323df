"""A record batch: what goes in comes out, and what is broken says so."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.record_batch import Undecodable, decode, encode, overhead


@given(st.lists(st.binary()))
def test_what_goes_in_comes_out(events: list[bytes]) -> None:
    value = encode(events)
    assert decode(value) == events
    assert len(value) == overhead(len(events)) + sum(map(len, events))


@given(st.lists(st.binary(), min_size=1), st.data())
def test_a_batch_cut_short_is_undecodable_or_ends_at_a_bound(
    events: list[bytes], data: st.DataObject
) -> None:
    value = encode(events)
    cut = value[: data.draw(st.integers(0, len(value) - 1))]
    with contextlib.suppress(Undecodable):
        assert decode(cut) == events[: len(decode(cut))]


@given(st.binary())
def test_anything_else_never_raises_another_error(value: bytes) -> None:
    with contextlib.suppress(Undecodable):
        decode(value)


def test_another_version_is_undecodable() -> None:
    with pytest.raises(Undecodable, match="version 1"):
        decode(b"\x02" + encode([b"a"])[1:])
