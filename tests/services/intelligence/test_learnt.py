"""Segments that are learnt: fitted in a process of its own, kept, and entered by who is in them."""

import json
import random
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import numpy as np
import pytest

from models import feature_values, memberships, segment_models, segments, user_days
from models.database import execute
from pipeline import fitting, learnt_segments
from pipeline.settings import Settings
from pipeline.steps.days import Period
from pipeline.steps.features import FEATURE_SET
from pipeline.steps.user_day import UserDay
from pipeline.steps.vectors import USER
from tests.services.intelligence.conftest import Following
from timeflow.segment_fits import SegmentFits

pytestmark = pytest.mark.services

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
TODAY = NOW.date()

Kind = dict[str, float]

_CENTERS = np.random.default_rng(99).normal(size=(2, len(USER)))
_CENTERS *= 6 / np.linalg.norm(_CENTERS, axis=1, keepdims=True)


def _person(number: int, kind: int) -> dict[str, float | None]:
    scaled = _CENTERS[kind] + np.random.default_rng(number).normal(size=len(USER))
    values = {
        wanted.name: float(np.expm1((value + 30) / 3) if wanted.is_log else value)
        for wanted, value in zip(USER, scaled, strict=True)
    }
    return dict(values)


@pytest.fixture
def people(following: Following) -> list[UUID]:
    """Sixty people of two kinds, by turns."""
    users = [uuid4() for _ in range(60)]
    for number, user in enumerate(users):
        feature_values.put(user, FEATURE_SET, TODAY, 1, _person(number, number % 2), NOW)
    return users


@pytest.fixture
def own(settings: Callable[..., Settings], database_url: str) -> Settings:
    return settings(database_url=database_url, segment_least_people=50)


def test_kinds_of_people_are_learnt_and_named_for_analysts(
    people: list[UUID], own: Settings
) -> None:
    new = fitting.fit_people(own)
    assert new is not None
    assert new.model is not None, new.reason
    slugs = {cluster["slug"] for cluster in new.model["clusters"]}
    assert len(slugs) == 2
    listed = {row.slug for row in segments.all_segments() if row.kind == "learnt"}
    assert listed == slugs
    shown = execute("SELECT k, people FROM analyst.segment_models").fetchall()
    assert shown == [(2, 60)]


def test_a_person_enters_their_kind_and_moves_only_when_two_days_say_so(
    people: list[UUID], own: Settings
) -> None:
    assert fitting.fit_people(own) is not None
    user = people[0]
    mine, theirs = _person(0, 0), _person(1, 1)

    def settle(values: dict[str, float | None], day: date) -> str:
        standing = memberships.current(user).get("learnt")
        held = learnt_segments.segment_of(user, values, standing, day)
        assert held is not None
        if standing is None or standing.segment != held.segment:
            memberships.leave(user, ["learnt"], day, NOW)
            memberships.enter(user, [held], day, NOW)
        return held.segment

    first = settle(mine, TODAY)
    assert settle(theirs, TODAY) == first
    assert settle(theirs, TODAY) == first, "the same day says nothing new"
    assert settle(mine, TODAY + timedelta(days=1)) == first
    assert settle(theirs, TODAY + timedelta(days=2)) == first, "it was not two days in a row"
    second = settle(theirs, TODAY + timedelta(days=3))
    assert second != first


def test_while_a_move_is_pending_the_reason_is_that_of_the_model_that_gave_it(
    people: list[UUID], own: Settings
) -> None:
    new = fitting.fit_people(own)
    assert new is not None
    assert new.model is not None
    slug = new.model["clusters"][0]["slug"]
    memberships.enter(people[0], [memberships.Held("learnt", slug, 0.5, "x", "old")], TODAY, NOW)
    standing = memberships.current(people[0])["learnt"]
    found = [
        learnt_segments.segment_of(people[0], _person(kind, kind), standing, TODAY)
        for kind in range(2)
    ]
    (pending,) = [one for one in found if one and one.reason == "x"]
    assert (pending.segment, pending.model_version) == (slug, "old")


