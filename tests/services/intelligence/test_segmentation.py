"""The segmentation stage on the tables: whatever it was told, the same stands in the end."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID, uuid4

import pytest

from models import feature_values, memberships, outbox
from models.database import execute
from pipeline.events import UsageEvent
from pipeline.steps.days import DAY_US, HOUR_US, Period
from pipeline.steps.features import FEATURE_SET
from pipeline.steps.instants import as_us
from tests.people import MINUTE_US, usage_event
from tests.services.intelligence.conftest import Following

pytestmark = pytest.mark.services

MONDAY = date(2026, 3, 2)
MORNING = as_us(datetime(2026, 3, 2, 9, tzinfo=UTC))


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def _day_of(user: UUID, number: int, minutes: int = 100) -> UsageEvent:
    """One stretch of use from nine o'clock on, so many days after the first Monday."""
    start = MORNING + number * DAY_US
    return usage_event(start, duration=minutes * MINUTE_US, user=user)


def _segments(user: UUID) -> dict[str, str]:
    return {family: held.segment for family, held in memberships.current(user).items()}


def test_a_day_is_described_by_sessions_switches_and_deep_work(following: Following) -> None:
    user = following.person()
    following.apply(
        [
            usage_event(MORNING, duration=60 * MINUTE_US, user=user),
            usage_event(MORNING + HOUR_US, duration=30 * MINUTE_US, user=user, category="mail"),
            usage_event(MORNING + 3 * HOUR_US, duration=10 * MINUTE_US, user=user),
        ]
    )
    following.follow([user], _noon(MONDAY))
    day = following.day(user, MONDAY)
    assert (day["active_s"], day["focus_s"], day["deep_s"]) == (6000, 5400, 3600)
    assert (day["sessions"], day["switches"]) == (2, 2)
    assert (day["longest_session_s"], day["session_median_s"]) == (5400, 3000)
    assert (day["first_hour"], day["by_entity"]) == (9.0, {"main.py": [6_000_000_000, 3]})
    assert day["day_type"] == "short"


def test_whatever_came_when_and_was_told_or_not_the_days_are_the_same(
    following: Following,
) -> None:
    zone = [Period(zone="Europe/Berlin")]
    for seed in range(5):
        random = Random(seed)
        one, other = following.person(zone), following.person(zone)
        events = [
            (number, random.choice(("coding", "meeting", "mail")), random.randrange(23 * 60))
            for number in range(60)
            for _ in range(3)
        ]
        made = {
            user: [
                usage_event(
                    MORNING + number * DAY_US + minute * MINUTE_US,
                    duration=random.randrange(1, 90) * MINUTE_US if user == one else 0,
                    user=user,
                    id=f"{number} {minute}",
                    category=category,
                )
                for number, category, minute in events
            ]
            for user in (one, other)
        }
        made[other] = [_of(event, other) for event in made[one]]
        random.shuffle(made[other])
        for start in range(0, len(events), 20):
            following.apply(made[other][start : start + 20])
            if random.random() < 0.5:
                following.follow([other], _noon(MONDAY + timedelta(days=40)))
        following.apply(made[one])
        end = _noon(MONDAY + timedelta(days=62))
        following.follow([one, other], end)
        following.make_due(other)
        following.follow([one, other], end)
        assert _anonymous(following, one) == _anonymous(following, other)
        assert _values(one) == _values(other)
        assert _segments(one) == _segments(other)


def _of(event: UsageEvent, user: UUID) -> UsageEvent:
    return usage_event(
        event.time,
        duration=event.duration,
        user=user,
        id=event.id,
        category=event.category,
    )


def _anonymous(following: Following, user: UUID) -> dict[str, object]:
    return {day: {**row, "user_id": ""} for day, row in following.derived(user).items()}


def _values(user: UUID) -> object:
    found = feature_values.find(user, FEATURE_SET)
    assert found
    return found.as_of, found.values


def test_a_day_that_lost_its_events_is_gone(following: Following) -> None:
    user = following.person()
    following.apply([_day_of(user, 0), _day_of(user, 1)])
    following.follow([user], _noon(MONDAY))
    execute("DELETE FROM usage_event WHERE time >= '2026-03-03'")
    following.usage.rebuild(user)
    following.follow([user], _noon(MONDAY))
    assert list(following.derived(user)) == ["2026-03-02"]


def test_work_without_activity_is_a_day_and_stays_when_activity_goes(following: Following) -> None:
    user = following.person()
    begin = MORNING // MINUTE_US
    following.work.put_entry(user, uuid4(), begin, begin + 90)
    following.work.deliver(Random(1))
    following.apply([_day_of(user, 0)])
    following.follow([user], _noon(MONDAY))
    both = following.day(user, MONDAY)
    assert (both["tracked_s"], both["active_s"]) == (5400, 6000)
    execute("DELETE FROM usage_event")
    following.usage.rebuild(user)
    following.follow([user], _noon(MONDAY))
    left = following.day(user, MONDAY)
    assert (left["tracked_s"], left["active_s"], left["day_type"]) == (5400, 0, "short")


