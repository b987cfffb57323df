"""Seven days side by side."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import WIDTHS, signed_in
from tests.browser.demo import Demo
from tests.browser.eyes import Eyes
from tests.browser.hands import drag
from tests.browser.somebody import Somebody


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_week_has_no_barriers(
    open_page: Callable[..., Eyes], demo: Demo, width: str, dark: bool
) -> None:
    eyes = signed_in(
        open_page(demo.url, width=width, dark=dark), "person@demo.example", demo.password
    )
    eyes.page.goto("/app/week")
    expect(eyes.page.locator(".day-block").first).to_be_attached()
    eyes.take_shot("week")
    eyes.find_no_barriers()
    eyes.page.goto("/app/week?view=timesheet")
    expect(eyes.page.get_by_role("table")).to_be_visible()
    eyes.take_shot("timesheet")
    eyes.find_no_barriers()


def test_an_entry_is_dragged_and_resized_and_both_are_undone(
    seen: Eyes, somebody: Somebody
) -> None:
    somebody.enters(9, 10, "Meeting")
    seen.page.goto("/app/week")
    entry = seen.page.get_by_role("button", name=re.compile("^Meeting"))
    drag(seen, entry, down=44)
    expect(entry).to_have_accessible_name(re.compile("10:00 to 11:00"))
    drag(seen, entry.locator("[data-edge=end]"), down=44)
    expect(entry).to_have_accessible_name(re.compile("10:00 to 12:00"))
    seen.page.keyboard.press("Control+z")
    expect(entry).to_have_accessible_name(re.compile("10:00 to 11:00"))
    seen.page.keyboard.press("Control+z")
    expect(entry).to_have_accessible_name(re.compile("09:00 to 10:00"))


def test_an_entry_is_made_changed_and_deleted_in_its_editor(seen: Eyes, somebody: Somebody) -> None:
    seen.page.goto("/app/week")
    seen.page.get_by_role("button", name="New time entry on").first.click()
    editor = seen.page.get_by_role("dialog")
    editor.get_by_label("What").fill("Reading")
    editor.get_by_label("Start").fill(f"{somebody.today}T08:00")
    editor.get_by_label("End").fill(f"{somebody.today}T09:30")
    editor.get_by_role("button", name="Save").click()
    entry = seen.page.get_by_role("button", name=re.compile("^Reading"))
    expect(entry).to_have_accessible_name(re.compile("08:00 to 09:30, 1 h 30 min"))
    entry.focus()
    seen.page.keyboard.press("Enter")
    editor.get_by_label("What").fill("Writing")
    editor.get_by_role("button", name="Save").click()
    changed = seen.page.get_by_role("button", name=re.compile("^Writing"))
    changed.click()
    editor.get_by_role("button", name="Delete").click()
    expect(editor).not_to_be_visible()
    expect(changed).not_to_be_visible()
    seen.page.keyboard.press("Control+z")
    expect(changed).to_be_visible()


def test_an_entry_that_ends_before_it_begins_is_refused_and_stays_typed(
    seen: Eyes, somebody: Somebody
) -> None:
    seen.expected = ["422"]
    seen.page.goto("/app/week")
    seen.page.get_by_role("button", name="New time entry on").first.click()
    editor = seen.page.get_by_role("dialog")
    editor.get_by_label("Start").fill(f"{somebody.today}T09:00")
    editor.get_by_label("End").fill(f"{somebody.today}T08:00")
    editor.get_by_role("button", name="Save").click()
    expect(editor.get_by_role("alert")).to_be_visible()
    assert editor.get_by_label("End").input_value() == f"{somebody.today}T08:00"


def test_the_timesheet_adds_up_and_is_saved_as_csv(seen: Eyes, somebody: Somebody) -> None:
    project = somebody.call("POST", "/projects", {"name": "Website"})
    somebody.enters(9, 10, "a", project_id=project["id"])
    somebody.enters(11, 11.5, "b", project_id=project["id"])
    seen.page.goto("/app/week?view=timesheet")
    expect(seen.page.get_by_role("row", name="Website")).to_contain_text("1 h 30 min")
    with seen.page.expect_download() as download:
        seen.page.get_by_role("button", name="Save as CSV").click()
    assert "Website" in download.value.path().read_text()


def test_a_day_of_twenty_five_hours_has_them_all(seen: Eyes, somebody: Somebody) -> None:
    somebody.call("PATCH", "/me", {"time_zone": "Europe/Berlin"})
    somebody.call(
        "PATCH", "/me", {"time_zone": "Europe/Berlin", "time_zone_from": "2020-01-01T00:00:00Z"}
    )
    seen.page.goto("/app/today?date=2026-10-25")
    expect(seen.page.get_by_text("02:00", exact=True)).to_have_count(2)
    expect(seen.page.locator(".day-hour")).to_have_count(25)


def test_an_entry_is_dragged_to_another_day(seen: Eyes, somebody: Somebody) -> None:
    begin, end = (somebody.at(hour) - timedelta(days=7) for hour in (9, 10))
    body = {"start": begin.isoformat(), "end": end.isoformat(), "description": "Meeting"}
    made = somebody.call("POST", "/time-entries", body)
    day = (begin + timedelta(hours=somebody.ahead_h)).date()
    seen.page.goto(f"/app/week?date={day}")
    entry = seen.page.get_by_role("button", name=re.compile("^Meeting"))
    box = seen.page.locator(".week-day").first.bounding_box()
    assert box
    by = 1 if day.weekday() == 0 else -1
    drag(seen, entry, right=by * box["width"], down=44)
    expect(entry).to_have_accessible_name(re.compile("10:00 to 11:00"))
    moved = somebody.call("GET", f"/time-entries/{made['id']}")
    assert datetime.fromisoformat(moved["start"]) == begin + timedelta(days=by, hours=1)


def test_a_day_whose_clock_changes_shows_its_own_hours(seen: Eyes, somebody: Somebody) -> None:
    somebody.call(
        "PATCH", "/me", {"time_zone": "Europe/Berlin", "time_zone_from": "2020-01-01T00:00:00Z"}
    )
    seen.page.goto("/app/week?date=2026-10-25")
    sunday = seen.page.get_by_role("region", name="Sun 25 Oct")
    expect(sunday.get_by_text("02:00", exact=True)).to_have_count(2)
    expect(seen.page.get_by_role("region", name="Sat 24 Oct").get_by_text("02:00")).to_have_count(0)
