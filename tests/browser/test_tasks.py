"""All there is to do, by keyboard first."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import WIDTHS, signed_in
from tests.browser.demo import Demo
from tests.browser.eyes import Eyes
from tests.browser.somebody import Somebody
from tests.instance import wait_until


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_tasks_have_no_barriers(
    open_page: Callable[..., Eyes], demo: Demo, width: str, dark: bool
) -> None:
    eyes = signed_in(
        open_page(demo.url, width=width, dark=dark), "person@demo.example", demo.password
    )
    eyes.page.goto("/app/tasks")
    expect(eyes.page.get_by_role("listitem", name="Pay the invoice")).to_be_visible()
    eyes.take_shot("tasks")
    eyes.find_no_barriers()


def test_a_list_is_gone_through_and_done_by_keyboard_alone(seen: Eyes, somebody: Somebody) -> None:
    for title in ("One", "Two", "Three"):
        somebody.adds(title)
    seen.page.goto("/app/tasks")
    row = seen.page.get_by_role("listitem", name="One")
    row.focus()
    seen.page.keyboard.press("ArrowDown")
    expect(seen.page.get_by_role("listitem", name="Two")).to_be_focused()
    seen.page.keyboard.press("x")
    expect(seen.page.get_by_role("listitem", name="Two")).not_to_be_visible()
    assert somebody.titles() == ["One", "Three"]
    seen.page.keyboard.press("Control+z")
    expect(seen.page.get_by_role("listitem", name="Two")).to_be_visible()


def test_a_title_is_edited_in_place(seen: Eyes, somebody: Somebody) -> None:
    somebody.adds("Wirte report")
    seen.page.goto("/app/tasks")
    seen.page.get_by_role("listitem", name="Wirte report").focus()
    seen.page.keyboard.press("Enter")
    seen.page.get_by_role("textbox", name="Title").fill("Write report")
    seen.page.keyboard.press("Enter")
    expect(seen.page.get_by_role("listitem", name="Write report")).to_be_visible()
    assert somebody.titles() == ["Write report"]
    seen.page.keyboard.press("Control+z")
    expect(seen.page.get_by_role("listitem", name="Wirte report")).to_be_visible()


def test_a_subtask_stands_below_its_task(seen: Eyes, somebody: Somebody) -> None:
    task = somebody.adds("Move house")
    somebody.adds("Something else")
    seen.page.goto("/app/tasks")
    seen.page.get_by_role("listitem", name="Move house").focus()
    seen.page.keyboard.press("a")
    seen.page.get_by_label("Subtask of Move house").fill("Pack")
    seen.page.keyboard.press("Enter")
    expect(seen.page.get_by_role("listitem", name="Pack")).to_be_visible()
    rows = seen.page.locator(".task-row")
    assert [each.get_attribute("aria-label") for each in rows.all()][:2] == ["Move house", "Pack"]
    packing = [
        each for each in somebody.call("GET", "/tasks?status=open")["items"]
        if each["title"] == "Pack"
    ]  # fmt: skip
    assert packing[0]["parent_id"] == task["id"]


def test_a_title_that_is_typed_stays_while_a_subtask_is_added(
    seen: Eyes, somebody: Somebody
) -> None:
    somebody.adds("Move house")
    seen.page.goto("/app/tasks")
    seen.page.get_by_role("listitem", name="Move house").focus()
    seen.page.keyboard.press("Enter")
    title = seen.page.get_by_role("textbox", name="Title")
    title.fill("Move to Lyon")
    seen.page.get_by_role("button", name="More for Move house").click()
    seen.page.get_by_role("menuitem", name="Add a subtask").click()
    seen.page.get_by_label("Subtask of Move house").fill("Pack")
    seen.page.get_by_label("Subtask of Move house").press("Enter")
    expect(seen.page.get_by_role("listitem", name="Pack")).to_be_visible()
    expect(title).to_have_value("Move to Lyon")
    title.press("Enter")
    expect(seen.page.get_by_role("listitem", name="Move to Lyon")).to_be_visible()
    assert sorted(somebody.titles()) == ["Move to Lyon", "Pack"]


def test_a_task_is_planned_by_key_and_by_dragging_it_to_a_day(
    seen: Eyes, somebody: Somebody
) -> None:
    task = somebody.adds("Call the bank", estimate_s=1800)
    seen.page.goto("/app/tasks")
    row = seen.page.get_by_role("listitem", name="Call the bank")
    row.focus()
    seen.page.keyboard.press("p")
    seen.page.get_by_role("menuitem", name="Tomorrow").click()
    days = seen.page.get_by_role("list", name="Plan of the next days").get_by_role("listitem")
    expect(days.nth(1)).to_contain_text("1 planned, 30 min")
    row.drag_to(days.nth(0))
    expect(days.nth(0)).to_contain_text("1 planned, 30 min")
    assert somebody.call("GET", f"/tasks/{task['id']}")["planned_on"] == somebody.today


def test_all_of_a_task_is_edited(seen: Eyes, somebody: Somebody) -> None:
    task = somebody.adds("Report")
    somebody.call("POST", "/projects", {"name": "Website"})
    seen.page.goto("/app/tasks")
    seen.page.get_by_role("listitem", name="Report").focus()
    seen.page.keyboard.press("e")
    editor = seen.page.get_by_role("dialog")
    editor.get_by_label("Notes").fill("With figures")
    editor.get_by_label("Project").click()
    seen.page.get_by_role("option", name="Website").click()
    editor.get_by_label("Estimate, minutes").fill("90")
    editor.get_by_text("high", exact=True).click()
    editor.get_by_role("button", name="Save").click()
    row = seen.page.get_by_role("listitem", name="Report")
    expect(row).to_contain_text("Website")
    expect(row).to_contain_text("1 h 30 min")
    expect(row).to_contain_text("high priority")
    assert somebody.call("GET", f"/tasks/{task['id']}")["notes"] == "With figures"


def test_filters_are_in_the_url(seen: Eyes, somebody: Somebody) -> None:
    somebody.adds("Buy milk", tags=["home"])
    somebody.adds("Write report", tags=["work"])
    seen.page.goto("/app/tasks")
    seen.page.get_by_label("Search").fill("milk")
    expect(seen.page.get_by_role("listitem", name="Write report")).not_to_be_visible()
    expect(seen.page).to_have_url(re.compile("q=milk"))
    seen.page.reload()
    expect(seen.page.get_by_role("listitem", name="Buy milk")).to_be_visible()
    expect(seen.page.get_by_role("listitem", name="Write report")).not_to_be_visible()


def test_any_text_is_shown_as_text(seen: Eyes, somebody: Somebody) -> None:
    odd = [
        "x" * 500,
        "<img src=x onerror=alert(1)><b>bold</b>",
        "שלום עולם مرحبا",
        "👩‍👩‍👧‍👦🏳️‍🌈 e\u0301",
    ]
    for title in odd:
        somebody.adds(title)
    seen.page.goto("/app/tasks")
    expect(seen.page.get_by_text("<img src=x onerror=alert(1)><b>bold</b>")).to_be_visible()
    expect(seen.page.get_by_text("שלום עולם مرحبا")).to_be_visible()
    width = seen.page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert width <= 0
    seen.find_no_barriers()


def test_a_title_of_ten_thousand_characters_is_refused_in_words_and_stays_typed(
    seen: Eyes, somebody: Somebody
) -> None:
    seen.expected = ["422"]
    seen.page.goto("/app/tasks")
    seen.page.get_by_label("New task").fill("x" * 10_000)
    seen.page.keyboard.press("Enter")
    expect(seen.page.get_by_role("alert")).to_contain_text("length")
    assert len(seen.page.get_by_label("New task").input_value()) == 10_000
    seen.page.reload()
    assert len(seen.page.get_by_label("New task").input_value()) == 10_000


def test_five_thousand_tasks_are_walked_through(
    open_page: Callable[..., Eyes], somebody: Somebody
) -> None:
    somebody.adds_many(5000)
    seen = signed_in(open_page(somebody.server.url), somebody.email, somebody.password)
    seen.page.goto("/app/tasks")
    expect(seen.page.get_by_role("listitem", name="Task 0", exact=True)).to_be_visible()
    last = seen.page.get_by_role("listitem", name="Task 4999", exact=True)

    def at_the_end() -> bool:
        seen.page.locator(".task-list").evaluate("list => list.scrollTo(0, list.scrollHeight)")
        return last.is_visible()

    wait_until(at_the_end, what="the last task")
    assert seen.page.locator(".task-row").count() < 100


def test_the_search_is_what_the_address_says(seen: Eyes, somebody: Somebody) -> None:
    for title in ("Buy milk", "Call home"):
        somebody.adds(title)
    seen.page.goto("/app/tasks")
    search = seen.page.get_by_label("Search", exact=True)
    other = seen.page.get_by_role("listitem", name="Call home")
    expect(other).to_be_visible()
    search.fill("Buy ")
    expect(seen.page).to_have_url(re.compile(r"\?q=Buy$"))
    expect(other).to_have_count(0)
    search.press_sequentially("milk")
    expect(seen.page).to_have_url(re.compile(r"\?q=Buy\+milk$"))
    seen.page.get_by_role("link", name="Tasks").click()
    expect(search).to_have_value("")
    expect(other).to_be_visible()
    seen.page.go_back()
    expect(search).to_have_value("Buy milk")
    expect(other).to_have_count(0)
    seen.page.go_forward()
    expect(search).to_have_value("")
    expect(other).to_be_visible()


def test_the_undo_of_a_notice_takes_back_what_it_tells(seen: Eyes, somebody: Somebody) -> None:
    for title in ("One", "Two", "Three"):
        somebody.adds(title)
    seen.page.goto("/app/tasks")
    for title in ("One", "Two"):
        seen.page.get_by_role("checkbox", name=f"Done: {title}").click()
        expect(seen.page.get_by_text(f"Completed “{title}”")).to_be_visible()
    first = seen.page.get_by_role("alert").filter(has_text="Completed “One”")
    first.get_by_role("button", name="Undo").click()
    expect(seen.page.get_by_role("listitem", name="One")).to_be_visible()
    assert somebody.titles() == ["One", "Three"]


def test_the_focus_stays_in_the_list_whatever_is_done_there(seen: Eyes, somebody: Somebody) -> None:
    for title in ("One", "Two", "Three"):
        somebody.adds(title)
    seen.page.goto("/app/tasks")
    row = seen.page.get_by_role("listitem", name="One")
    row.focus()
    seen.page.keyboard.press("Enter")
    seen.page.keyboard.press("Escape")
    expect(row).to_be_focused()
    seen.page.keyboard.press("x")
    expect(seen.page.get_by_role("listitem", name="Two")).to_be_focused()
    seen.page.keyboard.press("p")
    expect(seen.page.get_by_role("menu").locator("[data-autofocus]")).to_be_focused()
    for day in ("Today", "Tomorrow"):
        seen.page.keyboard.press("ArrowDown")
        expect(seen.page.get_by_role("menuitem", name=day)).to_be_focused()
    seen.page.keyboard.press("Enter")
    planned = seen.page.get_by_role("list", name="Plan of the next days").get_by_role("listitem")
    expect(planned.nth(1)).to_contain_text("1 planned")


def test_what_waited_waits_again_after_undo(seen: Eyes, somebody: Somebody) -> None:
    task = somebody.adds("Answer of the bank", status="waiting")
    seen.page.goto("/app/tasks")
    seen.page.get_by_role("listitem", name="Answer of the bank").focus()
    seen.page.keyboard.press("x")
    expect(seen.page.get_by_text("Completed “Answer of the bank”")).to_be_visible()
    seen.page.keyboard.press("Control+z")
    expect(seen.page.get_by_text("Taken back")).to_be_visible()
    assert somebody.call("GET", f"/tasks/{task['id']}")["status"] == "waiting"
