"""The usage stage on PostgreSQL: the tables are a function of the set of events."""

import contextlib
import random
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.usage import usage
from models import user_state
from models.database import database, execute
from pipeline import metrics
from pipeline.events import UsageEvent
from pipeline.steps.check import check_usage
from pipeline.steps.days import DAY_US, HOUR_US, Period
from pipeline.steps.identity import unique
from pipeline.transaction import Transaction
from tests.people import MINUTE_US, Choices, choices, instant, lives, usage_event
from tests.reference import reference
from tests.services.usage.conftest import Tables

pytestmark = pytest.mark.services

#: Every example is another person, so all may share the tables of one test.
thoroughly = settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

NOON = instant("2026-11-20T12:00")
FRIDAY = date(2026, 11, 20)


def of(user: UUID, events: Sequence[UsageEvent]) -> list[UsageEvent]:
    return [msgspec.structs.replace(event, user=user) for event in events]


def heartbeats(user: UUID, start: int, minutes: int, **fields: Any) -> list[UsageEvent]:
    """One a minute, the last one included."""
    return [usage_event(start + n * MINUTE_US, user=user, **fields) for n in range(minutes + 1)]


@st.composite
def arrivals(draw: st.DrawFn, events: Sequence[UsageEvent]) -> list[tuple[int, list[UsageEvent]]]:
    """The events in any order and batches, some more than once, each batch in some process."""
    again = draw(st.lists(st.sampled_from(events), max_size=10))
    arrived = draw(st.permutations([*events, *again]))
    cuts = draw(st.lists(st.integers(1, len(arrived)), max_size=6).map(sorted))
    pairs = zip([0, *cuts], [*cuts, len(arrived)], strict=True)
    return [(draw(st.integers(0, 2)), arrived[a:b]) for a, b in pairs if a < b]


@thoroughly
@given(st.data(), lives(), choices())
def test_tables_equal_the_reference_whatever_the_order_batches_repetitions_and_processes(
    tables: Tables,
    data: st.DataObject,
    life: tuple[tuple[Period, ...], list[UsageEvent]],
    chosen: Choices,
) -> None:
    periods, events = life
    user = tables.person(periods)
    tables.choose(user, chosen)
    for process, batch in data.draw(arrivals(of(user, events))):
        tables.in_process(process).apply(batch)
    expected, found = reference(events, periods, chosen), tables.days(user)
    assert found.keys() == expected.keys()
    for day, row in expected.items():
        assert {name: found[day][name] for name in row} == row
    assert tables.rebuild(user) == []


@thoroughly
@given(st.data(), lives(), choices())
def test_tables_equal_the_reference_when_all_comes_in_order(
    tables: Tables,
    data: st.DataObject,
    life: tuple[tuple[Period, ...], list[UsageEvent]],
    chosen: Choices,
) -> None:
    periods, events = life
    user = tables.person(periods)
    tables.choose(user, chosen)
    waiting = sorted(of(user, unique(events)[0]), key=lambda event: event.time)
    while waiting:
        size = data.draw(st.integers(1, 5))
        tables.apply(waiting[:size])
        waiting = waiting[size:]
    expected, found = reference(events, periods, chosen), tables.days(user)
    assert found.keys() == expected.keys()
    for day, row in expected.items():
        assert {name: found[day][name] for name in row} == row
    assert tables.rebuild(user) == []


@thoroughly
@given(lives())
def test_a_rebuild_finds_nothing_to_correct(
    tables: Tables, life: tuple[tuple[Period, ...], list[UsageEvent]]
) -> None:
    periods, events = life
    user = tables.person(periods)
    tables.apply(*([event] for event in of(user, events)))
    assert tables.rebuild(user) == []


