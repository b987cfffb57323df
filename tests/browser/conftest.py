"""A real Chromium at the real server with the demo's people."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.beside import Operator
from tests.browser.chromium import launched
from tests.browser.demo import Demo
from tests.browser.eyes import Eyes
from tests.browser.somebody import Somebody
from tests.instance import EMBEDDED, UNLIMITED, WebInstance

#: What a person at a screen sees as much of.
WIDTHS = {"desktop": (1440, 900), "phone": (360, 740)}

#: A server where everybody may have an account.
OPEN = {
    **EMBEDDED,
    **UNLIMITED,
    "REGISTRATION": "open",
    "PASSWORD_COST": "4",
    "ERASURE_WAIT_S": "1",
}

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
    """One for all stories."""
    with launched() as browser:
        yield browser


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """`timeflow up --demo`, whose people have 90 days of history."""
    directory = tmp_path_factory.mktemp("demo")
    environment = {
        **EMBEDDED,
        **UNLIMITED,
        "DATA_DIR": str(directory / "data"),
        "JOB_POLL_S": "0.2",
        "DEAD_LETTER_POLL_S": "0.2",
    }
    demo = Demo(["up", "--demo"], directory / "log", environment)
    demo.start_ready(60)
    demo.wait_for_people()
    yield demo
    demo.stop()


@pytest.fixture(scope="module")
def beside(demo: Demo) -> Operator:
    """What the demo's operator does beside the browser."""
    return Operator(demo)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebInstance]:
    """`timeflow up`, where everybody may have an account."""
    directory = tmp_path_factory.mktemp("server")
    environment = {**OPEN, "DATA_DIR": str(directory / "data")}
    server = WebInstance(["up"], directory / "log", environment)
    server.start_ready(60)
    server.register("operator@example.org")
    yield server
    server.stop()


@pytest.fixture
def somebody(server: WebInstance) -> Somebody:
    """A new person."""
    return Somebody(server)


class Newcomer(Somebody):
    """Somebody, and what they see."""

    def __init__(self, server: WebInstance, eyes: Eyes) -> None:
        super().__init__(server, zone="UTC")
        self.eyes = eyes


@pytest.fixture
def newcomer(open_page: Callable[..., Eyes], server: WebInstance) -> Newcomer:
    """A new person in UTC, signed in, on Today."""
    newcomer = Newcomer(server, open_page(server.url))
    signed_in(newcomer.eyes, newcomer.email, newcomer.password)
    return newcomer


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
def seen(open_page: Callable[..., Eyes], somebody: Somebody) -> Eyes:
    """What the new person sees, signed in, on Today."""
    return signed_in(open_page(somebody.server.url), somebody.email, somebody.password)


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
