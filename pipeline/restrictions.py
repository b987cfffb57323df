"""What a transaction must heed of people's words about their own data.

Who said nothing costs nothing: the lock of the users tells whether there is anything to read.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from models import deletions, restrictions, user_state
from models.restrictions import Horizon
from pipeline import metrics
from pipeline.events import UsageEvent
from pipeline.steps.deletion import Deletion


@dataclass(frozen=True)
class Restrictions:
    """Of the users of one transaction, under their locks."""

    erased: Set[UUID] = frozenset()
    horizons: Mapping[UUID, Horizon] = field(default_factory=dict)
    deletions: Mapping[UUID, Sequence[Deletion]] = field(default_factory=dict)

    def kept(self, events: Sequence[UsageEvent]) -> Sequence[UsageEvent]:
        """The events without those that their person deleted or does not keep for so long."""
        if not (self.horizons or self.deletions):
            return events
        kept = [event for event in events if not self._is_gone(event)]
        metrics.events_not_kept.inc(len(events) - len(kept))
        return kept

    def is_open(self, user_id: UUID, day: date) -> bool:
        """Whether the raw events of the day are whole, so that it may be derived from them."""
        horizon = self.horizons.get(user_id)
        return horizon is None or day >= horizon.first_open

    def _is_gone(self, event: UsageEvent) -> bool:
        horizon = self.horizons.get(event.user)
        if horizon and event.time < horizon.at:
            return True
        return any(deletion.covers(event) for deletion in self.deletions.get(event.user, ()))


NONE = Restrictions()


def lock(users: Collection[UUID]) -> tuple[dict[UUID, int], Restrictions]:
    """Lock `users` and raise their revisions; these, and what is to be heeded of them."""
    revs, restricted = user_state.lock_restricted(users)
    return revs, _of(restricted) if restricted else NONE


def deletion_of(
    made_at: int, starts: Sequence[int], ends: Sequence[int], device: str | None, q: str | None
) -> Deletion:
    """A deletion from the columns of its row."""
    return Deletion(made_at, tuple(zip(starts, ends, strict=True)), device, q)


def _of(users: Collection[UUID]) -> Restrictions:
    of_deletions: dict[UUID, list[Deletion]] = defaultdict(list)
    for user_id, *word in deletions.of_users(list(users)):
        of_deletions[user_id].append(deletion_of(*word))
    return Restrictions(
        erased=restrictions.erased(users),
        horizons={horizon.user_id: horizon for horizon in restrictions.horizons(users)},
        deletions=of_deletions,
    )
