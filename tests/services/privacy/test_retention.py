"""A running instance sweeps raw events away as soon as they are chosen not to be kept."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.instance import wait_until
from tests.services.privacy.conftest import Instance

pytestmark = pytest.mark.services


def test_what_is_older_than_chosen_goes_and_its_days_stay(instance: Instance) -> None:
    token = instance.operator
    now = datetime.now(UTC)
    events = [
        {"id": str(ago), "type": "usage.interval", "duration": 600, "time": time.isoformat()}
        for ago in (1, 20)
        if (time := now - timedelta(days=ago))
    ]
    instance.post(token, *events)
    instance.call("PUT", "/me/retention", token, {"days": 7})

    def kept() -> list[str]:
        return [event["id"] for event in instance.call("GET", "/events", token)["items"]]

    wait_until(lambda: kept() == ["1"], what="the old event is gone")
    first, last = (now - timedelta(days=21)).date(), now.date()
    daily = instance.call("GET", f"/analytics/daily?from={first}&to={last}", token)
    assert sum(day["active_s"] for day in daily["days"]) == 1200.0
    instance.post(token, {**events[1], "id": "late"})
    assert kept() == ["1"]
    assert instance.call("GET", "/me/storage", token)["retention"]["days"] == 7
