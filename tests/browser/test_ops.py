"""The operator's page: how the instance is, and mending what is not well."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
from playwright.sync_api import Locator, Page, expect
from redis import Redis as StrictRedis

from pipeline.embedded.postgres import Postgres
from pipeline.embedded.redis import Redis
from pipeline.events import UsageEvent
from pipeline.intake import Intake
from pipeline.redis_streams.connections import Connections
from pipeline.redis_streams.keys import Keys
from pipeline.settings import Settings
from pipeline.steps.identity import identify
from tests.browser.conftest import WIDTHS, Demo
from tests.browser.eyes import Eyes
from tests.instance import wait_until
from tests.sql import sql

NOON_US = 1_772_884_800_000_000
#: What people may write: long, from right to left, markup, beyond the first plane.
ODD = "<b>مرحبا</b> 😀 " * 600


class Operator:
    """What an operator does beside the browser."""

    def __init__(self, demo: Demo) -> None:
        self._demo = demo
        self._token = self._log_in("operator@demo.example")["access_token"]
        self._person = UUID(self._log_in("person@demo.example")["user"]["id"])

    def get(self, path: str) -> Any:
        """What is there."""
        status, answer = self._demo.request("GET", path, token=self._token)
        assert status == 200, answer
        return answer

    def post(self, path: str, body: object) -> None:
        """Do it."""
        status, answer = self._demo.request("POST", path, body, self._token)
        assert status < 300, answer

    def bury(self, colour: str, number: int) -> list[str]:
        """Letters of events of a newer version, which know colours; their ids, the newest first."""
        # Playwright's own loop runs in this thread.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, self._append(colour, number)).result()
        path = f"/ops/dlq?state=open&q={colour}"
        wait_until(lambda: self.get(path)["total"] == number, what="dead letters")
        return [item["id"] for item in self.get(path)["items"]]

    def quarantine(self, colour: str, number: int) -> None:
        """As many whose events ended processes, of code that knows no colours and is mended now."""
        for id in self.bury(colour, number):
            sql(
                Postgres(self._data / "postgres").url,
                "UPDATE dead_letter SET error_class = 'Quarantined', event = convert_to("
                " replace(convert_from(event, 'UTF8'), %s, ''), 'UTF8') WHERE id = %s",
                (f',"colour":"{colour}"', id),
            )

    def leave(self, group: str) -> None:
        """A group of a stage that was renamed since: it only keeps entries."""
        with StrictRedis.from_url(self._redis_url) as redis:
            redis.xgroup_create(Keys("timeflow").log("usage", 2), group, "0")

    @property
    def _data(self) -> Path:
        return Path(self._demo.environment["DATA_DIR"])

    @property
    def _redis_url(self) -> str:
        return Redis(self._data / "redis", maxmemory_bytes=1).url

    async def _append(self, colour: str, number: int) -> None:
        connections = Connections(self._redis_url, timeout_s=5)
        intake = Intake(connections, Settings(redis_url=self._redis_url))
        for n in range(number):
            id = f"{colour}-{n}"
            event = identify(
                UsageEvent(self._person, "api", id, "", "usage.heartbeat", NOON_US, NOON_US)
            )
            known = {**msgspec.to_builtins(event), "data": {"note": ODD}}
            newer = {**known, "colour": colour}
            await intake.append(self._person, [msgspec.json.encode(newer)])
        await intake.close()
        await connections.close()

    def _log_in(self, email: str) -> Any:
        body = {"email": email, "password": self._demo.password}
        status, answer = self._demo.request("POST", "/auth/login", body)
        assert status == 200, answer
        return answer


@pytest.fixture(scope="module")
def beside(demo: Demo) -> Operator:
    return Operator(demo)


def opened(eyes: Eyes, search: str = "") -> Page:
    """The page at a part of the URL."""
    eyes.page.goto(f"/app/ops{search}")
    expect(eyes.page.get_by_role("heading", name="Ops", level=1)).to_be_visible()
    return eyes.page


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
