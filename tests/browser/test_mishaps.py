"""What goes wrong in a person's day: nothing typed is lost, and the page says what to do."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OPEN, signed_in
from tests.browser.eyes import Eyes
from tests.browser.somebody import Somebody
from tests.instance import PASSWORD, WebInstance


@pytest.fixture
def frail(tmp_path: Path) -> Iterator[WebInstance]:
    """A server of the story's own, to be killed; tokens live for seconds."""
    environment = {**OPEN, "DATA_DIR": str(tmp_path / "data"), "ACCESS_TOKEN_S": "4"}
    server = WebInstance(["up"], tmp_path / "log", {**environment, "HOST": "0.0.0.0"})
    server.start_ready(60)
    yield server
    server.stop()


def test_what_is_typed_while_the_server_is_dead_is_saved_when_it_is_back(
    frail: WebInstance, open_page: Callable[..., Eyes]
) -> None:
    somebody = Somebody(frail)
    somebody.adds("Old title")
    eyes = signed_in(open_page(frail.url), somebody.email, PASSWORD)
    eyes.expected = ["ERR_CONNECTION", "ERR_EMPTY_RESPONSE", "503", "ERR_INCOMPLETE", "401"]
    eyes.page.goto("/app/tasks")
    eyes.page.get_by_role("listitem", name="Old title").focus()
    eyes.page.keyboard.press("Enter")
    eyes.page.get_by_role("textbox", name="Title").fill("New title")
    frail.kill()
    eyes.page.keyboard.press("Enter")
    expect(eyes.page.get_by_text("Not saved yet")).to_be_visible()
    assert eyes.page.get_by_role("textbox", name="Title").input_value() == "New title"
    frail.start_ready(60)
    expect(eyes.page.get_by_role("listitem", name="New title")).to_be_visible(timeout=30_000)
    expect(eyes.page.get_by_text("Not saved yet")).not_to_be_visible()


def test_what_is_added_without_a_network_is_sent_when_there_is_one(
    seen: Eyes, somebody: Somebody
) -> None:
    seen.expected = ["ERR_INTERNET_DISCONNECTED"]
    seen.page.context.set_offline(True)
    seen.page.keyboard.press("q")
    seen.page.get_by_label("Task", exact=True).fill("From the train")
    seen.page.keyboard.press("Enter")
    expect(seen.page.get_by_text("Not saved yet")).to_be_visible()
    seen.page.context.set_offline(False)
    expect(seen.page.get_by_text("Added “From the train”")).to_be_visible()
    assert somebody.titles() == ["From the train"]


def test_a_token_that_ends_in_the_middle_of_an_edit_is_renewed_unseen(
    frail: WebInstance, open_page: Callable[..., Eyes]
) -> None:
    somebody = Somebody(frail)
    somebody.adds("Old title")
    eyes = signed_in(open_page(frail.url), somebody.email, PASSWORD)
    eyes.expected = ["401"]
    eyes.page.goto("/app/tasks")
    eyes.page.get_by_role("listitem", name="Old title").focus()
    eyes.page.keyboard.press("Enter")
    eyes.page.get_by_role("textbox", name="Title").fill("New title")
    with eyes.page.expect_response(lambda answer: answer.status == 401, timeout=20_000):
        pass
    eyes.page.get_by_role("textbox", name="Title").press("Enter")
    expect(eyes.page.get_by_role("listitem", name="New title")).to_be_visible()


def test_whoever_is_signed_out_elsewhere_signs_in_again_over_what_they_typed(
    seen: Eyes, somebody: Somebody
) -> None:
    seen.expected = ["401"]
    somebody.adds("Old title")
    seen.page.goto("/app/tasks")
    seen.page.get_by_role("listitem", name="Old title").focus()
    seen.page.keyboard.press("Enter")
    seen.page.get_by_role("textbox", name="Title").fill("New title")
    for login in somebody.call("GET", "/me/sessions")["items"]:
        if not login["current"]:
            somebody.call("DELETE", f"/me/sessions/{login['id']}")
    dialog = seen.page.get_by_role("dialog", name="Please sign in again")
    seen.page.get_by_role("textbox", name="Title").press("Enter")
    expect(dialog).to_be_visible()
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in").click()
    expect(seen.page.get_by_role("listitem", name="New title")).to_be_visible()


