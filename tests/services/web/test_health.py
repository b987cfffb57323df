"""Rules of telling whether the process lives, can serve, and what it counted."""

from collections.abc import Callable

import pytest

from models.database import configure
from pipeline.settings import Settings
from tests.services.web.api import Api

pytestmark = pytest.mark.services

NOWHERE = "postgresql://nobody@127.0.0.1:1/none"


async def test_a_process_that_reaches_its_servers_is_ready(api: Api) -> None:
    assert (await api.get("/health")).json == {"status": "alive"}
    assert (await api.get("/ready")).json == {"status": "ready"}


async def test_the_database_is_told_by_latency_and_migrations(api: Api) -> None:
    check = (await api.get("/dbcheck")).json
    assert check["reachable"] is True
    assert check["latency_ms"] > 0
    assert check["migrations_missing"] == []
    assert "0001_spine" in check["migrations_applied"]


async def test_without_redis_it_is_alive_and_not_ready_and_says_why(
    configured: Callable[..., Settings],
) -> None:
    async with Api(configured(redis_url="redis://127.0.0.1:1/0"), declare=False) as api:
        assert (await api.get("/health")).status == 200
        answer = await api.get("/ready")
        assert (answer.status, answer.json["code"]) == (503, "not-ready")
        assert [error["message"].split(":")[0] for error in answer.json["errors"]] == ["redis"]
        assert answer.headers["Retry-After"]


async def test_without_the_database_nobody_is_let_in_and_metrics_can_still_be_read(
    configured: Callable[..., Settings],
) -> None:
    settings = configured(metrics_token="scraper", revocation_stale_s=0.3)
    async with Api(settings) as api:
        token = (await api.register())["access_token"]
    configure(NOWHERE, lease_s=60, statement_timeout_s=30, lock_timeout_s=30)
    async with Api(settings) as api:
        assert (await api.get("/health")).status == 200
        assert "database" in (await api.get("/ready")).json["detail"]
        assert (await api.get("/dbcheck")).json["code"] == "database-away"
        answer = await api.post("/events", token, json={"events": [{}]})
        assert (answer.status, answer.json["code"]) == (503, "database-away")
        login = await api.post("/auth/login", json={"email": "a@example.org", "password": "x"})
        assert login.status == 503
        assert (await api.get("/metrics", "scraper")).status == 200


async def test_metrics_are_for_operators_and_for_who_has_the_token(
    configured: Callable[..., Settings],
) -> None:
    async with Api(configured(metrics_token="scraper")) as api:
        operator = (await api.register())["access_token"]
        person = (await api.register("bob@example.org"))["access_token"]
        ops = (await api.key(operator, "ops"))["key"]
        for token, status in (
            (operator, 200), (ops, 200), ("scraper", 200), (person, 403), ("wrong", 401),
        ):  # fmt: skip
            assert (await api.get("/metrics", token)).status == status
        text = (await api.get("/metrics", "scraper")).body.decode()
        assert 'timeflow_http_request_seconds_count{method="GET",route="/metrics"' in text
        assert (await api.get("/me", "scraper")).status == 403


async def test_an_empty_metrics_token_opens_nothing(api: Api) -> None:
    assert (await api.get("/metrics", "")).status == 401
