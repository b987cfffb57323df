"""Raw events go with age, and the days that were derived of them stay as they are."""

import time
from datetime import date, timedelta
from uuid import UUID

import pytest

from models import rebuilds, retentions
from models.database import execute
from pipeline.events import UsageEvent
from pipeline.horizons import close
from pipeline.steps.days import DAY_US, SECOND_US, Period
from tests.people import MINUTE_US, usage_event
from tests.services.usage.conftest import Tables
from tests.services.usage.letters import EDIT, FAILED, bury, edited_by_a_job, kept_by_jobs

pytestmark = pytest.mark.services

TODAY = time.time_ns() // 1000 // DAY_US * DAY_US
KEPT = 7


def day(ago: int) -> date:
    return date(1970, 1, 1) + timedelta(days=TODAY // DAY_US - ago)


def at_ten(user: UUID, ago: int, **fields: str) -> list[UsageEvent]:
    """Ten minutes of work on a day so long ago."""
    start = TODAY - ago * DAY_US + 600 * MINUTE_US
    return [usage_event(start + n * MINUTE_US, user=user, **fields) for n in range(11)]  # type: ignore[arg-type]


def sweep(user: UUID) -> None:
    """As it is done every day."""
    retentions.choose(user, KEPT)
    close(user, KEPT)
    while retentions.delete_page(user, 7):
        pass


def raw_days(user: UUID) -> set[date]:
    rows = execute("SELECT DISTINCT time::date FROM usage_event WHERE user_id = %s", (user,))
    return {found for (found,) in rows.fetchall()}


@pytest.fixture
def user(tables: Tables) -> UUID:
    """A person who worked on each of the last twelve full days."""
    user = tables.person()
    tables.apply([event for ago in range(1, 13) for event in at_ten(user, ago)])
    return user


def test_raw_events_go_and_the_days_stay(tables: Tables, user: UUID) -> None:
    days, intervals = tables.days(user), tables.intervals(user)
    sweep(user)
    assert raw_days(user) == {day(ago) for ago in range(1, KEPT + 1)}
    assert tables.rebuild(user) == []
    assert (tables.days(user), tables.intervals(user)) == (days, intervals)


def test_a_rebuild_with_other_parameters_changes_open_days_only(tables: Tables, user: UUID) -> None:
    sweep(user)
    tables.set_parameters(user, [Period(timeout_us=30 * SECOND_US)])
    tables.rebuild(user)
    active = {found: row["active_us"] for found, row in tables.days(user).items()}
    assert active == {day(ago): 10 * MINUTE_US if ago >= KEPT else 0 for ago in range(1, 13)}


def test_a_late_event_of_an_open_day_counts_and_of_a_closed_day_changes_nothing(
    tables: Tables, user: UUID
) -> None:
    sweep(user)
    before = tables.days(user)
    late = [event for ago in (9, KEPT, 2) for event in at_ten(user, ago, device="late")]
    assert tables.apply(late) == {user: [day(2)]}
    after = tables.days(user)
    assert after.pop(day(2))["events"] == 2 * before.pop(day(2))["events"]
    assert after == before
    assert day(9) not in raw_days(user)


def test_the_horizon_never_moves_back(tables: Tables, user: UUID) -> None:
    sweep(user)
    held = retentions.get(user)
    close(user, 30)
    assert retentions.get(user)[1:] == held[1:]
    retentions.choose(user, None)
    tables.apply(at_ten(user, 12, device="late"))
    assert day(12) not in raw_days(user)


def test_who_waits_for_a_rebuild_is_swept_after_it(tables: Tables, user: UUID) -> None:
    rebuilds.request(user, "parameters")
    sweep(user)
    assert len(raw_days(user)) == 12
    assert retentions.due(3600, 10) == []
    execute("DELETE FROM rebuild_request")
    assert retentions.due(3600, 10) == [(user, KEPT)]
    sweep(user)
    close(user, KEPT)
    assert retentions.due(3600, 10) == []


def test_nobody_elses_events_go(tables: Tables, user: UUID) -> None:
    other = tables.person()
    tables.apply(at_ten(other, 12))
    sweep(user)
    assert raw_days(other) == {day(12)}


def test_dead_letters_go_with_the_events_of_their_time(tables: Tables, user: UUID) -> None:
    old, new = bury(user, day(12)), bury(user, day(2))
    for letter in (old, new):
        edited_by_a_job(letter, user)
    sweep(user)
    retentions.delete_dead_letters(user)
    assert execute("SELECT id FROM dead_letter").fetchall() == [(new,)]
    assert kept_by_jobs() == {old: (None, {"error_class": "E"}), new: (EDIT, FAILED)}
