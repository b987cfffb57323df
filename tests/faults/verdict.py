"""What is right at the end: every acknowledged event counted once, and the days made of them."""

from collections.abc import Set
from datetime import UTC, datetime, timedelta
from uuid import UUID

from pipeline.events import UsageEvent
from pipeline.steps.days import DEFAULT_PERIODS
from tests.faults.cluster import Cluster
from tests.faults.load import Client, Event, Ledger
from tests.instance import wait_until
from tests.reference import reference

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

#: Days that the segmentation describes as another sum than the days' own table has.
_NOT_DESCRIBED = """
SELECT user_id, local_date, active_us, active_s
FROM daily_activity FULL JOIN user_day USING (user_id, local_date)
WHERE active_us IS DISTINCT FROM round(active_s * 1000000)
"""

#: A person and the id of an event of theirs.
Id = tuple[UUID, str]


def all_count_once(cluster: Cluster, ledger: Ledger, lost: Set[Id] = frozenset()) -> None:
    """Wait until all is applied but `lost`, and compare the tables with the ledger."""
    expected = acknowledged(ledger) - lost
    with cluster.explained():
        wait_until(
            lambda: cluster.rows("SELECT count(*) FROM usage_event")[0][0] >= len(expected),
            timeout_s=60,
            what="every event applied",
        )
    assert applied(cluster) == expected
    assert cluster.rows("SELECT count(*) FROM dead_letter") == [(0,)]
    for client in ledger.clients:
        kept = [e for e in client.acknowledged.values() if (client.user, e["id"]) not in lost]
        assert days_of(cluster, client) == reference_days(client, kept)
    wait_until(lambda: not behind(cluster), timeout_s=30, what="the stage that follows has all")
    assert cluster.rows(_NOT_DESCRIBED) == []


def acknowledged(ledger: Ledger) -> set[Id]:
    """Every event of which a client was told that it is durable."""
    return {
        (client.user, event_id) for client in ledger.clients for event_id in client.acknowledged
    }


def applied(cluster: Cluster) -> set[Id]:
    """Every event that counts."""
    rows = cluster.rows("SELECT user_id::text, event_id FROM usage_event")
    ids = {(UUID(user), event_id) for user, event_id in rows}
    assert len(ids) == len(rows)
    return ids


def behind(cluster: Cluster) -> int:
    """How many people the segmentation is behind of."""
    found: int = cluster.rows(
        "SELECT count(*) FROM user_state s LEFT JOIN stage_progress p"
        " ON p.stage = 'segmentation' AND p.user_id = s.user_id WHERE s.rev > coalesce(done_rev, 0)"
    )[0][0]
    return found


def days_of(cluster: Cluster, client: Client) -> dict[str, int]:
    """The person's hours as the table has them."""
    return {
        date.isoformat(): active_us
        for date, active_us in cluster.rows(
            "SELECT local_date, active_us FROM daily_activity WHERE user_id = %s",
            str(client.user),
        )
    }


def reference_days(client: Client, events: list[Event]) -> dict[str, int]:
    """The person's hours as they follow from the events."""
    days = reference([as_sent(client.user, event) for event in events], DEFAULT_PERIODS)
    return {day.isoformat(): row["active_us"] for day, row in days.items()}


def as_sent(user: UUID, event: Event) -> UsageEvent:
    """The event on the stream; its hash does not matter, for every id is sent with one content."""
    return UsageEvent(
        user=user,
        source="api",
        id=event["id"],
        hash="",
        type=event["type"],
        time=(datetime.fromisoformat(event["time"]) - EPOCH) // timedelta(microseconds=1),
        received=0,
        duration=event.get("duration", 0) * 1_000_000,
        device=event["device"],
        entity=event["entity"],
        category=event["category"],
        project=event["project"],
    )
