"""The day as it is now."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import WIDTHS, signed_in
from tests.browser.demo import Demo
from tests.browser.eyes import Eyes
from tests.browser.hands import drag
from tests.browser.somebody import Somebody


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


def test_space_starts_and_stops_the_timer_and_the_tab_says_so(
    seen: Eyes, somebody: Somebody
) -> None:
    seen.page.keyboard.press("Space")
    expect(seen.page.get_by_role("timer")).to_be_visible()
    expect(seen.page).to_have_title(re.compile(r"^0:00:0\d "))
    seen.page.keyboard.press("Space")
    expect(seen.page.get_by_role("timer")).not_to_be_visible()
    expect(seen.page).to_have_title("Today · TimeFlow")
    assert [each["end"] is None for each in somebody.entries()] in ([], [False])


def test_q_adds_a_task_and_shows_what_it_understood(seen: Eyes, somebody: Somebody) -> None:
    seen.page.keyboard.press("q")
    seen.page.get_by_label("Task", exact=True).fill("Write report tomorrow 2h #work")
    dialog = seen.page.get_by_role("dialog")
    expect(dialog.get_by_text("takes 2 h 00 min")).to_be_visible()
    expect(dialog.get_by_text("#work", exact=True)).to_be_visible()
    seen.page.keyboard.press("Enter")
    expect(dialog).not_to_be_visible()
    assert somebody.titles() == ["Write report"]
    seen.page.get_by_role("button", name="Undo").click()
    expect(seen.page.get_by_text("Taken back")).to_be_visible()
    assert somebody.titles() == []


def test_the_next_task_says_why_and_d_begins_it(seen: Eyes, somebody: Somebody) -> None:
    somebody.adds("Pay the rent", priority=3, due_on=somebody.today)
    somebody.adds("Read a book")
    following = seen.page.get_by_role("region", name="Next")
    expect(following.get_by_text("Pay the rent")).to_be_visible()
    expect(following.get_by_text("high priority")).to_be_visible()
    seen.page.keyboard.press("s")
    expect(following.get_by_text("Read a book")).to_be_visible()
    seen.page.keyboard.press("d")
    expect(seen.page.get_by_role("timer", name="Read a book")).to_be_visible()
    assert somebody.call("GET", "/timer")["entry"]["description"] == "Read a book"


def test_hours_grow_by_themselves_while_devices_send(seen: Eyes, somebody: Somebody) -> None:
    hours = seen.page.get_by_role("region", name="Hours")
    expect(hours.get_by_text("No time yet")).to_be_visible()
    somebody.uses(9, 10.5)
    expect(hours.get_by_text("1 h 30 min").first).to_be_visible()
    expect(seen.page.get_by_text("Editor silent since 10:30")).to_be_visible()
    expect(seen.page.get_by_role("img", name="1 h 30 min in 1 blocks")).to_be_visible()
    seen.find_no_barriers()


def test_a_draft_is_trimmed_and_taken_by_keyboard_and_undone_after_a_reload(
    seen: Eyes, somebody: Somebody
) -> None:
    somebody.uses(9, 10)
    draft = seen.page.get_by_role("button", name="Draft:")
    expect(draft).to_be_visible()
    draft.focus()
    seen.page.keyboard.press("Shift+ArrowUp")
    expect(draft).to_have_accessible_name(re.compile("09:00 to 09:55"))
    seen.page.keyboard.press("Enter")
    entry = seen.page.get_by_role("button", name=re.compile("^main.py.*09:00 to 09:55"))
    expect(entry).to_be_visible()
    seen.page.reload()
    expect(entry).to_be_visible()
    seen.page.keyboard.press("Control+z")
    expect(entry).not_to_be_visible()
    assert somebody.entries() == []


def test_the_edge_of_a_draft_is_dragged(seen: Eyes, somebody: Somebody) -> None:
    somebody.uses(9, 11)
    draft = seen.page.get_by_role("button", name="Draft:")
    drag(seen, draft.locator("[data-edge=end]"), down=-56)
    expect(draft).to_have_accessible_name(re.compile("09:00 to 10:00"))


def test_an_entry_is_moved_by_dragging_and_moved_back_by_undo(
    seen: Eyes, somebody: Somebody
) -> None:
    somebody.enters(9, 10, "Meeting")
    entry = seen.page.get_by_role("button", name="Meeting")
    expect(entry).to_have_accessible_name(re.compile("09:00 to 10:00"))
    drag(seen, entry, down=56)
    expect(entry).to_have_accessible_name(re.compile("10:00 to 11:00"))
    seen.page.keyboard.press("Control+z")
    expect(entry).to_have_accessible_name(re.compile("09:00 to 10:00"))


def test_arrows_walk_the_days_and_the_url_holds_the_day(seen: Eyes, somebody: Somebody) -> None:
    seen.page.keyboard.press("ArrowLeft")
    expect(seen.page.get_by_text("A day that is over")).to_be_visible()
    seen.page.reload()
    expect(seen.page.get_by_text("A day that is over")).to_be_visible()
    seen.page.keyboard.press("t")
    expect(seen.page.get_by_role("heading", name="Today", level=1)).to_be_visible()


def test_goals_say_how_far_they_are(seen: Eyes, somebody: Somebody) -> None:
    goal = {"name": "Four hours", "metric": "active_s", "target": 4 * 3600}
    somebody.call("POST", "/goals", goal)
    somebody.uses(9, 10)
    goals = seen.page.get_by_role("region", name="Goals")
    expect(goals.get_by_text("1 h 00 min of 4 h 00 min")).to_be_visible()


def test_a_day_of_two_thousand_intervals_scrolls_without_a_long_task(
    seen: Eyes, somebody: Somebody
) -> None:
    begin = somebody.at(1)
    events = [
        {
            "type": "usage.interval",
            "time": (begin + timedelta(seconds=20 * number)).isoformat(),
            "duration": 10,
            "device": "laptop",
            "entity": f"file{number}.py",
            "project": f"project{number % 2}",
        }
        for number in range(2000)
    ]
    for first in range(0, len(events), 1000):
        somebody.call("POST", "/events", {"events": events[first : first + 1000]})
    expect(seen.page.get_by_role("img", name="in 2000 blocks")).to_be_attached(timeout=30_000)
    longest = seen.page.evaluate(
        """async () => {
            const view = document.querySelector('[aria-label="The day, hour by hour"]');
            const frame = () => new Promise((resume) => requestAnimationFrame(resume));
            await frame();
            let longest = 0;
            const note = (tasks) => {
                for (const each of tasks) longest = Math.max(longest, each.duration);
            };
            const observer = new PerformanceObserver((list) => note(list.getEntries()));
            observer.observe({ type: "longtask" });
            for (let at = 0; at < view.scrollHeight; at += 40) {
                view.scrollTop = at;
                await frame();
            }
            await frame();
            note(observer.takeRecords());
            return longest;
        }"""
    )
    assert longest < 50


def test_nine_tenths_of_a_recorded_day_are_attributed_in_ten_actions(
    seen: Eyes, somebody: Somebody
) -> None:
    recorded = [
        (8.9, 10.4, "website"), (10.45, 10.6, "mail"), (10.6, 12.1, "website"),
        (12.9, 13.2, "mail"), (13.2, 14.4, "spine"), (14.41, 14.9, "website"),
    ]  # fmt: skip
    for begin, end, project in recorded:
        somebody.uses(begin, end, project)
    draft = seen.page.get_by_role("button", name=re.compile("^Draft:"))
    proposed = somebody.call("GET", f"/drafts?date={somebody.today}")["items"]
    expect(draft).to_have_count(len(proposed))
    actions = 0
    while draft.count():
        left = draft.count()
        draft.first.focus()
        seen.page.keyboard.press("Enter")
        actions += 1
        expect(draft).to_have_count(left - 1)
    assert actions <= 10
    entered = [(each["start"], each["end"]) for each in somebody.entries()]
    spans = [tuple(map(datetime.fromisoformat, each)) for each in entered]
    covered = sum(
        max(
            0.0,
            (min(end, somebody.at(until)) - max(start, somebody.at(begin))).total_seconds(),
        )
        for begin, until, _ in recorded
        for start, end in spans
    )
    assert covered >= 0.9 * 3600 * sum(until - begin for begin, until, _ in recorded)


def test_all_drafts_are_taken_at_once_and_given_back_by_one_undo(
    seen: Eyes, somebody: Somebody
) -> None:
    somebody.uses(9, 10)
    somebody.uses(12, 13, "mail")
    seen.page.get_by_role("button", name="Take all 2").click()
    expect(seen.page.get_by_role("button", name="Draft:")).to_have_count(0)
    assert len(somebody.entries()) == 2
    seen.page.keyboard.press("Control+z")
    expect(seen.page.get_by_role("button", name="Draft:")).to_have_count(2)
    assert somebody.entries() == []


def test_a_held_key_starts_the_timer_once(seen: Eyes, somebody: Somebody) -> None:
    for _ in range(5):
        seen.page.keyboard.down("Space")
    seen.page.keyboard.up("Space")
    expect(seen.page.get_by_role("timer")).to_be_visible()
    assert len(somebody.entries()) == 1


def test_seconds_that_nobody_touched_stay_in_an_entry(seen: Eyes, somebody: Somebody) -> None:
    begin, end = somebody.at(9) + timedelta(seconds=37), somebody.at(9.5) + timedelta(seconds=57)
    body = {"start": begin.isoformat(), "end": end.isoformat(), "description": "Meeting"}
    somebody.call("POST", "/time-entries", body)
    seen.page.get_by_role("button", name=re.compile("^Meeting")).evaluate("block => block.click()")
    editor = seen.page.get_by_role("dialog")
    editor.get_by_label("What").fill("Talk")
    editor.get_by_role("button", name="Save").click()
    expect(seen.page.get_by_role("button", name=re.compile("^Talk"))).to_be_visible()
    (entry,) = somebody.entries()
    assert datetime.fromisoformat(entry["start"]) == begin
    assert datetime.fromisoformat(entry["end"]) == end


def test_keys_that_follow_each_other_are_one_change(seen: Eyes, somebody: Somebody) -> None:
    somebody.enters(9, 10, "Meeting")
    entry = seen.page.get_by_role("button", name=re.compile("^Meeting"))
    entry.focus()
    for _ in range(4):
        seen.page.keyboard.press("Shift+ArrowDown")
    expect(entry).to_have_accessible_name(re.compile("09:00 to 10:20"))
    seen.page.keyboard.press("Control+z")
    expect(entry).to_have_accessible_name(re.compile("09:00 to 10:00"))


def test_undoing_a_start_lets_what_it_stopped_run_on(seen: Eyes, somebody: Somebody) -> None:
    somebody.adds("Read a book")
    begun = somebody.call("POST", "/timer/start", {"description": "First"})
    expect(seen.page.get_by_role("timer", name="First")).to_be_visible()
    expect(seen.page.get_by_role("region", name="Next").get_by_text("Read a book")).to_be_visible()
    seen.page.keyboard.press("d")
    expect(seen.page.get_by_role("timer", name="Read a book")).to_be_visible()
    seen.page.keyboard.press("Control+z")
    expect(seen.page.get_by_role("timer", name="First")).to_be_visible()
    assert somebody.call("GET", "/timer")["entry"]["id"] == begun["id"]


def test_what_was_put_off_is_back_after_undo(seen: Eyes, somebody: Somebody) -> None:
    somebody.adds("Pay the rent")
    following = seen.page.get_by_role("region", name="Next")
    expect(following.get_by_text("Pay the rent")).to_be_visible()
    seen.page.keyboard.press("s")
    expect(following.get_by_text("Nothing waits to be done")).to_be_visible()
    seen.page.keyboard.press("Control+z")
    expect(following.get_by_text("Pay the rent")).to_be_visible()