def test_too_few_people_are_a_state_in_words_and_who_was_in_leaves(
    people: list[UUID], own: Settings, settings: Callable[..., Settings], database_url: str
) -> None:
    assert fitting.fit_people(own) is not None
    strict = settings(database_url=database_url, segment_least_people=200)
    new = fitting.fit_people(strict)
    assert new is not None
    assert (new.model, new.reason) == (None, "not enough people: 60 of 200")
    assert learnt_segments.segment_of(people[0], _person(0, 0), None, TODAY) is None
    assert all(row.retired_at for row in segments.all_segments() if row.kind == "learnt")


def test_accounts_without_activity_are_no_people_to_learn_from(
    people: list[UUID], own: Settings
) -> None:
    idle = {name: None for name in _person(0, 0)}
    for user in people[9:]:
        feature_values.put(user, FEATURE_SET, TODAY, 1, dict(idle), NOW)
    new = fitting.fit_people(own)
    assert new is not None
    assert (new.model, new.reason) == (None, "not enough people: 9 of 50")
    assert (new.rows, new.left_out) == (9, 51)


def test_of_people_no_more_is_read_than_is_learnt_from(following: Following) -> None:
    user, values = following.person(), {"known": 0.5, "unknown": None, "other": 1.0}
    feature_values.put(user, FEATURE_SET, TODAY, 1, dict(values), NOW)
    names = ["known", "unknown", "missing"]
    assert segment_models.people(FEATURE_SET, names) == [
        (user, {"known": 0.5, "unknown": None, "missing": None})
    ]


def test_one_fits_at_a_time_and_a_dry_run_keeps_nothing(people: list[UUID], own: Settings) -> None:
    assert fitting.fit_people(own, dry=True) is not None
    assert segment_models.newest("user", None) is None
    assert segment_models.claim("user", None, 60)
    assert fitting.fit_people(own) is None
    segment_models.release("user", None)
    assert fitting.fit_people(own) is not None


def test_a_fit_that_takes_too_long_is_ended_and_said(
    people: list[UUID], settings: Callable[..., Settings], database_url: str
) -> None:
    hasty = settings(database_url=database_url, segment_least_people=50, segment_fit_timeout_s=0.01)
    with pytest.raises(fitting.FitFailed, match="not within"):
        fitting.fit_people(hasty)
    assert segment_models.claim("user", None, 60), "it can be tried again at once"


def test_the_next_fit_keeps_the_names(people: list[UUID], own: Settings) -> None:
    first = fitting.fit_people(own)
    for number, user in enumerate(people):
        values = _person(number + 1000, number % 2)
        feature_values.put(user, FEATURE_SET, TODAY, 2, values, NOW)
    second = fitting.fit_people(own)
    assert first is not None
    assert second is not None
    assert first.model is not None
    assert second.model is not None
    assert {c["slug"] for c in first.model["clusters"]} == {
        c["slug"] for c in second.model["clusters"]
    }
    assert second.relabelled is not None
    assert second.relabelled < 0.1
    assert max(second.psi.values()) < 1


def spread_days(user: UUID, weeks: int) -> None:
    """Deep days and days of meetings, five a week until yesterday."""
    chance = random.Random(1)

    def about(value: float) -> float:
        return value * chance.uniform(0.9, 1.1)

    days = [TODAY - timedelta(days=n) for n in range(1, weeks * 7)]
    for number, day in enumerate(day for day in days if day.weekday() < 5):
        is_deep = chance.random() < 0.5
        active_s = about(20_000)
        row = {
            "local_date": day, "length_s": 86400, "active_s": active_s,
            "focus_s": active_s * about(0.6 if is_deep else 0.2),
            "deep_s": active_s * about(0.4 if is_deep else 0.05),
            "meeting_s": active_s * about(0.05 if is_deep else 0.5), "tracked_s": 0,
            "opening_meeting_s": 0, "night_s": active_s * chance.uniform(0, 0.05), "sessions": 5,
            "session_median_s": about(4000 if is_deep else 1200), "longest_session_s": 6000,
            "switches": round(about(20 if is_deep else 60)), "first_hour": about(9),
            "last_hour": 17, "by_wall_hour": [0.0] * 24, "by_category": {}, "by_project": {},
            "tasks_created": 0, "tasks_done": 0, "tasks_planned": 0, "planned_s": 0,
            "estimate_log_error": None, "focus_sessions": [], "by_entity": {},
            "of_activity": True, "of_work": False,
        }  # fmt: skip
        user_days.write(user, [row], feature_set=FEATURE_SET, rev=number, now=NOW)


