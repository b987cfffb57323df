"""The operator's page: how the instance is, what is done on it, and who did what."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.beside import Operator, opened
from tests.browser.conftest import WIDTHS
from tests.browser.eyes import Eyes


def card_of(page: Page, stage: str) -> Locator:
    return page.get_by_role("region", name=stage, exact=True)


def test_streams_say_how_far_every_stage_has_read(operator: Eyes) -> None:
    operator.page.get_by_role("link", name="Ops").click()
    lag = operator.page.get_by_role("region", name="Lag", exact=True)
    group = lag.get_by_role("button", name="usage timeflow-usage")
    expect(group).to_be_visible()
    expect(lag.get_by_role("row", name="usage timeflow-usage")).to_contain_text("/s")
    group.click()
    expect(lag.get_by_text("partition 15, at")).to_be_visible()
    memory = operator.page.get_by_role("region", name="Memory of Redis")
    expect(memory).to_contain_text("The API stops taking events at")


def test_a_stage_or_a_partition_is_paused_with_a_reason_and_resumed(operator: Eyes) -> None:
    page = opened(operator)
    page.get_by_role("tab", name="Stages").click()
    card = card_of(page, "recommendation")
    expect(card).to_contain_text("running")
    card.get_by_role("button", name="Pause recommendation").press("Space")
    page.get_by_label("Reason").fill("a new rule is on its way")
    page.get_by_role("button", name="Pause", exact=True).click()
    expect(card).to_contain_text("paused")
    expect(card).to_contain_text("by operator@demo.example")
    expect(card).to_contain_text("a new rule is on its way")
    card.get_by_role("button", name="Resume recommendation").click()
    expect(card).to_contain_text("running")
    page.get_by_role("button", name="Undo").last.click()
    expect(card).to_contain_text("a new rule is on its way")
    card.get_by_role("button", name="Resume recommendation").click()
    expect(card).to_contain_text("running")

    card = card_of(page, "segmentation")
    card.get_by_role("button", name="Partitions").click()
    card.get_by_role("button", name="Pause partition 3 of segmentation").click()
    page.get_by_role("button", name="Pause", exact=True).click()
    expect(card).to_contain_text("Paused by themselves: partition 3")
    expect(card).to_contain_text("running")
    page.get_by_role("button", name="Undo").last.click()
    expect(card.get_by_text("Paused by themselves")).to_have_count(0)


def test_quarantined_events_are_released_once_the_operator_means_it(
    operator: Eyes, beside: Operator
) -> None:
    beside.quarantine("crimson", 2)
    page = opened(operator, "?view=stages")
    card = card_of(page, "usage")
    release = card.get_by_role("button", name="Release 2 events of usage")
    release.click()
    dialog = page.get_by_role("dialog", name="Release 2 events?")
    expect(dialog).to_contain_text("what fails is quarantined again")
    operator.find_no_barriers()
    dialog.get_by_role("button", name="Leave them").click()
    expect(dialog).to_have_count(0)
    assert beside.get("/ops/dlq?state=open&error=Quarantined")["total"] == 2
    release.click()
    dialog.get_by_role("button", name="Release 2 events").click()
    job = page.get_by_role("dialog", name="Job")
    expect(job).to_contain_text("2 of 2")
    expect(job).to_contain_text("2 applied")
    page.go_back()
    expect(card).to_contain_text("running")
    expect(release).to_have_count(0)


def test_a_group_that_no_stage_is_any_more_is_forgotten(operator: Eyes, beside: Operator) -> None:
    group = "timeflow-retired"
    beside.leave(group)
    page = opened(operator)
    lag = page.get_by_role("region", name="Lag", exact=True)
    forget = lag.get_by_role("button", name=f"Forget {group}")
    forget.click()
    dialog = page.get_by_role("dialog", name=f"Forget {group}?")
    expect(dialog).to_contain_text("cannot be taken back")
    operator.find_no_barriers()
    dialog.get_by_role("button", name="Keep it").click()
    expect(dialog).to_have_count(0)
    forget.click()
    dialog.get_by_role("button", name="Forget it").click()
    expect(lag.get_by_text(group)).to_have_count(0)
    expect(lag.get_by_text("timeflow-usage")).to_be_visible()
    expect(lag.get_by_role("button", name="Forget")).to_have_count(0)
    (entry,) = beside.get("/ops/audit?action=group.forgotten")["items"]
    assert entry["subject"] == group


def test_a_job_that_runs_is_cancelled_and_continued(operator: Eyes, beside: Operator) -> None:
    beside.bury("indigo", 5)
    page = opened(operator, "?view=letters&q=indigo")
    page.get_by_role("button", name="Discard all 5").click()
    dialog = page.get_by_role("dialog", name="Discard dead letters")
    dialog.get_by_label("Letters a second, at most").fill("0.2")
    dialog.get_by_role("button", name="Discard 5 letters").click()
    expect(dialog).to_contain_text("1 of 5")
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_contain_text("cancelled")
    (job,) = beside.get("/ops/jobs?kind=discard&state=cancelled")["items"]
    assert 1 <= job["done"] < 5
    assert beside.get("/ops/dlq?state=open&q=indigo")["total"] == 5 - job["done"]
    dialog.get_by_role("link", name="What came of each").click()
    drawer = page.get_by_role("dialog", name="Job")
    drawer.get_by_role("button", name="Continue").click()
    expect(drawer.get_by_role("button", name="Cancel")).to_be_visible()
    expect(drawer).to_contain_text(f"{job['done'] + 1} of 5")
    page.get_by_role("button", name="Undo").last.click()
    expect(drawer).to_contain_text("cancelled")
    expect(drawer.get_by_role("button", name="Continue")).to_be_visible()


def test_the_audit_log_says_what_was_done_and_is_intact(operator: Eyes, beside: Operator) -> None:
    beside.post("/ops/stages/tasks/pause", {"reason": ""})
    beside.post("/ops/stages/tasks/resume", {})
    page = opened(operator, "?view=audit")
    page.get_by_role("combobox", name="Action begins with").fill("stage.")
    log = page.get_by_role("group", name="Audit log")
    expect(log.get_by_role("row").nth(1)).to_contain_text("stage.resumed")
    expect(log.get_by_role("row").nth(1)).to_contain_text("operator@demo.example")
    page.get_by_role("button", name="Verify chain").click()
    expect(page.get_by_text("Every entry is as it was written")).to_be_visible()
    page.get_by_label("Number and hash that you noted").fill(f"1:{'0f' * 32}")
    page.get_by_role("button", name="Verify chain").click()
    expect(page.get_by_text("Broken at entry 1")).to_be_visible()


def test_whoever_is_no_operator_learns_why_there_is_nothing(person: Eyes) -> None:
    expect(person.page.get_by_role("link", name="Week")).to_be_visible()
    expect(person.page.get_by_role("link", name="Ops")).to_have_count(0)
    page = opened(person)
    expect(page.get_by_text("This page is for operators")).to_be_visible()
    expect(page.get_by_role("tab")).to_have_count(0)


def test_ops_has_no_barriers(operator: Eyes, beside: Operator) -> None:
    (id,) = beside.bury("pink", 1)
    beside.post("/ops/dlq/discard", {"ids": beside.bury("grey", 1)})
    parts = {
        "streams": ("", "The API stops taking events at"),
        "stages": ("?view=stages", "Quarantined"),
        "letters": ("?view=letters&q=pink", "1 letter: 1 open"),
        "letter": (f"?view=letters&q=pink&letter={id}", "It still lies there"),
        "jobs": ("?view=jobs", "Progress"),
        "audit": ("?view=audit", "auth.login"),
    }
    page = operator.page
    for name, (search, words) in parts.items():
        opened(operator, search)
        for width, (across, down) in WIDTHS.items():
            page.set_viewport_size({"width": across, "height": down})
            for theme in ("light", "dark"):
                page.emulate_media(color_scheme=theme)
                expect(page.get_by_text(words).first).to_be_visible()
                operator.name = f"{width}-{theme}"
                operator.take_shot(f"ops-{name}")
                operator.find_no_barriers()
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
