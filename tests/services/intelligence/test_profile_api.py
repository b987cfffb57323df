"""Features, segments and focus as the API answers them."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from models import segment_models, segments
from models.database import database
from pipeline.steps.features import definitions
from pipeline.steps.instants import as_us
from pipeline.steps.segment_model import Axis, Cluster, Evidence, Model
from pipeline.steps.segments import RULES, catalogue
from tests.people import MINUTE_US, usage_event
from tests.services.intelligence.conftest import Following
from tests.services.web.api import Api

pytestmark = pytest.mark.services

NOW = datetime.now(UTC)
TODAY = NOW.date()


async def live(api: Api, token: str, days: Sequence[int], minutes: int = 60) -> UUID:
    """Use at nine o'clock of the last days; followed by the segmentation."""
    user = UUID((await api.get("/me", token)).json["id"])
    nine = datetime(TODAY.year, TODAY.month, TODAY.day, 9, tzinfo=UTC)
    events = [
        usage_event(as_us(nine - timedelta(days=n)), duration=minutes * MINUTE_US, user=user)
        for n in days
    ]

    def apply() -> None:
        with database.connection_context():
            following = Following()
            following.apply(events)
            following.follow([user], NOW)
            segments.define(catalogue(), RULES)

    await asyncio.to_thread(apply)
    return user


def _slugs(answer: Any) -> set[str]:
    return {one["slug"] for one in answer["current"]}


async def test_features_are_documented_and_those_of_the_caller_say_of_what_they_are(
    api: Api, token: str
) -> None:
    await live(api, token, range(1, 4))
    described = (await api.get("/features", token)).json
    assert [one["name"] for one in described["items"]] == [one.name for one in definitions()]
    mine = (await api.get("/features/me", token)).json
    assert mine["values"].keys() == {one["name"] for one in described["items"]}
    assert (mine["as_of"], mine["behind"]) == (TODAY.isoformat(), False)
    assert mine["state"] == "not enough history: 3 of 8 active days in 28"


async def test_who_has_no_history_is_told_so(api: Api, token: str) -> None:
    features = (await api.get("/features/me", token)).json
    assert (features["as_of"], features["values"]) == (None, {})
    assert features["state"] == "not enough history: 0 of 8 active days in 28"
    mine = (await api.get("/segments/me", token)).json
    assert (mine["current"], mine["pseudonym"]) == ([], None)
    assert mine["state"] == "not enough history: 0 of 8 active days in 28"


async def test_a_person_sees_their_segments_and_why(api: Api, token: str) -> None:
    await live(api, token, range(1, 10))
    mine = (await api.get("/segments/me", token)).json
    assert _slugs(mine) == {"new", "mostly-short"}
    (new,) = [one for one in mine["current"] if one["slug"] == "new"]
    assert (new["name"], new["reason"]) == ("New", "first used 9 days ago")
    assert new["model_version"] == RULES
    assert {day["type"] for day in mine["days"]} == {"short"}
    assert mine["state"] == "complete"


async def test_what_was_applied_since_is_said_to_be_behind(api: Api, token: str) -> None:
    user = await live(api, token, range(1, 3))
    api.rows("UPDATE user_state SET rev = rev + 1 WHERE user_id = %s RETURNING 1", (user,))
    assert (await api.get("/segments/me", token)).json["behind"] is True


async def test_analysts_see_members_by_pseudonyms_and_nobody_of_fewer_than_five(
    api: Api, token: str
) -> None:
    people = [token]
    for n in range(4):
        people.append((await api.register(f"p{n}@example.org"))["access_token"])
    users = [await live(api, person, [1]) for person in people[:4]]
    path = "/segments/new/members"
    hidden = (await api.get(path, token)).json
    assert hidden == {"items": [], "next_cursor": None, "suppressed": True}
    assert (await api.get("/segments/new", token)).json["members"] is None
    users.append(await live(api, people[4], [1]))
    first = (await api.get(f"{path}?limit=3", token)).json
    rest = (await api.get(f"{path}?limit=3&cursor={first['next_cursor']}", token)).json
    shown = {one["member"] for one in (*first["items"], *rest["items"])}
    assert len(shown) == 5
    assert shown.isdisjoint(map(str, users))
    assert (await api.get("/segments/me", token)).json["pseudonym"] in shown
    assert (await api.get("/segments/new", token)).json["members"] == 5
    assert (await api.get("/segments/new", people[1])).json["members"] is None
    assert (await api.get(path, people[1])).status == 403


