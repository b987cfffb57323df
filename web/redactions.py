"""What this process knows of people's redaction rules.

Events are redacted from memory. A process that does not know the rules takes no events.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from models import redaction_rules
from models.redaction_rules import Rules
from pipeline.settings import Settings
from pipeline.steps.redaction import Redaction, Rule, user_key
from web.lookout import Lookout

#: Redactions ready for use; a person's rules are compiled with their first event.
_MOST_READY = 10_000


class Redactions(Lookout[Mapping[UUID, Rules]]):
    """Everybody's rules."""

    of_what = "redaction rules"

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._pepper = settings.pepper
        self._rules: dict[UUID, Rules] = {}
        self._ready: dict[UUID, Redaction] = {}

    def of(self, user_id: UUID) -> Redaction | None:
        """What applies to the person's events, if anything; raises 503 when that is not known."""
        self.require_recent()
        if not (rules := self._rules.get(user_id)):
            return None
        if user_id not in self._ready:
            if len(self._ready) >= _MOST_READY:
                self._ready.clear()
            key = user_key(self._pepper, user_id)
            self._ready[user_id] = Redaction([Rule._make(rule) for rule in rules], key)
        return self._ready[user_id]

    @staticmethod
    def read(since: datetime | None) -> tuple[datetime | None, Mapping[UUID, Rules]]:
        """The rules of everybody whose rules changed."""
        return redaction_rules.changed_since(since)

    def learn(self, found: Mapping[UUID, Rules], *, afresh: bool) -> None:
        """Have these rules; what is compiled stays so as long as it is the same."""
        before = self._rules
        if afresh:
            self._rules = {}
        for user_id in before.keys() - found.keys() if afresh else ():
            self._ready.pop(user_id, None)
        for user_id, rules in found.items():
            if before.get(user_id) != rules:
                self._ready.pop(user_id, None)
            self._rules[user_id] = rules
