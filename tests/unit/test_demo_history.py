"""Histories of demo people: the same for the same person and day, and taken by the API."""

from datetime import UTC, date, datetime

from timeflow.demo_history import DAYS, history, persona

LAST = date(2026, 11, 22)


def test_a_history_is_a_function_of_the_person_and_the_day() -> None:
    assert list(history(persona(0), LAST)) == list(history(persona(0), LAST))
    assert list(history(persona(0), LAST)) != list(history(persona(1), LAST))


def test_a_later_last_day_keeps_the_days_that_both_have() -> None:
    before = {event["id"]: event for event in history(persona(4), LAST)}
    after = {event["id"]: event for event in history(persona(4), date(2026, 11, 23))}
    shared = before.keys() & after.keys()
    assert len(shared) > len(before) * (DAYS - 5) / DAYS
    assert all(before[name] == after[name] for name in shared)


def test_ids_are_unique_and_nothing_lies_in_the_future_of_the_day_after() -> None:
    for number in range(12):
        events = list(history(persona(number), LAST))
        assert len({event["id"] for event in events}) == len(events)
        times = [datetime.fromisoformat(event["time"]) for event in events]
        assert max(times) < datetime(2026, 11, 24, tzinfo=UTC)


def test_peers_have_names_of_their_own() -> None:
    assert len({persona(number).name for number in range(300)}) == 300