@thoroughly
@given(lives(), lives(), choices(), choices())
def test_new_parameters_and_a_rebuild_equal_a_fresh_derivation(
    tables: Tables,
    life: tuple[tuple[Period, ...], list[UsageEvent]],
    other: tuple[tuple[Period, ...], list[UsageEvent]],
    at_first: Choices,
    chosen: Choices,
) -> None:
    (before, events), (after, _) = life, other
    changed, fresh = tables.person(before), tables.person(after)
    tables.choose(changed, at_first)
    tables.choose(fresh, chosen)
    half = len(events) // 2
    tables.apply(of(changed, events[:half]))
    tables.choose(changed, chosen)
    tables.apply(of(changed, events[half:]))
    tables.set_parameters(changed, after)
    tables.rebuild(changed)
    tables.apply(of(fresh, events))
    assert tables.intervals(changed) == tables.intervals(fresh)
    for day, row in tables.days(fresh).items():
        assert tables.days(changed)[day] == {**row, "user_id": changed}


def test_several_people_in_one_batch_do_not_mix(tables: Tables) -> None:
    people = [tables.person([Period(zone=zone)]) for zone in ("UTC", "Asia/Tokyo", "America/Lima")]
    tables.apply([e for user in people for e in heartbeats(user, NOON, 60)])
    assert [list(tables.days(user)) for user in people] == [[FRIDAY]] * 3
    assert {day["active_us"] for user in people for day in tables.days(user).values()} == {HOUR_US}


def test_a_person_without_parameters_lives_in_utc(tables: Tables) -> None:
    user = tables.person()
    tables.apply(heartbeats(user, NOON, 1))
    day = tables.days(user)[FRIDAY]
    assert (day["time_zone"], day["day_start_min"], day["timeout_us"]) == ("UTC", 0, 10 * MINUTE_US)


def test_a_late_event_corrects_a_closed_day(tables: Tables) -> None:
    user = tables.person()
    tables.apply(heartbeats(user, NOON, 8), heartbeats(user, NOON + 30 * DAY_US, 8))
    hints = tables.apply([usage_event(NOON + 16 * MINUTE_US, user=user)])
    assert hints == {user: [FRIDAY]}
    assert tables.days(user)[FRIDAY]["active_us"] == 16 * MINUTE_US


def test_an_event_after_midnight_lengthens_the_day_before(tables: Tables) -> None:
    user = tables.person()
    midnight = instant("2026-11-21T00:00")
    tables.apply([usage_event(midnight - MINUTE_US, user=user)])
    tables.apply([usage_event(midnight + MINUTE_US, user=user)])
    assert tables.days(user)[FRIDAY]["active_us"] == MINUTE_US
    assert tables.days(user)[date(2026, 11, 21)]["active_us"] == MINUTE_US


def test_the_same_event_again_changes_nothing(tables: Tables) -> None:
    user = tables.person()
    events = heartbeats(user, NOON, 10)
    tables.apply(events)
    before = execute("SELECT computed_at, rev FROM daily_activity").fetchall()
    assert tables.apply(events) == {}
    assert execute("SELECT computed_at, rev FROM daily_activity").fetchall() == before


@pytest.mark.parametrize("first", [0, 1])
def test_of_two_contents_under_one_id_the_smaller_hash_stands(tables: Tables, first: int) -> None:
    user = tables.person()
    contents = [
        usage_event(NOON, id="same", user=user, duration=HOUR_US),
        usage_event(NOON + 3 * DAY_US, id="same", user=user, duration=HOUR_US, device="phone"),
    ]
    stands = min(contents, key=lambda event: event.hash)
    conflicts = metrics.identity_conflicts._value.get()
    tables.apply([contents[first]], [contents[1 - first]])
    assert execute("SELECT hash, device FROM usage_event").fetchall() == [
        (stands.hash, stands.device)
    ]
    assert list(tables.days(user)) == list(reference([stands], [Period()]))
    assert metrics.identity_conflicts._value.get() == conflicts + 1


def test_what_was_rolled_back_is_not_remembered(tables: Tables) -> None:
    user = tables.person()
    tables.apply(heartbeats(user, NOON, 5))
    with database.atomic() as undone:
        transaction = Transaction(user_state.lock({user}), datetime.now(UTC))
        usage([usage_event(NOON + 7 * MINUTE_US, user=user)], transaction)
        undone.rollback()
    tables.apply([usage_event(NOON + 6 * MINUTE_US, user=user)])
    assert tables.days(user)[FRIDAY]["active_us"] == 6 * MINUTE_US