def test_two_windows_edit_one_task_and_neither_overwrites_the_other_unseen(
    seen: Eyes, somebody: Somebody
) -> None:
    seen.expected = ["412"]
    task = somebody.adds("Old title")
    seen.page.goto("/app/tasks")
    seen.page.get_by_role("listitem", name="Old title").focus()
    seen.page.keyboard.press("Enter")
    seen.page.get_by_role("textbox", name="Title").fill("Mine")
    somebody.call("PATCH", f"/tasks/{task['id']}", {"title": "Theirs"})
    expect(seen.page.get_by_role("listitem", name="Theirs")).to_be_visible()
    seen.page.get_by_role("textbox", name="Title").press("Enter")
    conflict = seen.page.get_by_role("alert")
    expect(conflict).to_contain_text("Theirs says Theirs")
    assert somebody.titles() == ["Theirs"]
    seen.find_no_barriers()
    conflict.get_by_role("button", name="Save mine over it").click()
    expect(seen.page.get_by_role("listitem", name="Mine")).to_be_visible()
    assert somebody.titles() == ["Mine"]


def test_a_title_that_is_typed_stays_when_its_task_is_done_elsewhere(
    seen: Eyes, somebody: Somebody
) -> None:
    seen.expected = ["412"]
    task = somebody.adds("Old title")
    seen.page.goto("/app/tasks")
    row = seen.page.get_by_role("listitem", name="Old title")
    row.focus()
    seen.page.keyboard.press("Enter")
    title = seen.page.get_by_role("textbox", name="Title")
    title.fill("Mine")
    somebody.call("POST", f"/tasks/{task['id']}/complete")
    expect(row.get_by_role("checkbox")).to_be_checked()
    expect(title).to_have_value("Mine")
    expect(title).to_be_focused()
    title.press("Enter")
    seen.page.get_by_role("button", name="Save mine over it").click()
    expect(seen.page.get_by_text("Nothing to do.")).to_be_visible()
    changed = somebody.call("GET", f"/tasks/{task['id']}")
    assert (changed["title"], changed["status"]) == ("Mine", "done")


def test_what_is_typed_in_a_row_stays_where_it_is_when_its_task_leaves_the_filter(
    seen: Eyes, somebody: Somebody
) -> None:
    project = somebody.call("POST", "/projects", {"name": "Website"})["id"]
    moved, deleted, _ = (somebody.adds(each, project_id=project) for each in ("One", "Two", "Last"))
    seen.page.goto(f"/app/tasks?project={project}")
    seen.page.get_by_role("listitem", name="One").focus()
    seen.page.keyboard.press("a")
    subtask = seen.page.get_by_label("Subtask of One")
    subtask.fill("A part of it")
    seen.page.get_by_role("listitem", name="Two").focus()
    seen.page.keyboard.press("Enter")
    title = seen.page.get_by_role("textbox", name="Title")
    title.fill("Mine")
    somebody.call("PATCH", f"/tasks/{moved['id']}", {"project_id": None})
    somebody.call("DELETE", f"/tasks/{deleted['id']}")
    somebody.adds("Herald", project_id=project)
    expect(seen.page.get_by_role("listitem", name="Herald")).to_be_visible()
    rows = seen.page.locator(".task-row")
    assert [each.get_attribute("aria-label") for each in rows.all()][:3] == ["One", "Two", "Last"]
    expect(subtask).to_have_value("A part of it")
    expect(title).to_have_value("Mine")
    seen.expected = ["404"]
    title.press("Enter")
    expect(seen.page.get_by_role("alert")).to_contain_text("gone")
    expect(title).to_have_value("Mine")
    title.press("Escape")
    expect(seen.page.get_by_role("listitem", name="Two")).to_have_count(0)
    subtask.press("Escape")
    expect(seen.page.get_by_role("listitem", name="One")).to_have_count(0)


def test_it_works_by_a_lan_address_without_tls(
    frail: WebInstance, open_page: Callable[..., Eyes]
) -> None:
    address = _lan_address()
    somebody = Somebody(frail)
    eyes = signed_in(open_page(f"http://{address}:{frail.port}"), somebody.email, PASSWORD)
    eyes.page.keyboard.press("q")
    eyes.page.get_by_label("Task", exact=True).fill("From the phone")
    eyes.page.keyboard.press("Enter")
    expect(eyes.page.get_by_text("Added “From the phone”")).to_be_visible()
    eyes.page.reload()
    expect(eyes.page.get_by_role("heading", name="Today", level=1)).to_be_visible()


def test_a_browser_that_keeps_no_cookie_is_told_so(
    open_page: Callable[..., Eyes], somebody: Somebody
) -> None:
    eyes = open_page(somebody.server.url)
    eyes.expected = ["401"]
    # What the server says where no cookie comes.
    refused = {"title": "Unauthorized", "status": 401, "code": "x", "request_id": "abc"}
    eyes.page.route("**/auth/refresh", lambda route: route.fulfill(status=401, json=refused))
    signed_in(eyes, somebody.email, PASSWORD)
    expect(eyes.page.get_by_text("This browser keeps no sign-in")).to_be_visible()


