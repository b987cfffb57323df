"""How long the page takes: Today with a year of data, from nothing to the first minute."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from uuid import UUID

from playwright.sync_api import Browser, Page, expect

from benchmarks import heavy_person
from benchmarks.rig import running_web
from tests.browser.chromium import launched
from tests.instance import EMBEDDED, PASSWORD, free_port, wait_until

ROOT = Path(__file__).parents[1]
TIMES = 7
EMAIL = "heavy@example.org"

#: A day of the year, of 2,740 intervals.
BUSY = "/app/today?date=2026-05-05"


def measure() -> dict[str, float]:
    """Milliseconds to a Today that shows its day and answers the keyboard; seconds from nothing."""
    with launched() as browser:
        return {**_year(browser), "install to one's own first minute, s": _first_minute(browser)}


def _year(browser: Browser) -> dict[str, float]:
    with running_web() as rig:
        token = rig.instance.register(EMAIL)["access_token"]
        me = rig.instance.request("GET", "/me", token=token)[1]
        heavy_person.fill(rig.instance.environment["DATABASE_URL"], UUID(me["id"]))
        page = browser.new_context(base_url=rig.instance.url).new_page()
        page.goto("/")
        page.get_by_label("Email").fill(EMAIL)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()
        figures = {}
        for name, kept in (("first visit", False), ("again", True)):
            network = page.context.new_cdp_session(page)
            network.send("Network.enable")
            network.send("Network.setCacheDisabled", {"cacheDisabled": not kept})
            for path in ("/app/today", BUSY):
                times = [_interactive_ms(page, path) for _ in range(TIMES)]
                day = "an empty day" if path != BUSY else "a day of 2,740 intervals"
                figures[f"Today, {name}, {day}: interactive, ms"] = median(times)
        return figures


def _interactive_ms(page: Page, path: str) -> float:
    """Since the navigation began; it is when a key opens the dialog of a shown day."""
    page.goto(path, wait_until="commit")
    page.locator(".day-usage").wait_for(state="attached")
    page.get_by_role("region", name="Hours").get_by_text("Active").or_(
        page.get_by_text("No time yet")
    ).first.wait_for()
    page.keyboard.press("q")
    page.get_by_role("dialog").wait_for()
    elapsed: float = page.evaluate("performance.now()")
    return elapsed


def _first_minute(browser: Browser) -> float:
    """A fresh copy, the README's command, an account, the line for curl twice, the minute seen."""
    begun = time.monotonic()
    with _installed() as url:
        page = browser.new_context(base_url=url).new_page()
        page.goto("/")
        page.get_by_role("button", name="Make a new account").click()
        page.get_by_label("Email").fill("first@example.org")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Make the account").click()
        page.get_by_role("tab", name="curl").click()
        page.get_by_role("button", name="Make a key").click()
        shown = page.get_by_test_id("the line")
        expect(shown).not_to_contain_text("YOUR-API-KEY")
        line = shown.inner_text()
        subprocess.run(["bash", "-c", line], check=True, capture_output=True)
        expect(page.get_by_text("First event")).to_be_visible(timeout=20_000)
        time.sleep(60)  # a minute of use, as everybody has to wait for it
        subprocess.run(["bash", "-c", line], check=True, capture_output=True)
        expect(page.get_by_text("1 min").first).to_be_visible(timeout=20_000)
    return time.monotonic() - begun


@contextmanager
def _installed() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="timeflow-bench-") as name:
        os.chmod(name, 0o755)
        copy = Path(name) / "timeflow"
        subprocess.run(["git", "clone", "-q", str(ROOT), str(copy)], check=True)
        port = free_port()
        log = Path(name) / "log"
        environment = {**os.environ, **EMBEDDED, "DATA_DIR": f"{name}/data", "PORT": str(port)}
        start = (
            f"{sys.executable} -m venv .venv && .venv/bin/pip install -q . && .venv/bin/timeflow up"
        )
        with log.open("wb") as output:
            process = subprocess.Popen(
                ["bash", "-c", f"exec bash -c '{start}'"],
                cwd=copy, env=environment, stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip
        url = f"http://127.0.0.1:{port}"
        wait_until(lambda: url in log.read_text(), timeout_s=600, what="the printed address")
        try:
            yield url
        finally:
            os.killpg(process.pid, 15)
            process.wait(30)
