"""Letters on the operator's page: found, edited, replayed and discarded."""

from playwright.sync_api import expect

from tests.browser.beside import Operator, opened
from tests.browser.eyes import Eyes
from tests.instance import wait_until


def test_a_letter_is_found_and_shown_beside_its_error(operator: Eyes, beside: Operator) -> None:
    beside.bury("violet", 2)
    page = opened(operator, "?view=letters")
    page.get_by_label("Words").fill("violet")
    page.get_by_label("Words").press("Enter")
    expect(page.get_by_text("2 letters: 2 open")).to_be_visible()
    page.get_by_text("ValidationError · 2").click()
    expect(page).to_have_url(
        f"{operator.page.url.split('?')[0]}?view=letters&q=violet&error=ValidationError"
    )
    page.get_by_role("button", name="Open ValidationError").first.click()
    drawer = page.get_by_role("dialog", name="Dead letter")
    expect(drawer.get_by_role("group", name="Event", exact=True)).to_contain_text(
        '"colour": "violet"'
    )
    expect(drawer.get_by_role("group", name="Message")).to_contain_text("colour")
    expect(drawer).to_contain_text("an event of somebody unknown")
    expect(drawer).to_contain_text("It still lies there.")
    page.reload()
    expect(drawer).to_contain_text("It still lies there.")
    page.keyboard.press("Escape")
    expect(drawer).to_have_count(0)


def test_chosen_letters_are_discarded_after_a_dry_run(operator: Eyes, beside: Operator) -> None:
    beside.bury("olive", 3)
    page = opened(operator, "?view=letters&q=olive")
    page.get_by_label("Choose ValidationError").nth(0).check()
    page.get_by_label("Choose ValidationError").nth(1).check()
    page.get_by_role("button", name="Discard 2 chosen").click()
    dialog = page.get_by_role("dialog", name="Discard dead letters")
    expect(dialog).to_contain_text("2 letters will be given up")
    expect(dialog).to_contain_text("2 of usage with ValidationError")
    assert beside.get("/ops/dlq?q=olive")["counts"] == {
        "open": 3, "retrying": 0, "discarded": 0, "done": 0
    }  # fmt: skip
    dialog.get_by_role("button", name="Discard 2 letters").click()
    expect(dialog).to_contain_text("2 of 2")
    expect(dialog).to_contain_text("2 discarded")
    dialog.get_by_role("button", name="Close").click()
    expect(page.get_by_text("1 letter: 1 open")).to_be_visible()


def test_a_letter_is_mended_and_replayed(operator: Eyes, beside: Operator) -> None:
    (id,) = beside.bury("teal", 1)
    page = opened(operator, f"?view=letters&q=teal&letter={id}")
    drawer = page.get_by_role("dialog", name="Dead letter")
    drawer.get_by_role("button", name="Edit the event").click()
    event = drawer.get_by_label("The event as it should be")
    event.fill(event.input_value().replace(',\n  "colour": "teal"', ""))
    expect(drawer.get_by_role("group", name="Changes")).to_contain_text('"path":"/colour"')
    drawer.get_by_role("button", name="Replay as edited").click()
    dialog = page.get_by_role("dialog", name="Replay dead letters")
    expect(dialog.get_by_role("group", name="Before")).to_contain_text("teal")
    expect(dialog.get_by_role("group", name="After")).not_to_contain_text("colour")
    dialog.get_by_role("button", name="Replay 1 letter").click()
    expect(dialog).to_contain_text("1 applied")
    dialog.get_by_role("link", name="What came of each").click()
    job = page.get_by_role("dialog", name="Job")
    expect(job).to_contain_text("1 of 1")
    job.get_by_role("link", name="letter").click()
    expect(drawer).to_contain_text("done")
    original = drawer.get_by_role("group", name="The event before it was edited")
    expect(original).to_contain_text("teal")


def test_all_that_match_are_replayed_with_one_patch(operator: Eyes, beside: Operator) -> None:
    beside.bury("amber", 3)
    page = opened(operator, "?view=letters&q=amber")
    page.get_by_role("button", name="Replay all 3").click()
    dialog = page.get_by_role("dialog", name="Replay dead letters")
    patch = dialog.get_by_label("Change the events first")
    patch.fill('[{"op": "remove", "path": "/color"}]')
    operator.expected = ["422"]
    expect(dialog.get_by_role("alert")).to_contain_text("the patch does not apply")
    patch.fill('[{"op": "remove", "path": "/colour"}]')
    dialog.get_by_role("button", name="Replay 3 letters").click()
    expect(dialog).to_contain_text("3 applied")


def test_a_replay_of_other_letters_than_were_seen_is_refused(
    operator: Eyes, beside: Operator
) -> None:
    ids = beside.bury("coral", 3)
    page = opened(operator, "?view=letters&q=coral")
    replay = page.get_by_role("button", name="Replay all 3")
    expect(replay).to_be_visible()
    beside.post("/ops/dlq/discard", {"ids": ids[:1]})
    wait_until(lambda: beside.get("/ops/dlq?state=open&q=coral")["total"] == 2, what="discarded")
    operator.expected = ["409"]
    replay.click()
    refusal = page.get_by_role("alert")
    expect(refusal).to_contain_text("There are 2 now, not 3")
    refusal.get_by_role("button", name="Show what is there now").click()
    expect(page.get_by_text("2 letters: 2 open")).to_be_visible()
