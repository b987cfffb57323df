"""What went into each entity is exact, however far the days and months behind it have come."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

import pytest

from models import entities
from models.database import execute
from pipeline.steps.days import DAY_US
from pipeline.steps.features import FEATURE_SET
from pipeline.steps.instants import as_us
from tests.people import MINUTE_US, usage_event
from tests.services.intelligence.conftest import Following

pytestmark = pytest.mark.services

FIRST = date(2026, 1, 1)
_BEGIN = as_us(datetime(2026, 1, 1, 8, tzinfo=UTC))
_NOW = datetime(2026, 5, 1, tzinfo=UTC)


def _added_up(user: UUID, first: date, last: date) -> dict[str, tuple[int, int]]:
    """From the intervals, one by one."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    rows = execute(
        "SELECT entity, active_us, events FROM usage_interval"
        " WHERE user_id = %s AND local_date BETWEEN %s AND %s",
        (user, first, last),
    )
    for entity, us, events in rows.fetchall():
        found[entity][0] += us
        found[entity][1] += events
    return {entity: (us, events) for entity, (us, events) in found.items()}


def _events(user: UUID, random: Random, count: int) -> list[object]:
    return [
        usage_event(
            _BEGIN + random.randrange(100) * DAY_US + random.randrange(600) * MINUTE_US,
            duration=random.randrange(60) * MINUTE_US,
            id=f"{random.random()}",
            entity=f"thing {random.randrange(9)}",
            user=user,
        )
        for _ in range(count)
    ]


@pytest.mark.parametrize("seed", range(4))
def test_months_days_and_intervals_add_up_to_the_same(following: Following, seed: int) -> None:
    random, user = Random(seed), following.person()
    for _ in range(3):
        following.apply(_events(user, random, 80))  # type: ignore[arg-type]
        if random.random() < 0.7:
            following.follow([user], _NOW)
        if random.random() < 0.5:
            hour = f"{random.randrange(8, 12)}"
            execute("DELETE FROM usage_event WHERE extract(hour FROM time) = %s", (hour,))
            following.usage.rebuild(user)
        for _ in range(6):
            first = FIRST + timedelta(days=random.randrange(100))
            last = first + timedelta(days=random.randrange(110))
            found = entities.sums(user, FEATURE_SET, first, last)
            assert {entity: tuple(sums) for entity, *sums in found} == _added_up(user, first, last)


def test_a_year_is_read_from_its_months(following: Following) -> None:
    user = following.person()
    following.apply(_events(user, Random(1), 50))  # type: ignore[arg-type]
    following.follow([user], _NOW)
    whole = entities.sums(user, FEATURE_SET, date(2026, 1, 1), date(2026, 12, 31))
    execute("DELETE FROM usage_interval")
    execute("UPDATE user_day SET by_entity = '{}'")
    assert entities.sums(user, FEATURE_SET, date(2026, 1, 1), date(2026, 12, 31)) == whole
