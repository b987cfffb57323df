"""The settings: each section does what it says, and most of it can be taken back."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import WIDTHS, Newcomer, signed_in
from tests.browser.demo import Demo
from tests.browser.eyes import Eyes
from tests.browser.sections import SECTIONS, open_section, post_events, region_of, undo


def test_another_zone_leaves_history_alone_and_is_taken_back(newcomer: Newcomer) -> None:
    page = open_section(newcomer, "time")
    page.get_by_role("combobox", name="Zone").fill("Kolkata")
    page.get_by_role("option", name="Asia/Kolkata").click()
    expect(page.get_by_text(re.compile(r"^UTC\+05:30, \d\d:\d\d now$"))).to_be_visible()
    page.get_by_role("button", name="Save zone").click()
    expect(page.get_by_text(re.compile("^UTC → Asia/Kolkata since"))).to_be_visible()
    undo(page)
    expect(page.get_by_text("UTC", exact=True)).to_be_visible()
    assert newcomer.call("GET", "/me")["time_zone"] == "UTC"


def test_what_the_server_refuses_is_said_at_its_field(newcomer: Newcomer) -> None:
    newcomer.eyes.expected = ["422"]
    page = open_section(newcomer, "time")
    minutes = page.get_by_label("A pause begins after (minutes)")
    minutes.fill("99999")
    page.get_by_role("button", name="Save pauses").click()
    expect(minutes).to_have_attribute("aria-invalid", "true")
    expect(minutes).to_have_accessible_description(re.compile("86400"))
    minutes.fill("5")
    page.get_by_role("button", name="Save pauses").click()
    expect(page.get_by_text("A pause begins after 5 min")).to_be_visible()
    undo(page)
    expect(minutes).to_have_value("10")


def test_a_rule_shows_what_it_would_do_before_it_does(newcomer: Newcomer) -> None:
    post_events(newcomer)
    page = open_section(newcomer, "categories")
    page.get_by_role("button", name="Add rule").click()
    page.get_by_label("Pattern").fill(r"\.py$")
    page.get_by_role("textbox", name="Category", exact=True).fill("work/coding")
    expect(page.get_by_label("With a category before: 0.0 %")).to_be_attached()
    expect(page.get_by_label("With a category after: 100.0 %")).to_be_visible()
    page.get_by_role("button", name="Save rule").click()
    rules = page.get_by_role("list", name="Category rules")
    expect(rules).to_contain_text("work/coding")
    expect(page.get_by_label(re.compile("last 30 days with a category: 100.0 %"))).to_be_visible()
    undo(page)
    expect(rules).to_have_count(0)


def test_a_suggestion_is_accepted_by_one_click_and_rules_change_places(
    newcomer: Newcomer,
) -> None:
    post_events(newcomer)
    for category in ("first", "second"):
        body = {"field": "project", "pattern": category, "category": category}
        newcomer.call("POST", "/category-rules", body)
    page = open_section(newcomer, "categories")
    rules = page.get_by_role("list", name="Category rules").get_by_role("listitem")
    page.get_by_role("button", name=re.compile("^Accept .* for main.py$")).click()
    expect(rules).to_have_count(3)
    page.get_by_role("button", name="Move up “second”").focus()
    page.keyboard.press("Enter")
    expect(rules.first).to_contain_text("second")
    undo(page)
    expect(rules.first).to_contain_text("first")


def test_rules_change_places_by_alt_and_arrows(newcomer: Newcomer) -> None:
    for category in ("first", "second", "third"):
        body = {"field": "project", "pattern": category, "category": category}
        newcomer.call("POST", "/category-rules", body)

    def kept() -> list[str]:
        return [rule["category"] for rule in newcomer.call("GET", "/category-rules")["items"]]

    page = open_section(newcomer, "categories")
    rules = page.get_by_role("list", name="Category rules").get_by_role("listitem")
    edit = page.get_by_role("button", name="Edit the rule for “third”")
    edit.focus()
    for _ in range(3):
        page.keyboard.press("Alt+ArrowUp")
    expect(rules).to_contain_text(["third", "first", "second"])
    expect(edit).to_be_focused()
    assert kept() == ["third", "first", "second"]
    page.get_by_role("button", name="Move down “third”").focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(rules).to_contain_text(["first", "third", "second"])
    page.keyboard.press("Enter")
    expect(rules).to_contain_text(["first", "second", "third"])
    # The button that moved it has nowhere to move it to now.
    expect(page.get_by_role("button", name="Move down “third”")).to_be_focused()
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Enter")
    assert kept() == ["first", "second", "third"]
    for places in (["first", "third", "second"], ["third", "first", "second"]):
        page.keyboard.press("Control+z")
        expect(rules).to_contain_text(places)
    assert kept() == ["third", "first", "second"]


def test_redaction_drops_what_it_must_and_is_applied_to_history(newcomer: Newcomer) -> None:
    page = open_section(newcomer, "privacy")
    region = region_of(page, "Redaction")
    region.get_by_label("Redacted where it has").fill("(?i)bank")
    region.get_by_role("button", name="Add redaction rule").click()
    expect(region.get_by_role("listitem")).to_contain_text("(?i)bank is dropped")
    region.get_by_role("button", name="Apply to history").click()
    page.get_by_role("dialog").get_by_role("button", name="Apply to history").click()
    expect(region.get_by_role("status")).to_contain_text("Begins within some ten seconds")
    region.get_by_role("button", name="End").click()
    expect(region.get_by_role("listitem")).to_have_count(0)
    undo(page)
    expect(region.get_by_role("listitem")).to_contain_text("(?i)bank is dropped")


def test_events_are_counted_before_they_are_deleted(newcomer: Newcomer) -> None:
    post_events(newcomer, entity="secret.txt")
    page = open_section(newcomer, "privacy")
    region = region_of(page, "Delete events")
    region.get_by_label("Text").fill("secret")
    region.get_by_role("button", name="Count first").click()
    expect(region.get_by_text("11 events would go.")).to_be_visible()
    region.get_by_role("button", name="Delete 11 events…").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete 11 events").click()
    standing = page.get_by_role("list", name="Deletions that hold")
    expect(standing).to_contain_text("with “secret”")
    assert newcomer.call("GET", "/events?limit=10")["items"] == []
    page.get_by_role("button", name=re.compile("^Lift the deletion")).click()
    expect(standing).to_have_count(0)


def test_nothing_to_delete_by_is_said_at_the_first_field(newcomer: Newcomer) -> None:
    newcomer.eyes.expected = ["422"]
    page = open_section(newcomer, "privacy")
    page.get_by_role("button", name="Count first").click()
    expect(page.get_by_label("From")).to_have_accessible_description(re.compile("at least one"))


def test_retention_is_chosen_and_taken_back(newcomer: Newcomer) -> None:
    page = open_section(newcomer, "privacy")
    page.get_by_label("For some days").check()
    page.get_by_role("textbox", name="Days").fill("90")
    page.get_by_role("button", name="Save retention").click()
    expect(page.get_by_text("Events are kept for 90 days")).to_be_visible()
    undo(page)
    expect(page.get_by_label("For ever")).to_be_checked()


def test_a_device_is_labelled_and_unlabelled(newcomer: Newcomer) -> None:
    post_events(newcomer)
    page = open_section(newcomer, "devices")
    page.get_by_role("button", name="Edit desk").click()
    page.get_by_label("Label").fill("My desk")
    page.get_by_role("button", name="Save device").click()
    devices = page.get_by_role("list", name="Devices")
    expect(devices).to_contain_text("My desk")
    expect(devices).to_contain_text("events say desk")
    undo(page)
    expect(devices).not_to_contain_text("My desk")


def test_a_goal_is_made_paused_on_days_deleted_and_restored(newcomer: Newcomer) -> None:
    page = open_section(newcomer, "goals")
    page.get_by_role("button", name="Add goal").click()
    page.get_by_label("Name").fill("Deep work")
    page.get_by_label("Hours").fill("2.5")
    page.get_by_role("button", name="Save goal").click()
    goals = page.get_by_role("list", name="Goals")
    expect(goals).to_contain_text("At least 2 h 30 min active time a day")
    page.get_by_role("button", name="Edit Deep work").click()
    for day in ("Sat", "Sun"):
        page.get_by_role("dialog").get_by_text(day, exact=True).click()
    page.get_by_role("button", name="Save goal").click()
    expect(goals).to_contain_text("Mon Tue Wed Thu Fri")
    page.get_by_role("button", name="Delete Deep work").click()
    expect(goals).to_have_count(0)
    undo(page)
    expect(goals).to_contain_text("Deep work")


def test_a_project_has_one_colour_everywhere_and_comes_back(newcomer: Newcomer) -> None:
    page = open_section(newcomer, "projects")
    page.get_by_role("button", name="Add project").click()
    page.get_by_label("Name").fill("Website")
    page.get_by_label("Colour").fill("#2f9e44")
    page.get_by_role("button", name="Save project").click()
    projects = page.get_by_role("list", name="Projects")
    expect(projects).to_contain_text("Website")
    (made,) = newcomer.call("GET", "/projects")["items"]
    assert made["color"] == "#2f9e44"
    page.get_by_role("button", name="Archive Website").click()
    expect(projects).not_to_contain_text("Website")
    undo(page)
    page.get_by_role("button", name="Delete Website").click()
    expect(projects).to_have_count(0)
    undo(page)
    expect(projects).to_contain_text("Website")


@pytest.mark.parametrize(
    ("section", "opener"),
    [
        ("categories", "Add rule"),
        ("goals", "Add goal"),
        ("projects", "Add project"),
        ("security", "Switch on…"),
        ("keys", "Make a key"),
        ("data", "Erase my account…"),
    ],
)
def test_a_form_has_no_barriers_and_escape_leaves_it(
    newcomer: Newcomer, section: str, opener: str
) -> None:
    page = open_section(newcomer, section)
    page.get_by_role("button", name=opener).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    newcomer.eyes.find_no_barriers()
    newcomer.eyes.take_shot(f"settings-form-{section}")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name=opener)).to_be_focused()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("dark", [False, True])
def test_settings_has_no_barriers(
    open_page: Callable[..., Eyes], demo: Demo, width: str, dark: bool
) -> None:
    eyes = open_page(demo.url, width=width, dark=dark)
    signed_in(eyes, "person@demo.example", demo.password)
    for section in SECTIONS:
        eyes.page.goto(f"/app/settings?section={section}")
        expect(eyes.page.get_by_role("heading", level=2).first).to_be_visible()
        expect(eyes.page.get_by_label("Loading")).to_have_count(0)
        eyes.find_no_barriers()
        eyes.take_shot(f"settings-{section}")
        assert eyes.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
