"""Rules of storage: what raw events take, what they will take, and for how long they are kept."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from models import usage_events, user_state
from models.database import database
from tests.services.web.api import Api
from tests.services.web.stream import usage_events as on_the_stream
from tests.services.web.test_raw_events import _point as point

pytestmark = pytest.mark.services


async def test_who_has_nothing_stores_nothing(api: Api, token: str) -> None:
    storage = (await api.get("/me/storage", token)).json
    assert storage == {
        "retention": {"days": None, "horizon": None, "first_open": None},
        "events": 0,
        "bytes": 0,
        "events_per_day": 0.0,
        "bytes_per_day": 0.0,
        "forecast": [{"days": days, "events": 0, "bytes": 0} for days in (30, 365)],
    }


async def test_the_forecast_goes_on_as_the_last_four_weeks_were(api: Api) -> None:
    login = await api.register()
    await _live(api, login, days=56, a_day=10)
    storage = (await api.get("/me/storage", login["access_token"])).json
    assert (storage["events"], storage["events_per_day"]) == (560, 10.0)
    assert [each["events"] for each in storage["forecast"]] == [560 + 300, 560 + 3650]
    each = storage["bytes"] / 560
    assert storage["forecast"][1]["bytes"] == pytest.approx(each * (560 + 3650), rel=0.01)
    assert storage["bytes_per_day"] == pytest.approx(each * 10, rel=0.01)


async def test_the_forecast_heeds_what_will_have_gone(api: Api) -> None:
    login = await api.register()
    token = login["access_token"]
    await _live(api, login, days=56, a_day=10)
    await api.call("PUT", "/me/retention", token, json={"days": 40})
    storage = (await api.get("/me/storage", token)).json
    # In 30 days the last ten of these are left; in a year none.
    assert [each["events"] for each in storage["forecast"]] == [100 + 300, 400]


async def test_the_estimate_of_bytes_is_about_what_the_tables_grow(api: Api) -> None:
    login = await api.register()
    await _live(api, login, days=50, a_day=200)
    estimate = (await api.get("/me/storage", login["access_token"])).json["bytes"]
    ((truth,),) = api.rows(
        "SELECT sum(pg_total_relation_size(inhrelid))::bigint FROM pg_inherits"
        " WHERE inhparent = 'usage_event'::regclass AND pg_relation_size(inhrelid) > 0"
    )
    assert 0.6 * truth < estimate < 1.4 * truth


@pytest.mark.parametrize(
    ("body", "path"),
    [({}, "days"), ({"days": 2}, "days"), ({"days": 40_000}, "days"), ({"days": "x"}, "days")],
)
async def test_a_senseless_choice_is_told_by_its_path(
    api: Api, token: str, body: dict[str, Any], path: str
) -> None:
    answer = await api.call("PUT", "/me/retention", token, json=body)
    assert answer.status == 422
    assert answer.json["errors"][0]["path"] == path
    assert (await api.get("/me/storage", token)).json["retention"]["days"] is None


async def test_a_choice_can_be_taken_back(api: Api, token: str) -> None:
    for days in (30, None):
        answer = await api.call("PUT", "/me/retention", token, json={"days": days})
        assert (answer.status, answer.json["days"]) == (200, days)
    assert (await api.get("/me/storage", token)).json["retention"]["days"] is None


async def _live(api: Api, login: Any, days: int, a_day: int) -> None:
    """So many events on each of the last days, the newest a minute ago."""
    newest = datetime.now(UTC) - timedelta(minutes=1)
    times = [newest - timedelta(days=day, seconds=n) for day in range(days) for n in range(a_day)]
    events = [point(f"an-id-of-a-client-{n:06}", time.isoformat()) for n, time in enumerate(times)]
    for begin in range(0, len(events), 1000):
        taken = await api.post(
            "/events", login["access_token"], json={"events": events[begin : begin + 1000]}
        )
        assert taken.json["rejected"] == 0
    with database.connection_context(), database.atomic():
        user_state.lock([UUID(login["user"]["id"])])
        usage_events.insert([msgspec.json.encode(e) for e in on_the_stream(api.settings)])