def test_time_alone_moves_people_and_the_history_says_when(following: Following) -> None:
    user = following.person()
    following.apply([_day_of(user, number) for number in range(10)])
    following.follow([user], _noon(MONDAY + timedelta(days=10)))
    assert _segments(user) == {"lifecycle": "new", "pattern": "mostly-short"}
    following.make_due(user)
    later = MONDAY + timedelta(days=25)
    following.follow([user], _noon(later))
    assert _segments(user) == {"lifecycle": "away", "pattern": "mostly-short"}
    new, away = (
        next(one for one in memberships.history(user, 9) if one.segment == slug)
        for slug in ("new", "away")
    )
    assert (new.left_on, away.entered_on, away.left_on) == (later, later, None)
    assert away.reason == "last used 16 days ago"


def test_what_held_for_no_day_is_no_history(following: Following) -> None:
    user, today = following.person(), MONDAY + timedelta(days=40)
    # An import begins with what is oldest: for a moment the person seems to be away.
    following.apply([_day_of(user, number) for number in range(10)])
    following.follow([user], _noon(today))
    assert _segments(user)["lifecycle"] == "away"
    following.apply([_day_of(user, number) for number in range(10, 41)])
    following.follow([user], _noon(today))
    history = memberships.history(user, 9)
    assert [one.segment for one in history if one.family == "lifecycle"] == ["steady"]


def test_what_is_left_and_entered_again_on_one_day_is_one_stay(following: Following) -> None:
    user = following.person()

    def settle(segment: str, now: datetime) -> None:
        memberships.leave(user, ["pattern"], now.date(), now)
        held = memberships.Held("pattern", segment, 0.5, f"at {now.hour}", "rules@1")
        memberships.enter(user, [held], now.date(), now)

    noon, later = _noon(MONDAY), _noon(MONDAY + timedelta(days=5))
    settle("mostly-deep", noon)
    settle("mixed", later - timedelta(hours=3))
    settle("mostly-deep", later)
    (stay,) = memberships.history(user, 9)
    assert (stay.segment, stay.entered_on, stay.left_on) == ("mostly-deep", MONDAY, None)
    assert (stay.entered_at, stay.left_at, stay.computed_at) == (noon, None, later)
    assert stay.reason == "at 12"


def test_what_holds_for_long_is_not_lost_behind_what_came_and_went(following: Following) -> None:
    user = following.person()
    steady = memberships.Held("lifecycle", "steady", 1, "", "rules@1")
    memberships.enter(user, [steady], MONDAY, _noon(MONDAY))
    for number in range(1, 9):
        day = MONDAY + timedelta(days=number)
        held = memberships.Held("pattern", ("mixed", "mostly-deep")[number % 2], 1, "", "rules@1")
        memberships.leave(user, ["pattern"], day, _noon(day))
        memberships.enter(user, [held], day, _noon(day))
    history = memberships.history(user, 5)
    assert [one.segment for one in history[:2]] == ["mixed", "steady"]
    assert [one.left_on for one in history[2:]] == [
        MONDAY + timedelta(days=number) for number in (8, 7, 6)
    ]


def test_who_enters_and_leaves_is_told_once(following: Following) -> None:
    user = following.person()
    following.apply([_day_of(user, number) for number in range(10)])
    for _ in range(2):
        following.make_due(user)
        following.follow([user], _noon(MONDAY + timedelta(days=10)))
    told = [row for row in outbox.take(99) if row.topic == "profiles"]
    assert len(told) == 1
    assert '"entered":["mostly-short","new"]' in told[0].event


def test_the_person_is_looked_at_again_when_their_next_day_begins(following: Following) -> None:
    user = following.person([Period(zone="Pacific/Auckland", day_start_min=240)])
    following.apply([_day_of(user, 0)])
    following.follow([user], datetime(2026, 3, 2, 12, tzinfo=UTC))
    ((due,),) = execute("SELECT due_at FROM stage_progress").fetchall()
    assert due == datetime(2026, 3, 2, 15, tzinfo=UTC)


def test_nothing_is_computed_again_for_who_did_not_change(following: Following) -> None:
    user = following.person()
    following.apply([_day_of(user, 0)])
    following.follow([user], _noon(MONDAY))
    execute("UPDATE user_day SET switches = 99")
    following.follow([user], _noon(MONDAY))
    following.apply([_day_of(user, 1)])
    following.follow([user], _noon(MONDAY))
    assert [row["switches"] for row in following.derived(user).values()] == [99, 0]


def test_the_stage_after_runs_once_for_each_run_of_this_one(following: Following) -> None:
    user = following.person()
    following.apply([_day_of(user, 0)])
    following.follow([user], _noon(MONDAY), "recommendation")
    following.follow([user], _noon(MONDAY))
    for _ in range(2):
        following.follow([user], _noon(MONDAY), "recommendation")
        execute("UPDATE stage_progress SET due_at = NULL")
    rows = execute("SELECT stage, done_rev, runs FROM stage_progress ORDER BY stage").fetchall()
    assert rows == [("recommendation", 1, 1), ("segmentation", 2, 1)]