def test_kinds_of_a_persons_days_are_learnt_and_their_days_typed(
    following: Following, own: Settings
) -> None:
    user = following.person()
    spread_days(user, weeks=16)
    new = fitting.fit_days(user, NOW, own)
    assert new is not None
    assert new.model is not None, new.reason
    learnt_segments.type_days(user, [], TODAY)
    typed = {learnt for *_, learnt in _all_types(user)}
    assert typed == {cluster["slug"] for cluster in new.model["clusters"]}
    assert all(slug.startswith("days-") for slug in typed)
    execute("UPDATE user_day SET learnt_type = 'x'")
    learnt_segments.type_days(user, [], TODAY)
    assert {learnt for *_, learnt in _all_types(user)} == {"x"}, "all are typed once a model"


def _all_types(user: UUID) -> list[tuple[date, str, str, str]]:
    execute("UPDATE user_day SET day_type = 'regular' WHERE user_id = %s", (user,))
    return user_days.types(user, TODAY - timedelta(days=400), TODAY)


def test_seven_weeks_are_not_enough(following: Following, own: Settings) -> None:
    user = following.person()
    spread_days(user, weeks=6)
    new = fitting.fit_days(user, NOW, own)
    assert new is not None
    assert new.model is None
    assert new.reason.startswith("not enough history: ")
    assert new.reason.endswith(" of 8 active weeks")
    learnt_segments.type_days(user, [], TODAY)


def test_fits_of_long_ago_are_forgotten(following: Following, own: Settings) -> None:
    users = [following.person() for _ in range(2)]
    refused = segment_models.NewModel("user_day", None, FEATURE_SET, "x", None, [], 0, 0, None, {})
    for user in users:
        for _ in range(60):
            segment_models.put(refused._replace(user_id=user))
    fitting.fit_days(users[0], NOW, own)
    kept = [one.reason for one in segment_models.fits("user_day", users[0], limit=99)]
    assert len(kept) == 50
    assert "not enough history: 0 of 8 active weeks" in kept
    assert len(segment_models.fits("user_day", users[1], limit=99)) == 60


def test_a_day_is_fitted_when_it_is_over_where_the_person_is(
    following: Following, own: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = following.person([Period(zone="America/Los_Angeles")])
    spread_days(user, weeks=10)
    asked: list[date] = []

    def between(_: UUID, first: date, last: date) -> list[UserDay]:
        asked.append(last)
        return []

    monkeypatch.setattr("pipeline.user_days.between", between)
    fitting.fit_days(user, NOW.replace(hour=3), own)
    assert asked == [TODAY - timedelta(days=2)]


def test_who_is_due_is_whose_last_fit_is_old(following: Following, own: Settings) -> None:
    user = following.person()
    execute("SELECT 1")
    spread_days(user, weeks=16)
    execute("UPDATE user_day SET local_date = local_date + (current_date - %s::date)", (TODAY,))
    assert segment_models.due_person(600, 8, 400, 604_800) == user
    fitting.fit_days(user, datetime.now(UTC), own)
    assert segment_models.due_person(600, 8, 400, 604_800) is None
    assert segment_models.due_person(600, 8, 400, 0) == user


async def test_fits_that_fail_hold_up_nobody(
    following: Following, own: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    users = sorted(following.person() for _ in range(3))
    for user in users:
        spread_days(user, weeks=16)
    execute("UPDATE user_day SET local_date = local_date + (current_date - %s::date)", (TODAY,))
    tried: list[UUID] = []

    def fail(user: UUID, *_: object) -> None:
        tried.append(user)
        raise fitting.FitFailed("always")

    def fail_all(*_: object) -> None:
        raise fitting.FitFailed("always")

    monkeypatch.setattr(fitting, "fit_days", fail)
    monkeypatch.setattr(fitting, "fit_people", fail_all)
    monkeypatch.setattr(segment_models, "people_count", lambda _: own.segment_least_people)
    fits = SegmentFits(own)
    try:
        for _ in range(4):
            await fits.look()
    finally:
        await fits.on_shutdown()
    assert tried == [*users, users[0]]


def test_the_server_does_not_carry_scikit_learn() -> None:
    code = (
        "import sys, timeflow.runtime;"
        " print([name for name in sys.modules if name.startswith('sklearn')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert json.loads(done.stdout.replace("'", '"')) == []
