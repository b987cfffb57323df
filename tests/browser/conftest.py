"""A real Chromium at the real server with the demo's people."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.eyes import Eyes
from tests.instance import EMBEDDED, PASSWORD, UNLIMITED, WebInstance, wait_until

#: What a person at a screen sees as much of.
WIDTHS = {"desktop": (1440, 900), "phone": (360, 740)}

#: Chromium asks Google for much, which is no part of any story.
_QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

expect.set_options(timeout=15_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All here need a browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(180))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's own; none is downloaded."""
    path = shutil.which("chromium")
    assert path, "no chromium: `apt-get install chromium`"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Demo"]:
    """`timeflow up --demo`, whose people have 90 days of history."""
    directory = tmp_path_factory.mktemp("demo")
    environment = {**EMBEDDED, **UNLIMITED, "DATA_DIR": str(directory / "data")}
    demo = Demo(["up", "--demo"], directory / "log", environment)
    demo.start_ready(60)
    demo.wait_for_people()
    yield demo
    demo.stop()


class Demo(WebInstance):
    """The demo's server; it knows what its people log in with."""

    password = ""

    def wait_for_people(self) -> None:
        """Wait until their logins are printed."""
        found = wait_until(
            lambda: re.search(r"all with the password (\S+)", self.log.read_text()),
            what="the logins of the demo",
        )
        self.password = found[1]


@pytest.fixture(scope="session")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebInstance]:
    """`timeflow up` that takes everybody's account, and has its operator."""
    directory = tmp_path_factory.mktemp("hall")
    quick = {"PASSWORD_COST": "4", "ERASURE_WAIT_S": "1"}
    more = {"DATA_DIR": str(directory / "data"), "REGISTRATION": "open", **quick}
    hall = WebInstance(["up"], directory / "log", {**EMBEDDED, **UNLIMITED, **more})
    hall.start_ready(60)
    hall.register("operator@example.org")
    yield hall
    hall.stop()


class Newcomer(NamedTuple):
    """Somebody with an account of their own, and what they see."""

    eyes: Eyes
    email: str
    token: str
    hall: WebInstance

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """What the API answers them."""
        status, answer = self.hall.request(method, path, body, self.token)
        assert status < 300, answer
        return answer


@pytest.fixture
def newcomer(open_page: Callable[..., Eyes], hall: WebInstance) -> Newcomer:
    """A fresh account, signed in, on Today."""
    email = f"{uuid4().hex[:12]}@example.org"
    token = hall.register(email)["access_token"]
    return Newcomer(signed_in(open_page(hall.url), email, PASSWORD), email, token, hall)


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Callable[..., Eyes]]:
    """A page of a new browser profile; at the end nothing went wrong in its console."""
    opened: list[tuple[BrowserContext, Eyes]] = []

    def open_one(url: str, *, width: str = "desktop", dark: bool = False) -> Eyes:
        across, down = WIDTHS[width]
        context = chromium.new_context(
            base_url=url,
            viewport={"width": across, "height": down},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        eyes = Eyes(context.new_page(), f"{width}-{'dark' if dark else 'light'}")
        opened.append((context, eyes))
        return eyes

    yield open_one
    for context, eyes in opened:
        context.close()
        eyes.saw_no_errors()


@pytest.fixture
def person(open_page: Callable[..., Eyes], demo: Demo) -> Eyes:
    """The demo's person, signed in, on Today."""
    return signed_in(open_page(demo.url), "person@demo.example", demo.password)


@pytest.fixture
def operator(open_page: Callable[..., Eyes], demo: Demo) -> Eyes:
    """The demo's operator, who is an analyst, too."""
    return signed_in(open_page(demo.url), "operator@demo.example", demo.password)


def signed_in(eyes: Eyes, email: str, password: str) -> Eyes:
    """Through the form, as everybody."""
    page: Page = eyes.page
    page.goto("/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()
    return eyes