def test_the_same_person_twice_in_one_transaction(tables: Tables) -> None:
    user = tables.person()
    tables.apply(heartbeats(user, NOON, 5))
    with database.atomic():
        transaction = Transaction(user_state.lock({user}), datetime.now(UTC))
        usage([usage_event(NOON + 6 * MINUTE_US, user=user)], transaction)
        usage([usage_event(NOON + 7 * MINUTE_US, user=user)], transaction)
    transaction.committed()
    tables.apply([usage_event(NOON + 8 * MINUTE_US, user=user)])
    assert tables.days(user)[FRIDAY]["active_us"] == 8 * MINUTE_US
    assert tables.rebuild(user) == []


def test_what_is_undone_in_the_midst_of_a_transaction_is_not_remembered(tables: Tables) -> None:
    user = tables.person()
    tables.apply(heartbeats(user, NOON, 5))
    with database.atomic():
        transaction = Transaction(user_state.lock({user}), datetime.now(UTC))
        usage([usage_event(NOON + 6 * MINUTE_US, user=user)], transaction)
        with contextlib.suppress(ZeroDivisionError), transaction.savepoint():
            usage([usage_event(NOON + 9 * MINUTE_US, user=user)], transaction)
            raise ZeroDivisionError
        usage([usage_event(NOON + 7 * MINUTE_US, user=user)], transaction)
    transaction.committed()
    tables.apply([usage_event(NOON + 8 * MINUTE_US, user=user)])
    assert tables.days(user)[FRIDAY]["active_us"] == 8 * MINUTE_US
    assert tables.rebuild(user) == []


def test_only_rows_that_differ_are_written(tables: Tables) -> None:
    user = tables.person()
    tables.apply(heartbeats(user, NOON, 5), heartbeats(user, NOON + 3 * HOUR_US, 5))
    before = {row[0] for row in execute("SELECT ctid::text FROM usage_interval").fetchall()}
    tables.apply([usage_event(NOON + 7 * HOUR_US, user=user)])
    after = {row[0] for row in execute("SELECT ctid::text FROM usage_interval").fetchall()}
    assert before < after


def test_a_day_that_lost_its_only_event_has_no_row(tables: Tables) -> None:
    user = tables.person()
    tables.apply([usage_event(NOON, user=user)])
    execute("DELETE FROM usage_event")
    assert tables.rebuild(user) == [FRIDAY]
    assert tables.days(user) == {}
    assert tables.intervals(user) == []


def test_events_of_somebody_without_an_account_are_kept(tables: Tables) -> None:
    nobody = UUID(int=7)
    tables.apply(heartbeats(nobody, NOON, 2))
    assert tables.days(nobody)[FRIDAY]["events"] == 3


def test_every_text_a_client_can_send_is_kept_as_it_is(tables: Tables) -> None:
    user = tables.person()
    odd = 'a"b\\c\td\ne%s{}\u2028\U0001f600\x7f'
    event = usage_event(NOON, user=user, id=odd, device=odd, entity=odd, category=odd, project=odd)
    tables.apply(
        [msgspec.structs.replace(event, data=msgspec.Raw(msgspec.json.encode({odd: odd})))]
    )
    columns = "event_id, device, entity, category, project, data"
    assert execute(f"SELECT {columns} FROM usage_event").fetchall() == [(*[odd] * 5, {odd: odd})]
    assert tables.days(user)[FRIDAY]["by_device"] == {odd: 0}


def test_the_widest_id_that_passes_the_check_is_kept(tables: Tables) -> None:
    wide = "".join(map(chr, random.Random(1).sample(range(0x10000, 0x1FFFF), 500)))
    event = usage_event(NOON, user=tables.person(), id=wide)
    check_usage(event)
    tables.apply([event])
    assert tables.days(event.user)[FRIDAY]["events"] == 1
