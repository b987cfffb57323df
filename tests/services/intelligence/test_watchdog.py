"""Memberships that nobody finds anew are complained of, and shown to operators."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from models import memberships
from models.database import execute
from models.memberships import Held
from pipeline import metrics
from pipeline.database import DatabaseThreads
from pipeline.settings import Settings
from tests.services.intelligence.conftest import Following
from timeflow.doctor import database_checks
from timeflow.watchdog import Watchdog

pytestmark = pytest.mark.services


@pytest.fixture
def threads() -> Iterator[DatabaseThreads]:
    threads = DatabaseThreads("watchdog", 1)
    yield threads
    threads.close()


async def _said(watchdog: Watchdog) -> list[str]:
    with capture_logs() as logs:
        await watchdog.look()
    return [entry["log_level"] for entry in logs]


async def test_a_stale_membership_alarms_once_and_a_fresh_one_does_not(
    following: Following, settings: Callable[..., Settings], threads: DatabaseThreads
) -> None:
    now = datetime.now(UTC)
    own = settings(database_url="postgresql://unused", membership_age_s=3600)
    watchdog = Watchdog(own, threads)
    assert await _said(watchdog) == []
    held = Held("lifecycle", "new", 1.0, "first used today", "rules@1")
    memberships.enter(following.person(), [held], now.date(), now)
    assert await _said(watchdog) == []
    assert database_checks.memberships(own).verdict == "ok"
    execute("UPDATE segment_membership SET computed_at = %s", (now - timedelta(hours=2),))
    assert await _said(watchdog) == ["error"]
    assert await _said(watchdog) == [], "it is said seldom"
    assert metrics.oldest_membership_seconds._value.get() > 7000
    assert database_checks.memberships(own).verdict == "warning"
