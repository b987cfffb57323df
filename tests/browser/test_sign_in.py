"""The door."""

from collections.abc import Callable

import pyotp
from playwright.sync_api import expect

from tests.browser.demo import Demo
from tests.browser.eyes import Eyes
from tests.browser.somebody import Somebody


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


def test_the_second_factor_is_asked_for_once_the_password_is_right(
    open_page: Callable[..., Eyes], somebody: Somebody
) -> None:
    begun = somebody.call("POST", "/me/totp", {"current_password": somebody.password})
    code = pyotp.TOTP(begun["secret"]).now()
    recovery = somebody.call("POST", "/me/totp/confirm", {"code": code})["recovery_codes"]
    eyes = open_page(somebody.server.url)
    eyes.expected = ["401"]
    page = eyes.page
    page.goto("/")
    page.get_by_label("Email").fill(somebody.email)
    page.get_by_label("Password").fill(somebody.password)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("wrong")
    page.get_by_label("Code").fill(recovery[0])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()
