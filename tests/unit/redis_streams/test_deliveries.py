"""The position is the first entry that is not done, whatever order the others are done in."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.redis_streams.deliveries import Deliveries
from pipeline.redis_streams.entry import Record
from pipeline.redis_streams.positions import Position


def record(offset: int) -> Record:
    return Record(offset, None, b"12345", None, 0, 2, 2 * offset, f"tag{offset}", 5)


def test_nothing_is_committed_over_an_event_in_flight() -> None:
    # faust-streaming #606: 2585, then 2589 to 2586 but for 2587.
    deliveries = Deliveries(Position(2585, "tag2584"))
    handed = {offset: deliveries.add(record(offset)) for offset in range(2585, 2590)}
    for offset in (2585, 2589, 2588, 2586):
        deliveries.ack(handed[offset])
    assert deliveries.position == (2587, "tag2586")
    deliveries.ack(handed[2587])
    assert deliveries.position == (2590, "tag2589")
    assert deliveries.total_events == 2 * 2589


@given(st.data(), st.sets(st.integers(1, 60), min_size=1))
def test_the_position_is_the_longest_finished_prefix(
    data: st.DataObject, offsets: set[int]
) -> None:
    deliveries = Deliveries(Position(1, ""))
    handed = {offset: deliveries.add(record(offset)) for offset in sorted(offsets)}
    order = data.draw(st.permutations(sorted(offsets)))
    done: set[int] = set()
    for offset in order:
        deliveries.ack(handed[offset])
        deliveries.ack(handed[offset])
        done.add(offset)
        open_offsets = offsets - done
        prefix = [o for o in offsets if not open_offsets or o < min(open_offsets)]
        assert deliveries.position.next_offset == max(prefix, default=0) + 1
        assert deliveries.unacked == len(open_offsets)
        assert deliveries.unacked_bytes == 5 * len(open_offsets)
