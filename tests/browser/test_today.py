"""The day as it is now."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import WIDTHS, Demo, signed_in
from tests.browser.eyes import Eyes


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_today_has_no_barriers(
    open_page: Callable[..., Eyes], demo: Demo, width: str, dark: bool
) -> None:
    eyes = open_page(demo.url, width=width, dark=dark)
    signed_in(eyes, "person@demo.example", demo.password)
    expect(eyes.page.get_by_role("button", name="Do it now")).to_be_visible()
    expect(eyes.page.get_by_text("Deep work")).to_be_visible()
    eyes.take_shot("today")
    eyes.find_no_barriers()
