"""What the README shows: a day in its afternoon, with all that may stand on it."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import signed_in
from tests.browser.eyes import Eyes
from tests.browser.somebody import Somebody

PROJECTS = {"website": "#1c7ed6", "spine": "#7048e8", "garden": "#0ca678"}
USED = [
    (8.2, 8.6, "", "communication", "inbox"), (8.6, 10.2, "website", "coding", "checkout.ts"),
    (10.4, 11.6, "spine", "coding", "relay.py"), (11.6, 12.1, "", "meeting", "Stand-up"),
    (13.0, 14.1, "website", "writing", "release notes"),
    (14.1, 14.9, "spine", "coding", "cursor.py"),
]  # fmt: skip


def test_the_pictures_of_the_readme(open_page: Callable[..., Eyes], somebody: Somebody) -> None:
    ids = {
        name: somebody.call("POST", "/projects", {"name": name, "color": color})["id"]
        for name, color in PROJECTS.items()
    }
    somebody.adds(
        "Write the release notes", project_id=ids["website"], priority=3, estimate_s=5400,
        due_on=somebody.today, tags=["deep"],
    )  # fmt: skip
    answer = somebody.adds("Answer Grace", project_id=ids["garden"], estimate_s=900, priority=1)
    somebody.adds("Review the relay", project_id=ids["spine"], estimate_s=3600)
    for begin, end, project, category, entity in USED:
        somebody.uses(begin, end, project, category=category, entity=entity)
    somebody.enters(8.6, 10.2, "Checkout", project_id=ids["website"])
    somebody.enters(10.4, 11.6, "Relay", project_id=ids["spine"])
    somebody.enters(11.6, 12.1, "Stand-up")
    for name, metric, hours in (
        ("Four hours of focus", "focus_s", 4),
        ("Not too long", "active_s", 8),
    ):
        op = "at_least" if metric == "focus_s" else "at_most"
        goal = {"name": name, "metric": metric, "op": op, "target": hours * 3600}
        somebody.call("POST", "/goals", goal)
    somebody.call("POST", "/timer/start", {"task_id": answer["id"], "description": answer["title"]})
    for dark in (False, True):
        eyes = open_page(somebody.server.url, dark=dark)
        eyes.page.set_viewport_size({"width": 1200, "height": 860})
        signed_in(eyes, somebody.email, somebody.password)
        expect(eyes.page.get_by_role("button", name="Draft:").first).to_be_visible()
        expect(eyes.page.get_by_text("Four hours of focus")).to_be_visible()
        eyes.take_shot("readme-today")
        eyes.find_no_barriers()
