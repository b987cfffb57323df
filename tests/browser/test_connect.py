"""The first run: a key, one line, and the first minute."""

import os
import re
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import WIDTHS, signed_in
from tests.browser.demo import Demo
from tests.browser.eyes import Eyes
from tests.instance import PASSWORD, WebInstance


@pytest.fixture
def first_run(open_page: Callable[..., Eyes], server: WebInstance) -> Page:
    """Connect, where whoever made an account through the page is led."""
    page = open_page(server.url).page
    page.goto("/")
    page.get_by_role("button", name="Make a new account").click()
    page.get_by_label("Email").fill(f"{uuid4().hex[:12]}@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Make the account").click()
    expect(page.get_by_role("heading", name="Connect", level=1)).to_be_visible()
    return page


def _run(line: str, home: Path) -> str:
    """A line as it is pasted into a terminal, by somebody whose home this is."""
    environment = {**os.environ, "HOME": str(home)}
    return subprocess.check_output(["sh", "-c", line], text=True, env=environment)


def test_from_a_new_account_to_the_first_minute_by_one_line(
    first_run: Page, server: WebInstance, tmp_path: Path
) -> None:
    expect(first_run.get_by_text("Waiting for the first event…")).to_be_visible()
    first_run.get_by_role("button", name="Make a key for this computer").click()
    key = first_run.get_by_test_id("the key").inner_text()
    expect(first_run.get_by_text("It is shown only now")).to_be_visible()

    first_run.get_by_role("tab", name="Anything (curl)").click()
    line = first_run.get_by_test_id("the line")
    expect(line).to_contain_text("curl")
    expect(line).to_contain_text(key)
    assert '"accepted":1' in _run(line.inner_text(), tmp_path)
    expect(first_run.get_by_text(re.compile(r"^First event \d+ s ago$"))).to_be_visible()
    expect(first_run.get_by_role("cell", name="my-computer")).to_be_visible()

    before = datetime.now(UTC) - timedelta(minutes=2)
    event = {"type": "usage.heartbeat", "time": before.isoformat(), "device": "my-computer"}
    assert server.request("POST", "/events", {"events": [event]}, key)[0] == 202
    expect(first_run.get_by_text(re.compile(r"^2 min active today"))).to_be_visible()
    first_run.get_by_role("link", name="See Today").click()
    expect(first_run.get_by_role("heading", name="Today", level=1)).to_be_visible()


def test_the_lines_for_files_write_them_with_the_key(
    first_run: Page, server: WebInstance, tmp_path: Path
) -> None:
    line = first_run.get_by_test_id("the line")
    expect(line).to_contain_text("YOUR-API-KEY")
    first_run.get_by_role("button", name="Make a key for this computer").click()
    expect(line).not_to_contain_text("YOUR-API-KEY")
    key = first_run.get_by_test_id("the key").inner_text()
    _run(line.inner_text(), tmp_path)
    assert f"api_key = {key}\n" in (tmp_path / ".wakatime.cfg").read_text()
    first_run.get_by_role("tab", name="Desktop (ActivityWatch)").click()
    expect(line).to_contain_text("aw-client.toml")
    _run(line.inner_text(), tmp_path)
    watchers = tmp_path / ".config/activitywatch/aw-client/aw-client.toml"
    assert f'hostname = "timeflow:{key}@127.0.0.1"\n' in watchers.read_text()
    wakatime = first_run.get_by_test_id("the import from WakaTime").inner_text()
    assert wakatime.startswith(f"TIMEFLOW_SERVER={server.url} TIMEFLOW_KEY={key} timeflow import")


def test_without_a_clipboard_the_text_is_selected(first_run: Page) -> None:
    first_run.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    first_run.get_by_role("button", name="Copy the line", exact=True).click()
    expect(first_run.get_by_text("Selected: press Ctrl+C")).to_be_visible()
    assert ".wakatime.cfg" in first_run.evaluate("getSelection().toString()")


def test_the_demo_is_marked_and_left_by_one_click(person: Eyes) -> None:
    expect(person.page.get_by_text("these days are made up")).to_be_visible()
    person.page.get_by_role("button", name="Leave the demo").click()
    expect(person.page.get_by_role("button", name="Sign in")).to_be_visible()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("dark", [False, True])
def test_connect_has_no_barriers(
    open_page: Callable[..., Eyes], demo: Demo, width: str, dark: bool
) -> None:
    eyes = open_page(demo.url, width=width, dark=dark)
    signed_in(eyes, "person@demo.example", demo.password)
    eyes.page.goto("/app/connect")
    expect(eyes.page.get_by_test_id("the line")).to_be_visible()
    expect(eyes.page.get_by_role("cell", name="laptop")).to_be_visible()
    eyes.find_no_barriers()
    eyes.take_shot("connect")
    assert eyes.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
