"""One change of a person's work: rows and the event that tells of it, in one transaction."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from uuid import UUID

import msgspec

from models import changes, outbox
from pipeline import topics
from pipeline.events import WorkChanged, WorkType
from pipeline.steps.instants import as_us

#: An instant, or the time from one to another (None: it has not ended).
Span = datetime | tuple[datetime, datetime | None]


class Change:
    """Holds the lock of the person's work from here on until the caller's transaction ends.

    Rows that are written bear `version` as theirs, and `now` as the instant of it.
    """

    def __init__(self, user_id: UUID) -> None:
        self.user_id = user_id
        self.version = changes.begin(user_id)
        self.now = datetime.now(UTC)

    def tell(
        self,
        type: WorkType,
        subject: UUID,
        spans: Iterable[Span | None] = (),
        days: Iterable[date | None] = (),
    ) -> None:
        """Let the stages know of it.

        `spans` and `days` say which days to derive anew: what the row touched before the change,
        and what it touches now. A row that says nothing of days needs none.
        """
        event = WorkChanged(
            user=self.user_id,
            type=type,
            subject=subject,
            change=self.version,
            time=as_us(self.now),
            spans=tuple(sorted({_span(span) for span in spans if span is not None})),
            days=tuple(sorted({day.isoformat() for day in days if day is not None})),
        )
        outbox.put(topics.TASKS.name, [(self.user_id, msgspec.json.encode(event).decode())])


def _span(span: Span) -> tuple[int, int]:
    if isinstance(span, datetime):
        return as_us(span), as_us(span)
    start, end = span
    return as_us(start), as_us(end or start)
