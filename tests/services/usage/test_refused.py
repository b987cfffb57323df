"""Events that the database does not take: each is named, and costs no other."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import peewee
import psycopg2.errors
import pytest

from agents.usage import refusals, usage
from models import usage_events
from models.database import database, execute
from pipeline import restrictions
from pipeline.events import UsageEvent
from pipeline.steps.days import SECOND_US
from pipeline.suspicion import MOST_FAILURES
from pipeline.transaction import Transaction
from tests.people import instant, usage_event
from tests.services.usage.conftest import Tables

pytestmark = pytest.mark.services

NOON = instant("2026-11-20T12:00")


@pytest.fixture
def strict(tables: Tables) -> Iterator[Tables]:
    """Tables that take no event of some categories, each for a reason of its own."""
    execute(
        "ALTER TABLE usage_event ADD CONSTRAINT no_poison CHECK (category <> 'constraint');"
        "CREATE FUNCTION no_poison() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF NEW.category = 'trigger' THEN RAISE EXCEPTION 'not this one'; END IF;"
        " IF NEW.category = 'deadlock' THEN"
        "  RAISE EXCEPTION 'of others' USING ERRCODE = 'deadlock_detected'; END IF;"
        " RETURN NEW; END $$;"
        "CREATE TRIGGER no_poison BEFORE INSERT ON usage_event"
        " FOR EACH ROW EXECUTE FUNCTION no_poison()"
    )
    yield tables
    execute("DROP TRIGGER no_poison ON usage_event; DROP FUNCTION no_poison")
    execute("ALTER TABLE usage_event DROP CONSTRAINT no_poison")


def _apply(events: Sequence[UsageEvent]) -> list[tuple[UsageEvent, Exception]]:
    """Hand the events to the stage; what it refused."""
    with database.atomic():
        revs, heeded = restrictions.lock({event.user for event in events})
        transaction = Transaction(revs, datetime.now(UTC), heeded)
        usage(events, transaction)
        return transaction.take_refused()


def _stored(user: Any) -> set[str]:
    rows = execute("SELECT event_id FROM usage_event WHERE user_id = %s", (user,)).fetchall()
    return {id for (id,) in rows}


@pytest.mark.parametrize("count", [1, 2, 16, 17, 300])
@pytest.mark.parametrize("share", [0.0, 0.05, 1.0])
@pytest.mark.parametrize("suspected", [False, True])
def test_exactly_the_events_that_fail_are_refused(
    strict: Tables, count: int, share: float, suspected: bool
) -> None:
    refusals.learn([], [usage_event(NOON, category="trigger")] * MOST_FAILURES)
    if suspected:
        refusals.learn([usage_event(NOON, category="trigger")] * 2, [])
    randomness = random.Random(f"{count} {share}")
    user = strict.person()
    events = [
        usage_event(NOON + n * SECOND_US, user=user, id=str(n), category=category)
        for n in range(count)
        for category in [
            randomness.choice(["constraint", "trigger"]) if randomness.random() < share else "good"
        ]
    ]
    bad = {event.id: event for event in events if event.category != "good"}
    refused = _apply(events)
    assert [event for event, _ in refused] == list(bad.values())
    for event, error in refused:
        if event.category == "constraint":
            assert isinstance(error, psycopg2.errors.CheckViolation)
            assert "no_poison" in str(error)
        else:
            assert isinstance(error, psycopg2.errors.RaiseException)
            assert str(error) == "not this one"
    assert _stored(user) == {event.id for event in events} - bad.keys()
    good = [event for event in events if event.id not in bad]
    assert sum(row["events"] for row in strict.days(user).values()) == len(good)
    assert strict.rebuild(user) == []


def test_what_is_known_and_what_is_refused_are_told_apart(strict: Tables) -> None:
    user = strict.person()
    events = [usage_event(NOON + n * SECOND_US, user=user, id=str(n)) for n in range(40)]
    strict.apply(events[:20])
    poison = [usage_event(NOON, user=user, id="poison", category="trigger")]
    assert [event.id for event, _ in _apply([*events, *poison])] == ["poison"]
    assert _stored(user) == {event.id for event in events}
    assert strict.rebuild(user) == []


def test_a_refused_event_does_not_replace_one_of_its_identity(strict: Tables) -> None:
    user = strict.person()
    known = usage_event(NOON, user=user, id="one")
    strict.apply([known])
    better = msgspec.structs.replace(known, category="constraint", hash="")
    other = usage_event(NOON + SECOND_US, user=user, id="two")
    assert [event for event, _ in _apply([better, other])] == [better]
    assert _stored(user) == {"one", "two"}
    assert [row["events"] for row in strict.days(user).values()] == [2]


def test_all_of_one_identity_are_refused_so_that_each_can_be_tried_again(strict: Tables) -> None:
    user = strict.person()
    good = usage_event(NOON, user=user, id="one")
    bad = msgspec.structs.replace(good, category="constraint", hash="")
    assert [event for event, _ in _apply([good, bad])] == [good, bad]
    assert _stored(user) == set()


def test_what_is_nobodys_fault_fails_for_all(strict: Tables) -> None:
    user = strict.person()
    events = [
        usage_event(NOON + n * SECOND_US, user=user, id=str(n), category=category)
        for n, category in enumerate(["good", "constraint", "deadlock"])
    ]
    with pytest.raises(peewee.OperationalError, match="of others"):
        _apply(events)
    assert _stored(user) == set()


def test_a_value_out_of_range_is_refused(tables: Tables) -> None:
    user = tables.person()
    good = usage_event(NOON, user=user, id="good")
    with database.atomic():
        inserted = usage_events.insert(
            [
                msgspec.json.encode(good),
                msgspec.json.encode(msgspec.structs.replace(good, id="late", time=10**19)),
                msgspec.json.encode(msgspec.structs.replace(good, id="nul", entity="\0")),
            ]
        )
    assert [one.place for one in inserted.refused] == [1, 2]
    assert [type(one.error) for one in inserted.refused] == [
        psycopg2.errors.NumericValueOutOfRange,
        psycopg2.errors.UntranslatableCharacter,
    ]
    assert _stored(user) == {"good"}