def test_a_server_that_does_not_answer_at_the_start_is_waited_for(
    frail: WebInstance, open_page: Callable[..., Eyes]
) -> None:
    somebody = Somebody(frail)
    eyes = signed_in(open_page(frail.url), somebody.email, PASSWORD)
    eyes.expected = ["ERR_", "503", "abort"]
    eyes.page.route("**/auth/refresh", lambda route: route.abort())
    eyes.page.reload()
    expect(eyes.page.get_by_text("The server does not answer")).to_be_visible()
    eyes.page.unroute("**/auth/refresh")
    expect(eyes.page.get_by_role("heading", name="Today", level=1)).to_be_visible(timeout=20_000)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (403, "role"),
        (404, "gone"),
        (409, "told by the server"),
        (413, "more than the server takes"),
        (422, "title: too odd"),
        (500, "log has it under"),
    ],
)
def test_each_problem_is_said_in_words(
    seen: Eyes, somebody: Somebody, status: int, words: str
) -> None:
    seen.expected = [str(status)]
    details: dict[str, object] = {
        "title": "X", "status": status, "code": "x", "request_id": "abc",
        "detail": "told by the server" if status == 409 else "",
        "errors": [{"path": "title", "message": "too odd"}] if status == 422 else [],
    }  # fmt: skip
    seen.page.route("**/tasks", lambda route: route.fulfill(status=status, json=details), times=1)
    seen.page.keyboard.press("q")
    seen.page.get_by_label("Task", exact=True).fill("Anything")
    seen.page.keyboard.press("Enter")
    expect(seen.page.get_by_role("dialog").get_by_role("alert")).to_contain_text(words)
    assert seen.page.get_by_label("Task", exact=True).input_value() == "Anything"


@pytest.mark.parametrize("status", [429, 503])
def test_what_passes_by_itself_is_sent_again(seen: Eyes, somebody: Somebody, status: int) -> None:
    seen.expected = [str(status)]
    details = {"title": "X", "status": status, "code": "x", "request_id": "abc"}
    seen.page.route(
        "**/tasks",
        lambda route: route.fulfill(status=status, json=details, headers={"Retry-After": "1"}),
        times=1,
    )
    seen.page.keyboard.press("q")
    seen.page.get_by_label("Task", exact=True).fill("Anything")
    seen.page.keyboard.press("Enter")
    expect(seen.page.get_by_text("Not saved yet")).to_be_visible()
    expect(seen.page.get_by_text("Added “Anything”")).to_be_visible()
    assert somebody.titles() == ["Anything"]


def _lan_address() -> str:
    """An address of this machine that is not its loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("10.255.255.255", 1))
        address: str = probe.getsockname()[0]
        return address


def test_two_people_in_one_browser_see_nothing_of_each_other(
    seen: Eyes, somebody: Somebody
) -> None:
    seen.expected = ["401"]
    somebody.call("POST", "/projects", {"name": "Secret plan"})
    seen.page.goto("/app/tasks")
    seen.page.get_by_label("New task").fill("My secret")
    seen.page.get_by_role("combobox", name="Project").click()
    expect(seen.page.get_by_role("option", name="Secret plan")).to_be_visible()
    # The sign-in ends without "Sign out".
    seen.page.context.clear_cookies()
    seen.page.reload()
    other = Somebody(somebody.server)
    seen.page.get_by_label("Email").fill(other.email)
    seen.page.get_by_label("Password").fill(PASSWORD)
    seen.page.get_by_role("button", name="Sign in").click()
    expect(seen.page.get_by_role("heading", name="Tasks", level=1)).to_be_visible()
    assert seen.page.get_by_label("New task").input_value() == ""
    seen.page.get_by_role("combobox", name="Project").click()
    expect(seen.page.get_by_role("option", name="Secret plan")).to_have_count(0)


def test_another_window_that_changes_person_takes_this_one_along(
    seen: Eyes, somebody: Somebody
) -> None:
    seen.expected = ["401"]
    window = seen.page.context.new_page()
    window.goto("/app/today")
    window.get_by_role("button", name="Sign out").click()
    expect(seen.page.get_by_role("button", name="Sign in")).to_be_visible()


def test_a_page_that_cannot_be_loaded_leaves_the_others(seen: Eyes, somebody: Somebody) -> None:
    seen.expected = ["Reports", "dynamically imported", "net::ERR_FAILED", "could not be shown"]
    seen.page.route("**/assets/Reports-*.js", lambda route: route.abort())
    seen.page.get_by_role("link", name="Reports").click()
    expect(seen.page.get_by_text("This page could not be shown")).to_be_visible()
    seen.page.get_by_role("link", name="Week").click()
    expect(seen.page.get_by_role("heading", name="Week", level=1)).to_be_visible()


def test_a_day_that_is_none_is_today(seen: Eyes, somebody: Somebody) -> None:
    seen.page.goto("/app/today?date=2026-02-foo")
    expect(seen.page.get_by_role("heading", name="Today", level=1)).to_be_visible()
