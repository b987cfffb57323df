"""What is of the account: sign-ins, keys, everything as a file, and its end."""

import re
import time
from pathlib import Path
from zipfile import ZipFile

import pyotp
from playwright.sync_api import expect

from tests.browser.conftest import Newcomer
from tests.browser.sections import open_section, post_events, region_of, undo
from tests.instance import PASSWORD


def test_a_new_password_wants_the_old_one(newcomer: Newcomer) -> None:
    newcomer.eyes.expected = ["403"]
    page = open_section(newcomer, "security")
    region = region_of(page, "Password")
    region.get_by_label("Current password").first.fill("not it")
    region.get_by_label("New password").first.fill("staple battery horse correct")
    region.get_by_role("button", name="Change password").click()
    expect(region.get_by_text("This is not your current password.")).to_be_visible()
    region.get_by_label("Current password").first.fill(PASSWORD)
    region.get_by_role("button", name="Change password").click()
    expect(page.get_by_text("Changed the password")).to_be_visible()


def test_the_second_factor_is_switched_on_and_off(newcomer: Newcomer) -> None:
    page = open_section(newcomer, "security")
    page.get_by_role("button", name="Switch on…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Current password").first.fill(PASSWORD)
    dialog.get_by_role("button", name="Go on").click()
    totp = pyotp.TOTP(dialog.get_by_test_id("the secret").inner_text())
    dialog.get_by_label("Code").fill(totp.now())
    dialog.get_by_role("button", name="Switch on").click()
    codes = dialog.get_by_test_id("the recovery codes").inner_text().split()
    assert len(codes) == 10
    dialog.get_by_role("button", name="I have kept them").click()
    expect(page.get_by_text("10 recovery codes are left.")).to_be_visible()

    page.get_by_role("button", name="Switch off…").click()
    dialog.get_by_label("Current password").first.fill(PASSWORD)
    dialog.get_by_label("Code").fill(totp.at(int(time.time()), counter_offset=1))
    dialog.get_by_role("button", name="Switch off").click()
    expect(page.get_by_role("button", name="Switch on…")).to_be_visible()


def test_other_sign_ins_are_ended(newcomer: Newcomer) -> None:
    page = open_section(newcomer, "security")
    sessions = page.get_by_role("list", name="Sign-ins").get_by_role("listitem")
    expect(sessions).to_have_count(2)
    page.get_by_role("button", name="Sign out everywhere").click()
    page.get_by_role("dialog").get_by_role("button", name="Sign out everywhere").click()
    expect(sessions).to_have_count(1)
    expect(sessions).to_contain_text("this one")


def test_the_appearance_is_of_this_browser(newcomer: Newcomer) -> None:
    page = open_section(newcomer, "security")
    page.get_by_role("radiogroup", name="Appearance").get_by_text("Dark").click()
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")


def test_a_key_is_shown_once_and_ended(newcomer: Newcomer) -> None:
    page = open_section(newcomer, "keys")
    page.get_by_role("button", name="Make a key").click()
    page.get_by_label("Name").fill("script")
    page.get_by_role("button", name="Make key").click()
    key = page.get_by_test_id("the key").inner_text()
    assert newcomer.server.request("GET", "/connect", token=key)[0] == 200
    page.reload()
    expect(page.get_by_role("list", name="API keys")).to_contain_text("script")
    expect(page.get_by_text(key)).to_have_count(0)
    page.get_by_role("button", name="End the key script").click()
    page.get_by_role("button", name="End key").click()
    expect(page.get_by_role("list", name="API keys")).to_have_count(0)


def test_a_calendar_feed_has_an_address_shown_once(newcomer: Newcomer) -> None:
    page = open_section(newcomer, "keys")
    page.get_by_role("button", name="Make an address").click()
    address = page.get_by_test_id("the address").inner_text()
    assert re.fullmatch(rf"{newcomer.server.url}/feeds/\S{{43}}\.ics", address)
    undo(page)
    expect(page.get_by_role("list", name="Calendar feeds")).to_have_count(0)


def test_an_export_is_a_file(newcomer: Newcomer, tmp_path: Path) -> None:
    page = open_section(newcomer, "data")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Export").click()
    assert re.fullmatch(r"timeflow-\d{4}-\d\d-\d\d\.zip", waiting.value.suggested_filename)
    waiting.value.save_as(tmp_path / "export.zip")
    assert "README.md" in ZipFile(tmp_path / "export.zip").namelist()
    expect(page.get_by_text(re.compile("^Saved timeflow"))).to_be_visible()


def test_erasing_wants_the_address_typed_and_shows_the_proof(newcomer: Newcomer) -> None:
    post_events(newcomer)
    page = open_section(newcomer, "data")
    page.get_by_role("button", name="Erase my account…").click()
    dialog = page.get_by_role("dialog")
    typed = dialog.get_by_label(f"Type {newcomer.email} to confirm")
    typed.fill("somebody@example.org")
    dialog.get_by_label("Current password").first.fill(PASSWORD)
    dialog.get_by_role("button", name="Erase everything").click()
    expect(typed).to_have_attribute("aria-invalid", "true")
    typed.fill(newcomer.email)
    dialog.get_by_role("button", name="Erase everything").click()
    expect(page.get_by_role("heading", name="Your account is erased")).to_be_visible()
    expect(page.get_by_text("Everything is gone since")).to_be_visible(timeout=40_000)
    expect(page.get_by_role("table")).to_contain_text("usage_event")
    newcomer.eyes.find_no_barriers()
    page.get_by_role("link", name="To the sign-in").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
