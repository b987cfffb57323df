"""Rules of deleting one's own events: at least one condition, counted first if one likes."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from pipeline.settings import Settings
from tests.services.web.api import Api
from tests.services.web.test_raw_events import _ids as ids
from tests.services.web.test_raw_events import _point as point
from tests.services.web.test_raw_events import _store as store

pytestmark = pytest.mark.services


@pytest.fixture
async def login(api: Api) -> Any:
    """A person in New York with events of three days and two devices."""
    login = await api.register(time_zone="America/New_York")
    times = ["2026-11-01T12:00:00Z", "2026-11-02T12:00:00Z", "2026-11-03T04:59:59Z",
             "2026-11-03T05:00:00Z"]  # fmt: skip
    events = [
        point(str(n), time) | {"device": ["desk", "phone"][n % 2], "entity": f"page {n}"}
        for n, time in enumerate(times)
    ]
    await store(api, login, events)
    return login


@pytest.mark.parametrize(
    ("query", "stay"),
    [
        ("from=2026-11-02", ["0"]),
        ("to=2026-11-02", ["3"]),
        ("from=2026-11-02&to=2026-11-02", ["0", "3"]),
        ("device=phone", ["0", "2"]),
        ("q=PAGE 2", ["0", "1", "3"]),
        ("q=page&device=desk&to=2026-11-01", ["1", "2", "3"]),
        ("device=toaster", ["0", "1", "2", "3"]),
    ],
)
async def test_what_fits_all_conditions_goes_and_the_days_are_derived_anew(
    api: Api, login: Any, query: str, stay: list[str]
) -> None:
    token = login["access_token"]
    counted = (await api.call("DELETE", f"/events?{query}&dry_run=true", token)).json
    assert await ids(api, login, {}) == ["0", "1", "2", "3"]
    assert api.rows("SELECT 1 FROM deletion") == []
    answer = (await api.call("DELETE", f"/events?{query}", token)).json
    assert await ids(api, login, {}) == stay
    assert (answer["deleted"], answer["done"]) == (4 - len(stay), True)
    assert counted["deleted"] == answer["deleted"]
    queued = api.rows("SELECT user_id, reason FROM rebuild_request")
    assert queued == ([(UUID(login["user"]["id"]), "deletion")] if len(stay) < 4 else [])


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("", "from"),
        ("dry_run=true", "from"),
        ("from=2026-02-30", "from"),
        ("from=2026-01-02&to=2026-01-01", "from"),
        ("q=", "q"),
        ("q=a%00", "q"),
        ("dry_run=perhaps&device=a", "dry_run"),
        ("colour=red", "colour"),
    ],
)
async def test_a_senseless_deletion_is_told_by_its_path_and_deletes_nothing(
    api: Api, login: Any, query: str, path: str
) -> None:
    answer = await api.call("DELETE", f"/events?{query}", login["access_token"])
    assert answer.status == 422
    assert answer.json["errors"][0]["path"] == path
    assert len(await ids(api, login, {})) == 4


async def test_nobody_deletes_another_persons_events(api: Api, login: Any) -> None:
    other = (await api.register("bob@example.org"))["access_token"]
    answer = await api.call("DELETE", "/events?q=page", other)
    assert (answer.status, answer.json["deleted"]) == (200, 0)
    assert len(await ids(api, login, {})) == 4


async def test_deletions_are_listed_and_lifted_by_their_owner_alone(api: Api, login: Any) -> None:
    token = login["access_token"]
    made = [
        (await api.call("DELETE", f"/events?q={q}&from=2026-11-02", token)).json["id"]
        for q in ("page 1", "page 2", "page 3")
    ]
    page = (await api.get("/deletions?limit=2", token)).json
    rest = (await api.get(f"/deletions?limit=2&cursor={page['next_cursor']}", token)).json
    found = [*page["items"], *rest["items"]]
    assert [each["id"] for each in found] == made[::-1]
    assert (found[0]["q"], found[0]["from"], found[0]["to"]) == ("page 3", "2026-11-02", None)
    other = (await api.register("bob@example.org"))["access_token"]
    assert (await api.call("DELETE", f"/deletions/{made[0]}", other)).status == 404
    assert (await api.call("DELETE", f"/deletions/{made[0]}", token)).status == 204
    assert len((await api.get("/deletions", token)).json["items"]) == 2


async def test_a_deletion_with_an_idempotency_key_happens_once(api: Api, login: Any) -> None:
    headers = {"Idempotency-Key": "k"}
    token = login["access_token"]
    first, again = [
        (await api.call("DELETE", "/events?q=page", token, headers=headers)).json for _ in range(2)
    ]
    assert first == again
    assert UUID(first["id"])


async def test_so_many_deletions_hold_at_a_time(configured: Callable[..., Settings]) -> None:
    async with Api(configured(max_deletions=1)) as api:
        token = (await api.register())["access_token"]
        statuses = [(await api.call("DELETE", "/events?q=a", token)).status for _ in range(2)]
        assert statuses == [200, 409]
