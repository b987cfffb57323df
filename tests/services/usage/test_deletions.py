"""What was deleted stays deleted, whatever is on its way or comes again (design 5.1-5.3)."""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
import pytest

from models import deletions, rebuilds
from models.database import execute
from pipeline import deletions as carried_out
from pipeline.deletions import begin, delete_page
from pipeline.events import UsageEvent
from pipeline.steps.days import DAY_US, SECOND_US
from tests.people import MINUTE_US, instant, usage_event
from tests.services.usage.conftest import Tables
from tests.services.usage.letters import (
    EDIT,
    bury,
    compared_by_a_job,
    edited_by_a_job,
    kept_by_jobs,
)

pytestmark = pytest.mark.services

NOON = instant("2026-03-02T12:00")
MONDAY = date(2026, 3, 2)
ALL_TIME = [(0, 1 << 55)]


def events(user: UUID, start: int = NOON, count: int = 5, **fields: Any) -> list[UsageEvent]:
    return [usage_event(start + n * MINUTE_US, user=user, **fields) for n in range(count)]


def delete(user: UUID, q: str | None = None, device: str | None = None) -> UUID:
    return begin(user, (None, None), ALL_TIME, device, q)


def ids(user: UUID) -> set[str]:
    rows = execute("SELECT event_id FROM usage_event WHERE user_id = %s", (user,))
    return {id for (id,) in rows.fetchall()}


def test_the_days_are_what_they_were_without_the_deleted_events(tables: Tables) -> None:
    changed, never = tables.person(), tables.person()
    bank, rest = events(changed, entity="bank"), events(changed, NOON + 3600 * SECOND_US)
    tables.apply([*bank, *rest])
    delete(changed, q="bank")
    assert rebuilds.claim(5, 5) == changed
    tables.rebuild(changed)
    tables.apply([msgspec.structs.replace(event, user=never) for event in rest])
    assert tables.intervals(changed) == tables.intervals(never)
    assert tables.days(changed)[MONDAY] == {**tables.days(never)[MONDAY], "user_id": changed}


def test_an_event_on_the_stream_when_its_deletion_was_made_does_not_slip_through(
    tables: Tables,
) -> None:
    user = tables.person()
    on_the_stream = events(user)
    delete(user, device="laptop")
    assert tables.apply(on_the_stream) == {}
    assert (ids(user), tables.days(user)) == (set(), {})


def test_a_deleted_event_that_is_sent_again_stays_deleted_and_others_count(tables: Tables) -> None:
    user = tables.person()
    tables.apply(events(user, entity="bank"))
    delete(user, q="bank")
    again = [
        msgspec.structs.replace(event, received=1 << 55) for event in events(user, entity="bank")
    ]
    tables.apply([*again, usage_event(NOON, id="other", user=user)])
    assert ids(user) == {"other"}


def test_what_happens_after_a_deletion_counts(tables: Tables) -> None:
    user = tables.person()
    delete(user)
    ahead = [
        msgspec.structs.replace(event, received=1 << 55)
        for event in events(user, NOON + 10_000 * DAY_US)
    ]
    tables.apply(ahead)
    assert len(ids(user)) == 5


def test_a_lifted_deletion_holds_no_more(tables: Tables) -> None:
    user = tables.person()
    tables.apply(events(user))
    assert deletions.lift(user, delete(user))
    assert ids(user) == set()
    tables.apply(events(user))
    assert len(ids(user)) == 5


def test_nobody_elses_events_are_touched(tables: Tables) -> None:
    user, other = tables.person(), tables.person()
    tables.apply(events(user), events(other))
    delete(user)
    tables.apply(events(other, NOON + DAY_US))
    assert (len(ids(user)), len(ids(other))) == (0, 10)


def test_jobs_keep_nothing_of_what_was_deleted(tables: Tables) -> None:
    user = tables.person()
    bank, other = events(user, count=1, entity="bank"), events(user, count=1)
    gone, stays = (bury(user, MONDAY, msgspec.json.encode(event)) for (event,) in (bank, other))
    for letter in (gone, stays):
        edited_by_a_job(letter, user)
    compared_by_a_job(user)
    delete(user, q="bank")
    # A message may quote any event, and differences name projects.
    kept = {"error_class": "E"}
    assert kept_by_jobs() == {gone: (None, kept), stays: (EDIT, kept), user: (None, {"days": 1})}


def test_a_deletion_goes_on_page_by_page_and_may_be_gone_on_with_by_another(
    tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carried_out, "PAGE", 4)
    monkeypatch.setattr(carried_out, "FIRST_PAGES", 1)
    user = tables.person()
    tables.apply(events(user, count=10, entity="bank"))
    id = delete(user, q="bank")
    assert len(ids(user)) == 6
    after = delete_page(id, user, None)
    assert len(ids(user)) == 2
    assert after is not None
    # The process ends here; another begins from the start.
    assert delete_page(id, user, None) is None
    shown = deletions.get(user, id)
    assert shown is not None
    assert (shown.deleted, shown.done_at is None, ids(user)) == (10, False, set())
    assert rebuilds.claim(5, 5) == user