async def test_analysts_see_how_large_a_segment_was_but_never_under_five(
    api: Api, token: str
) -> None:
    path = "/segments/new/history"
    people = [token]
    for n in range(4):
        people.append((await api.register(f"p{n}@example.org"))["access_token"])
    for person in people[:4]:
        await live(api, person, [1])
    assert (await api.get(path, token)).json == {"sizes": [], "fit": None}
    await live(api, people[4], [1])
    sizes = (await api.get(path, token)).json["sizes"]
    assert sizes[-1] == {"day": TODAY.isoformat(), "members": 5}
    assert (await api.get(path, people[1])).status == 403
    assert (await api.get("/segments/day-deep/history", token)).status == 422
    assert (await api.get("/segments/unheard-of/history", token)).status == 404


async def test_a_learnt_segment_says_on_what_it_rests(api: Api, token: str) -> None:
    await live(api, token, [1])

    def fit() -> None:
        axes = [
            Axis("focus_share_28", False, 0.5, 0.1, []),
            Axis("night_share_28", False, 0, 1, []),
        ]
        clusters = [
            Cluster("people-night", "night", "night_share_28 +2.0", [0.5, -2.0], 0.9),
            Cluster("people-few", "few", "night_share_28 +2.0", [0.5, -2.0], 0.1),
        ]
        evidence = Evidence(2, 0.9, 0.4, 0.5, 0.2, 0.1, 0.3)
        model = Model("kmeans@1", "user", "person@1", axes, clusters, evidence, 40, 0)
        with database.connection_context():
            for one in clusters:
                segment_models.define(one.slug, "user", one.name, one.definition, "kmeans@1", None)
            segment_models.put(
                segment_models.NewModel(
                    "user", None, "person@1", "", msgspec.to_builtins(model), [], 40, 0, 0.05, {}
                )
            )

    await asyncio.to_thread(fit)
    found = (await api.get("/segments/people-night/history", token)).json["fit"]
    assert (found["stability"], found["people"], found["relabelled"]) == (0.9, 40, 0.05)
    assert found["deviations"] == [
        {"feature": "night_share_28", "by": -2.0},
        {"feature": "focus_share_28", "by": 0.5},
    ]
    few = (await api.get("/segments/people-few/history", token)).json["fit"]
    assert few["deviations"] == []
    assert (await api.get("/segments/new/history", token)).json["fit"] is None


async def test_a_learnt_segment_of_another_version_says_no_fit(api: Api, token: str) -> None:
    await live(api, token, [1])
    old = {"version": "kmeans@0", "segments": []}

    def fit() -> None:
        with database.connection_context():
            segment_models.define("people-old", "user", "old", "", "kmeans@0", None)
            segment_models.put(
                segment_models.NewModel("user", None, "person@0", "", old, [], 40, 0, None, {})
            )

    await asyncio.to_thread(fit)
    answer = await api.get("/segments/people-old/history", token)
    assert (answer.status, answer.json["fit"]) == (200, None)


async def test_what_came_of_learning_days_is_said_in_words(api: Api, token: str) -> None:
    user = await live(api, token, [1])

    async def state() -> str:
        return str((await api.get("/segments/me", token)).json["learnt_state"])

    def put(reason: str, model: dict[str, Any] | None) -> None:
        with database.connection_context():
            segment_models.put(
                segment_models.NewModel(
                    "user_day", user, "person@1", reason, model, [], 0, 0, None, {}
                )
            )

    assert await state() == "not learnt yet: it takes 8 active weeks"
    await asyncio.to_thread(put, "not enough history: 3 of 8 active weeks", None)
    assert await state() == "not enough history: 3 of 8 active weeks"
    await asyncio.to_thread(put, "accepted", {"version": "kmeans@0"})
    assert await state() == "the model is of another version; it is fitted anew"


async def test_segments_that_are_none_or_hold_days_are_refused(api: Api, token: str) -> None:
    await live(api, token, [1])
    assert (await api.get("/segments/unheard-of", token)).status == 404
    assert (await api.get("/segments/unheard-of/members", token)).status == 404
    assert (await api.get("/segments/day-deep/members", token)).status == 422
    listed = (await api.get("/segments", token)).json["items"]
    assert {one["slug"] for one in listed} == {one.slug for one in catalogue()}


async def test_focus_shows_its_sessions_and_what_it_was_derived_with(api: Api, token: str) -> None:
    await live(api, token, [2], minutes=60)
    day = (TODAY - timedelta(days=2)).isoformat()
    found = (await api.get(f"/analytics/focus?from={day}&to={TODAY.isoformat()}", token)).json
    assert found["parameters"]["deep_from_s"] == 3000
    (only,) = found["days"]
    assert (only["date"], only["focus_s"], only["deep_s"]) == (day, 3600, 3600)
    (session,) = only["focus_sessions"]
    assert (session["start"][11:16], session["category"]) == ("09:00", "coding")
    assert only["switches_per_hour"] == 0
