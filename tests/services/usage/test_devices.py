"""What the stage knows of devices, and how merging and ranking them changes the days."""

from datetime import date
from importlib import import_module
from typing import Any
from uuid import UUID

import pytest

from models import devices
from models.database import execute
from models.instants import to_us
from pipeline.events import UsageEvent
from pipeline.sightings import STEP_US
from pipeline.steps.days import DAY_US, HOUR_US
from tests.people import MINUTE_US, Choices, instant, usage_event
from tests.services.usage.conftest import Tables

pytestmark = pytest.mark.services

NOON = instant("2026-11-20T12:00")
FRIDAY = date(2026, 11, 20)


def seen(user: UUID) -> list[tuple[Any, ...]]:
    """(device, source, first, last), with instants as steps from noon."""
    rows = execute(
        f"SELECT name, source, {to_us('first_at')}, {to_us('last_at')} FROM device"
        " LEFT JOIN device_seen ON device_id = id WHERE user_id = %s ORDER BY name, source",
        (user,),
    ).fetchall()
    return [
        (name, source, *((at - NOON) // STEP_US if at else None for at in span))
        for name, source, *span in rows
    ]


def two_devices(user: UUID) -> list[UsageEvent]:
    """In turn, each through two sources."""
    return [
        usage_event(NOON + n * STEP_US, device=f"d{n % 2}", source=source, user=user)
        for n in range(6)
        for source in ("api", "wakatime")
    ]


def test_a_device_is_known_from_its_events_whatever_their_order(tables: Tables) -> None:
    forth, back = tables.person(), tables.person()
    for event in two_devices(forth):
        tables.apply([event])
    tables.apply(two_devices(back)[::-1])
    assert seen(forth) == seen(back)
    assert seen(forth) == [
        ("d0", "api", 0, 4),
        ("d0", "wakatime", 0, 4),
        ("d1", "api", 1, 5),
        ("d1", "wakatime", 1, 5),
    ]


def test_many_events_of_a_device_in_use_write_its_row_once(tables: Tables) -> None:
    user = tables.person()
    before = []
    for second in range(0, 500, 100):
        tables.apply([usage_event(NOON + second * 1_000_000, user=user)])
        before += execute("SELECT xmin::text, ctid::text FROM device_seen").fetchall()
    assert len(set(before)) == 1


def test_three_hundred_events_of_one_name_are_one_device(tables: Tables) -> None:
    user = tables.person()
    tables.apply([usage_event(NOON + n, user=user, device="desk") for n in range(300)])
    assert seen(user) == [("desk", "api", 0, 0)]


def test_a_name_longer_than_an_index_takes_is_a_device_too(tables: Tables) -> None:
    user = tables.person()
    wide = "".join(map(chr, range(0x10000, 0x10000 + 1000)))
    tables.apply([usage_event(NOON, user=user, device=wide, id="1")])
    assert seen(user) == [(wide, "api", 0, 0)]


def test_another_process_widens_what_this_one_knew(tables: Tables) -> None:
    user = tables.person()
    tables.in_process(0).apply([usage_event(NOON, user=user)])
    tables.in_process(1).apply([usage_event(NOON + DAY_US, user=user)])
    tables.in_process(0).apply([usage_event(NOON - DAY_US, user=user)])
    assert seen(user) == [("laptop", "api", -144, 144)]


def test_a_rebuild_forgets_devices_that_no_event_names_but_not_those_that_were_changed(
    tables: Tables,
) -> None:
    user = tables.person()
    tables.choose(user, Choices({"phone": "laptop"}))
    tables.apply([usage_event(NOON, user=user, device=name) for name in ("desk", "phone")])
    execute("DELETE FROM usage_event WHERE device <> 'desk'")
    execute("UPDATE device_seen SET first_at = '-infinity'")
    tables.rebuild(user)
    assert seen(user) == [
        ("desk", "api", 0, 0),
        ("laptop", None, None, None),
        ("phone", None, None, None),
    ]


def test_merged_devices_end_each_others_time(tables: Tables) -> None:
    user = tables.person()
    tables.apply([usage_event(NOON, user=user, device="phone")])
    tables.apply([usage_event(NOON + 4 * MINUTE_US, user=user, device="laptop")])
    assert tables.days(user)[FRIDAY]["active_us"] == 0
    tables.choose(user, Choices({"phone": "laptop"}))
    assert tables.rebuild(user) == [FRIDAY]
    assert tables.days(user)[FRIDAY]["by_device"] == {"laptop": 4 * MINUTE_US}
    tables.apply([usage_event(NOON + 9 * MINUTE_US, user=user, device="phone")])
    assert tables.days(user)[FRIDAY]["by_device"] == {"laptop": 9 * MINUTE_US}


def test_where_devices_overlap_the_one_of_higher_priority_has_the_time(tables: Tables) -> None:
    user = tables.person()
    work = usage_event(NOON, user=user, duration=HOUR_US, device="laptop", project="work")
    fun = usage_event(NOON + 1, user=user, duration=HOUR_US, device="phone", project="fun")
    tables.apply([work, fun])
    assert tables.days(user)[FRIDAY]["by_project"] == {"work": 1, "fun": HOUR_US}
    tables.choose(user, Choices(priorities={"laptop": 1}))
    tables.rebuild(user)
    assert tables.days(user)[FRIDAY]["by_project"] == {"work": HOUR_US, "fun": 1}


def test_devices_of_events_from_before_there_were_devices_are_known(tables: Tables) -> None:
    user = tables.person()
    tables.apply(two_devices(user))
    known = seen(user)
    execute("DELETE FROM device")
    execute(import_module("models.migrations.0004_devices_rules").KNOWN_EVENTS)
    assert seen(user) == known


def test_raw_events_keep_the_name_they_came_with(tables: Tables) -> None:
    user = tables.person()
    tables.choose(user, Choices({"phone": "laptop"}))
    tables.apply([usage_event(NOON, user=user, device="phone")])
    assert execute("SELECT device FROM usage_event").fetchall() == [("phone",)]
    assert "phone" in [device.name for device in devices.page(user, None, 9)]
