"""Which devices a person's events name, and when each was seen first and last.

Known from the first event on, be it one that is replaced later; a rebuild forgets a device that no
event names any more. Instants are kept to within `STEP_US`, so that the many events of a device
that is in use write next to nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

from models import devices
from models.devices import Sighting
from pipeline.events import UsageEvent
from pipeline.steps.days import SECOND_US
from pipeline.transaction import Transaction
from pipeline.user_memory import UserMemory

STEP_US = 600 * SECOND_US

#: (device, source) -> (first, last)
_Seen = Mapping[tuple[str, str], tuple[int, int]]

memory: UserMemory[_Seen] = UserMemory(capacity=20_000)

#: Devices remembered of one person: whoever has more of them costs a look into the table.
_MOST_REMEMBERED = 50


def note(events: Iterable[UsageEvent], transaction: Transaction) -> None:
    """Keep what the events say that is not known yet, under the lock of their users."""
    seen: dict[UUID, dict[tuple[str, str], list[int]]] = defaultdict(lambda: defaultdict(list))
    for event in events:
        seen[event.user][event.device, event.source].append(event.time)
    new: list[Sighting] = []
    for user_id, times in seen.items():
        before = transaction.recall(memory, user_id) or {}
        spans = {key: _span(*each, *before.get(key, ())) for key, each in times.items()}
        new += [Sighting(user_id, *k, *span) for k, span in spans.items() if before.get(k) != span]
        known = {**before, **spans}
        if len(known) <= _MOST_REMEMBERED:
            transaction.remember(memory, user_id, known)
    devices.see(new)


def note_all(user_id: UUID) -> None:
    """Know just what all raw events of the user say, under their lock."""
    devices.replace(
        user_id,
        [
            each._replace(first=_step(each.first), last=_step(each.last))
            for each in devices.in_events(user_id)
        ],
    )


def _span(*instants: int) -> tuple[int, int]:
    return _step(min(instants)), _step(max(instants))


def _step(instant: int) -> int:
    return instant // STEP_US * STEP_US
