"""Rules of ActivityWatch's queries."""

from collections.abc import Callable

import pytest

from pipeline.settings import Settings
from tests.services.web.api import Answer, Api
from tests.services.web.applying import apply
from tests.services.web.buckets import WINDOW, api, key, make, report

__all__ = ["api", "key"]

pytestmark = pytest.mark.services


async def query(api: Api, key: str, *lines: str, period: str = "") -> Answer:
    apply(api.settings)
    period = period or "2026-11-20T00:00:00+00:00/2026-11-21T00:00:00+00:00"
    body = {"query": list(lines), "timeperiods": [period]}
    return await api.post("/api/0/query/", key, json=body)


async def test_a_query_reads_ones_own_buckets_in_its_period(api: Api, key: str) -> None:
    await make(api, key)
    posted = [report(0, 30), report(40, 10), report(0, 60, minute=30)]
    await api.post(f"/api/0/buckets/{WINDOW}/events", key, json=posted)
    answer = await query(
        api,
        key,
        'events = query_bucket(find_bucket("window"));',
        'RETURN = {"n": query_bucket_eventcount(find_bucket("aw-", "desk")),',
        ' "s": sum_durations(events), "apps": merge_events_by_keys(events, ["app"])};',
        period="2026-11-20T12:00:10Z/2026-11-20T12:10:00Z",
    )
    (result,) = answer.json
    assert (result["n"], result["s"]) == (2, 30)
    assert [(e["duration"], e["data"]) for e in result["apps"]] == [(30.0, {"app": "Editor"})]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "RETURN"),
        ("RETURN = x;", "x is not defined"),
        ("RETURN = exec('1');", "no function exec"),
        ("RETURN = query_bucket('nothing');", "no bucket 'nothing'"),
        ("RETURN = query_bucket(1);", "bucket"),
        ("RETURN = flood();", "takes 2 arguments"),
        ("RETURN = flood([1]);", "events is not what it takes"),
        ("RETURN = limit_events([], 'x');", "count is not what it takes"),
        ("a = [1,1,1,1,1,1,1,1];" * 1 + "a = [a,a,a,a,a,a,a,a];" * 3 + "RETURN = a;", "holds more"),
        ("RETURN = filter_keyvals_regex([], 'a', '(');", "RE2"),
    ],
)
async def test_what_is_wrong_with_a_query_is_told(
    api: Api, key: str, text: str, reason: str
) -> None:
    answer = await query(api, key, text)
    assert (answer.status, answer.json["code"]) == (400, "bad-query")
    assert reason in answer.json["detail"]


@pytest.mark.parametrize("period", ["x", "2026-11-20", "2026-11-21T00:00/2026-11-20T00:00Z"])
async def test_a_period_is_two_instants_in_order(api: Api, key: str, period: str) -> None:
    answer = await query(api, key, "RETURN = 1;", period=period)
    assert (answer.status, answer.json["code"]) == (400, "bad-query")


async def test_events_that_lists_double_are_bounded(api: Api, key: str) -> None:
    await make(api, key)
    await api.post(f"/api/0/buckets/{WINDOW}/events", key, json=[report(0, 5)])
    doubling = "a = concat(a, a);" * 10
    answer = await query(api, key, f"a = query_bucket('{WINDOW}');{doubling}RETURN = 1;")
    assert (answer.status, "more than 200 events" in answer.json["detail"]) == (400, True)


async def test_a_slow_query_is_ended(configured: Callable[..., Settings]) -> None:
    async with Api(configured(read_own_wait_s=0, query_s=1e-9)) as api:
        token = (await api.register())["access_token"]
        answer = await api.post(
            "/api/0/query/",
            token,
            json={"query": ["RETURN = 1;"], "timeperiods": ["2026-11-20T00:00Z/2026-11-21T00:00Z"]},
        )
        assert (answer.status, answer.json["detail"]) == (400, "The query takes too long")


async def test_another_persons_bucket_cannot_be_queried(api: Api, key: str) -> None:
    await make(api, key)
    other = (await api.register("bob@example.org"))["access_token"]
    answer = await query(api, other, f"RETURN = query_bucket('{WINDOW}');")
    assert answer.status == 400
