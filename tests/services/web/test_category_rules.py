"""Rules of categorising: a set stands as a whole or not at all, and trying keeps nothing."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest

from agents.usage import rebuild, usage
from models import user_state
from models.database import database
from pipeline.events import UsageEvent
from pipeline.transaction import Transaction
from tests.people import MINUTE_US, instant, usage_event
from tests.services.web.api import Answer, Api

pytestmark = pytest.mark.services

NOON = instant("2026-11-20T12:00")
DAY = "from=2026-11-20&to=2026-11-20"

CODING = {"field": "entity", "pattern": r"\.py$", "category": "work/coding", "productivity": 2}
FUN = {"field": "project", "pattern": "^game", "category": "fun", "productivity": -1}
MAIL = {"field": "entity", "pattern": "(?i)mail", "category": "work/mail", "productivity": 0}


async def _post(api: Api, token: str, rule: dict[str, Any]) -> Any:
    answer = await api.post("/category-rules", token, json=rule)
    assert answer.status == 201, answer.body
    return answer.json


async def _order(api: Api, token: str) -> list[str]:
    items = (await api.get("/category-rules", token)).json["items"]
    assert [rule["order"] for rule in items] == list(range(1, len(items) + 1))
    return [rule["category"] for rule in items]


def _wrong(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json["errors"][0]["path"]


async def _derive(api: Api, token: str, *events: UsageEvent) -> UUID:
    """What the stage does: with events of this person, or without any, with a rebuild."""
    user_id = UUID((await api.get("/me", token)).json["id"])
    own = [msgspec.structs.replace(event, user=user_id) for event in events]
    with database.connection_context(), database.atomic():
        transaction = Transaction(user_state.lock({user_id}), datetime.now(UTC))
        usage(own, transaction) if own else rebuild(user_id, transaction)
    return user_id


def _hour(at_min: int, minutes: int, **fields: Any) -> UsageEvent:
    return usage_event(NOON + at_min * MINUTE_US, duration=minutes * MINUTE_US, **fields)


async def test_rules_stand_in_the_order_they_were_put(api: Api, token: str) -> None:
    first = await _post(api, token, CODING)
    await _post(api, token, FUN)
    third = await _post(api, token, MAIL | {"order": 1})
    assert await _order(api, token) == ["work/mail", "work/coding", "fun"]
    path = f"/category-rules/{first['id']}"
    moved = await api.call("PATCH", path, token, json={"order": 99})
    assert moved.json == first | {"order": 3}
    assert await _order(api, token) == ["work/mail", "fun", "work/coding"]
    assert (await api.call("DELETE", f"/category-rules/{third['id']}", token)).status == 204
    assert await _order(api, token) == ["fun", "work/coding"]


async def test_the_whole_set_is_replaced_and_rules_that_stay_keep_their_ids(
    api: Api, token: str
) -> None:
    kept = await _post(api, token, CODING)
    await _post(api, token, FUN)
    items = [MAIL, CODING | {"category": "work"}]
    put = (await api.call("PUT", "/category-rules", token, json={"items": items})).json
    assert put == (await api.get("/category-rules", token)).json
    assert [rule["category"] for rule in put["items"]] == ["work/mail", "work"]
    assert put["items"][1]["id"] == kept["id"]
    assert (await api.call("PUT", "/category-rules", token, json={"items": []})).status == 200
    assert await _order(api, token) == []


async def test_a_rule_is_changed_where_it_stands(api: Api, token: str) -> None:
    rule = await _post(api, token, CODING)
    await _post(api, token, FUN)
    path = f"/category-rules/{rule['id']}"
    changed = await api.call("PATCH", path, token, json={"pattern": "^x", "productivity": 1})
    assert changed.json == rule | {"pattern": "^x", "productivity": 1}


async def test_every_change_queues_the_rebuild_under_the_users_lock(api: Api, token: str) -> None:
    await _post(api, token, CODING)
    assert api.rows("SELECT reason FROM rebuild_request") == [("category rules",)]
    assert api.rows("SELECT rev FROM user_state") == [(1,)]


@pytest.mark.parametrize(
    ("rule", "path"),
    [
        (MAIL | {"pattern": "("}, "pattern"),
        (MAIL | {"pattern": r"\pL{500}"}, "pattern"),
        (MAIL | {"pattern": ""}, "pattern"),
        (MAIL | {"pattern": CODING["pattern"]}, "pattern"),
        (CODING, "pattern"),
        (MAIL | {"category": "work/coding"}, "productivity"),
        (MAIL | {"category": "work//mail"}, "category"),
        (MAIL | {"category": "/work"}, "category"),
        (MAIL | {"category": "x" * 101}, "category"),
        (MAIL | {"productivity": 3}, "productivity"),
        (MAIL | {"field": "data"}, "field"),
        (MAIL | {"order": 0}, "order"),
    ],
)
async def test_a_rule_that_cannot_stand_changes_nothing(
    api: Api, token: str, rule: dict[str, Any], path: str
) -> None:
    await _post(api, token, CODING)
    assert _wrong(await api.post("/category-rules", token, json=rule)) == (422, path)
    in_set = {"items": [CODING, rule]}
    answer = await api.call("PUT", "/category-rules", token, json=in_set)
    assert _wrong(answer) == (422, "items[1].order" if path == "order" else f"items[1].{path}")
    assert await _order(api, token) == ["work/coding"]
    assert api.rows("SELECT rev FROM user_state") == [(1,)]


async def test_a_change_cannot_make_two_rules_contradict_each_other(api: Api, token: str) -> None:
    await _post(api, token, CODING)
    fun = await _post(api, token, FUN)
    change = {"field": "entity", "pattern": CODING["pattern"]}
    answer = await api.call("PATCH", f"/category-rules/{fun['id']}", token, json=change)
    assert _wrong(answer) == (422, "pattern")


async def test_no_more_rules_than_the_setting_allows(configured: Any) -> None:
    async with Api(configured(max_category_rules=1)) as api:
        token = (await api.register())["access_token"]
        await _post(api, token, CODING)
        assert (await api.post("/category-rules", token, json=FUN)).status == 422
        both = {"items": [CODING, FUN]}
        answer = await api.call("PUT", "/category-rules", token, json=both)
        assert _wrong(answer) == (422, "items")


async def test_a_rule_of_another_is_not_there(api: Api, token: str) -> None:
    rule = await _post(api, token, CODING)
    other = (await api.register("bob@example.org"))["access_token"]
    path = f"/category-rules/{rule['id']}"
    assert (await api.call("PATCH", path, other, json={"order": 1})).status == 404
    assert (await api.call("DELETE", path, other)).status == 404
    assert await _order(api, other) == []
    assert len(api.rows("SELECT user_id FROM user_state")) == 1


async def test_rules_say_what_days_are_made_of_and_how_productive_it_was(
    api: Api, token: str
) -> None:
    await _derive(api, token, _hour(0, 30), _hour(30, 10, entity="x", project="games"))
    for rule in (CODING, FUN):
        await _post(api, token, rule)
    await _derive(api, token)
    found = (await api.get(f"/analytics/summary?group_by=category&{DAY}", token)).json["groups"]
    assert [(g["key"], g["active_s"], g["productivity"]) for g in found] == [
        ("work/coding", 1800.0, 2),
        ("fun", 600.0, -1),
    ]
    (day,) = (await api.get(f"/analytics/daily?{DAY}", token)).json["days"]
    assert day["by_category"] == {"work/coding": 1800.0, "fun": 600.0}
    raw = (await api.get(f"/events?{DAY}", token)).json["items"]
    assert {event["category"] for event in raw} == {"coding"}


async def test_a_dry_run_tells_the_coverage_before_and_after_and_keeps_nothing(
    api: Api, token: str
) -> None:
    await _post(api, token, FUN)
    await _derive(
        api,
        token,
        _hour(0, 30, category=""),
        _hour(30, 10, category="", entity="x", project="games"),
        _hour(40, 20, category="reading", entity="book", project=""),
    )
    before = api.rows("SELECT user_id, rev FROM user_state")
    body = {"rules": [CODING, MAIL], "from": "2026-11-20", "to": "2026-11-20"}
    tried = (await api.post("/category-rules/dry-run", token, json=body)).json
    assert tried == {
        "active_s": 3600.0,
        "changed_s": 2400.0,
        "before": {"coverage": 0.5, "by_category": {"": 1800.0, "fun": 600.0, "reading": 1200.0}},
        "after": {
            "coverage": pytest.approx(5 / 6),
            "by_category": {"work/coding": 1800.0, "": 600.0, "reading": 1200.0},
        },
    }
    assert api.rows("SELECT user_id, rev FROM user_state") == before
    assert await _order(api, token) == ["fun"]


async def test_a_dry_run_that_would_take_too_long_or_cannot_be_is_refused(configured: Any) -> None:
    async with Api(configured(max_dry_run_events=1)) as api:
        token = (await api.register())["access_token"]
        await _derive(api, token, _hour(0, 1), _hour(5, 1))
        body = {"rules": [CODING], "from": "2026-11-20", "to": "2026-11-20"}
        path = "/category-rules/dry-run"
        assert _wrong(await api.post(path, token, json=body)) == (422, "to")
        backwards = body | {"from": "2026-11-21"}
        assert _wrong(await api.post(path, token, json=backwards)) == (422, "from")
        broken = body | {"rules": [CODING, MAIL | {"pattern": "("}]}
        answer = await api.post(path, token, json=broken | {"to": "2026-11-20"})
        assert _wrong(answer) == (422, "rules[1].pattern")


async def test_a_dry_run_without_activity_covers_nothing(api: Api, token: str) -> None:
    body = {"rules": [], "from": "2026-11-20", "to": "2026-11-20"}
    tried = (await api.post("/category-rules/dry-run", token, json=body)).json
    assert tried["before"] == {"coverage": None, "by_category": {}}


async def test_the_largest_things_without_a_category_come_with_a_rule_that_can_be_added(
    api: Api, token: str
) -> None:
    await _derive(
        api,
        token,
        _hour(0, 10, category="", entity="/home/me/src/a.py"),
        _hour(10, 5, category="", entity="/home/me/src/b.py"),
        _hour(15, 20, category="", entity="https://example.org/x"),
        _hour(35, 9, category="known", entity="known"),
    )
    found = (await api.get(f"/category-rules/suggestions?{DAY}", token)).json["items"]
    assert [(each["entity"], each["active_s"]) for each in found] == [
        ("https://example.org/x", 1200.0),
        ("/home/me/src/a.py", 600.0),
    ]
    for each in found:
        await _post(api, token, each["rule"])
    await _derive(api, token)
    assert (await api.get(f"/category-rules/suggestions?{DAY}", token)).json == {"items": []}
    assert (await api.get("/category-rules/suggestions", token)).status == 200
