"""The sections of the settings, and what stories do there."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Newcomer
from tests.instance import wait_until

SECTIONS = (
    "time",
    "categories",
    "projects",
    "goals",
    "devices",
    "privacy",
    "security",
    "keys",
    "data",
)


def open_section(who: Newcomer, section: str) -> Page:
    who.eyes.page.goto(f"/app/settings?section={section}")
    expect(who.eyes.page.get_by_role("heading", name="Settings", level=1)).to_be_visible()
    return who.eyes.page


def region_of(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


def undo(page: Page) -> None:
    page.get_by_role("button", name="Undo").last.click()
    expect(page.get_by_text("Taken back:").last).to_be_visible()


def post_events(who: Newcomer, **more: str) -> None:
    """Ten minutes of activity, an hour ago."""
    begin = datetime.now(UTC) - timedelta(hours=1)
    events = [
        {
            "type": "usage.heartbeat",
            "time": (begin + timedelta(minutes=minute)).isoformat(),
            "device": "desk",
            "entity": "main.py",
            **more,
        }
        for minute in range(11)
    ]
    who.call("POST", "/events", {"events": events})
    wait_until(lambda: who.call("GET", "/devices")["items"], what="the device is known")
