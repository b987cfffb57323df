"""What hands do with a mouse."""

from playwright.sync_api import Locator

from tests.browser.eyes import Eyes


def drag(eyes: Eyes, what: Locator, *, right: float = 0, down: float = 0) -> None:
    """Press near its top, move in steps, let go."""
    what.scroll_into_view_if_needed()
    box = what.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + min(box["height"] / 2, 20)
    eyes.page.mouse.move(x, y)
    eyes.page.mouse.down()
    eyes.page.mouse.move(x + right, y + down, steps=5)
    eyes.page.mouse.up()
