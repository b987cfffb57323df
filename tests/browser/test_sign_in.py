"""The door."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import Demo
from tests.browser.eyes import Eyes


def test_signing_in_leads_to_today_and_a_reload_stays(person: Eyes) -> None:
    person.page.reload()
    expect(person.page.get_by_role("heading", name="Today", level=1)).to_be_visible()
    assert person.page.evaluate("Object.values(localStorage).join().includes('eyJ')") is False


def test_a_wrong_password_is_said_and_what_was_typed_stays(
    open_page: Callable[..., Eyes], demo: Demo
) -> None:
    eyes = open_page(demo.url)
    eyes.expected = ["401"]
    eyes.page.goto("/")
    eyes.page.get_by_label("Email").fill("person@demo.example")
    eyes.page.get_by_label("Password").fill("not the password")
    eyes.page.get_by_role("button", name="Sign in").click()
    expect(eyes.page.get_by_role("alert")).to_be_visible()
    assert eyes.page.get_by_label("Email").input_value() == "person@demo.example"
    eyes.find_no_barriers()


def test_signing_out_forgets_everything_in_this_browser(person: Eyes) -> None:
    person.page.get_by_role("button", name="Sign out").click()
    expect(person.page.get_by_role("button", name="Sign in")).to_be_visible()
    assert "timeflow" not in person.page.evaluate("JSON.stringify(localStorage)").lower()
