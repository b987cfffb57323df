"""What remains of the time of a device when somebody was away from it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from pipeline.steps.overlap import Stretch
from pipeline.steps.sessionize import Segment

_Gaps = list[tuple[int, int]]


def without(stretches: Iterable[Stretch], away: Iterable[Segment]) -> list[Stretch]:
    """The stretches, cut where their device was left alone, in the order they begin then.

    An event counts as one even where its time does not. Where an absence ends, all that goes on is
    cut as well, so that who wins there is told by the order of the events, as everywhere.
    """
    gaps: dict[str, _Gaps] = defaultdict(list)
    for event, end in away:
        own = gaps[event.device]
        if own and event.time <= own[-1][1]:
            own[-1] = (own[-1][0], max(own[-1][1], end))
        else:
            own.append((event.time, end))
    ends = sorted({end for own in gaps.values() for _, end in own})
    parts = [
        part
        for stretch in stretches
        for present in _present(stretch, gaps.get(stretch.thing.device, []))
        for part in _split(present, ends)
    ]
    return sorted(parts, key=lambda part: part.start)


def _present(stretch: Stretch, gaps: _Gaps) -> Iterator[Stretch]:
    start, events = stretch.start, stretch.events
    met = [gap for gap in gaps if gap[0] < stretch.end and start < gap[1]]
    for gap_start, gap_end in met:
        if start < gap_start or events:
            yield Stretch(stretch.thing, start, max(start, gap_start), events)
            events = 0
        start = gap_end
    if start < stretch.end or not met:
        yield Stretch(stretch.thing, start, stretch.end, events)


def _split(stretch: Stretch, at: Iterable[int]) -> Iterator[Stretch]:
    start, events = stretch.start, stretch.events
    for instant in at:
        if start < instant < stretch.end:
            yield Stretch(stretch.thing, start, instant, events)
            start, events = instant, 0
    yield Stretch(stretch.thing, start, stretch.end, events)
