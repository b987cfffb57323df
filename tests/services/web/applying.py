"""What the usage stage makes of the stream, without a worker: the tables behind the API."""

from datetime import UTC, datetime

import msgspec

from agents.usage import usage
from models import user_state
from models.database import database
from pipeline.events import UsageEvent
from pipeline.settings import Settings
from pipeline.transaction import Transaction
from tests.services.web.stream import raw_usage_events


def apply(settings: Settings) -> list[UsageEvent]:
    """Hand all that lies on the stream to the stage, again too; return it."""
    events = [msgspec.json.decode(raw, type=UsageEvent) for raw in raw_usage_events(settings)]
    with database.connection_context():
        with database.atomic():
            users = {event.user for event in events}
            transaction = Transaction(user_state.lock(users), datetime.now(UTC))
            usage(events, transaction)
        transaction.committed()
    return events
