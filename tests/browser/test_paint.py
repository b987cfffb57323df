"""The first paint: from what was last known, and nothing jumps."""

from playwright.sync_api import expect

from tests.browser.eyes import Eyes
from tests.browser.somebody import Somebody
from tests.instance import wait_until

#: What Core Web Vitals call good.
GOOD_SHIFT = 0.1

_SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
    for (const each of list.getEntries()) if (!each.hadRecentInput) window.shifted += each.value;
}).observe({ type: "layout-shift", buffered: true });
"""


def test_today_shows_what_was_last_known_before_the_server_answers(
    seen: Eyes, somebody: Somebody
) -> None:
    somebody.uses(9, 10.5)
    hours = seen.page.get_by_role("region", name="Hours")
    expect(hours.get_by_text("1 h 30 min").first).to_be_visible()
    kept = "localStorage.getItem('timeflow.answers') ?? ''"
    wait_until(lambda: "5400" in seen.page.evaluate(kept), what="the answers to be kept")
    seen.page.route("**/analytics/**", lambda _: None)
    seen.page.reload()
    expect(hours.get_by_text("1 h 30 min").first).to_be_visible()
    seen.page.unroute_all(behavior="ignoreErrors")


def test_nothing_jumps_while_pages_fill(seen: Eyes, somebody: Somebody) -> None:
    somebody.uses(9, 10.5)
    somebody.adds("Write the report", estimate_s=3600, due_on=somebody.today)
    somebody.enters(9, 10, "Meeting")
    somebody.call("POST", "/goals", {"name": "Hours", "metric": "active_s", "target": 14400})
    seen.page.add_init_script(_SHIFTS)
    filled = {
        "/app/today": ("Write the report", "1 h 30 min of 4 h 00 min", "due within"),
        "/app/week": ("Meeting", "1 h 00 min"),
        "/app/tasks": ("Write the report", "by your history"),
    }
    for path, texts in filled.items():
        seen.page.evaluate("localStorage.removeItem('timeflow.answers')")
        seen.page.goto(path)
        for text in texts:
            expect(seen.page.get_by_text(text).first).to_be_visible()
        assert seen.page.evaluate("window.shifted") < GOOD_SHIFT, path
