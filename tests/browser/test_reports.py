"""Weeks and months: hours, focus, estimates, days; segments for analysts."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg2
import pytest
from playwright.sync_api import Locator, Page, expect

from pipeline.embedded.postgres import Postgres
from tests.browser.conftest import WIDTHS, signed_in
from tests.browser.demo import Demo
from tests.browser.eyes import Eyes

SPAN = r"\d+ (s|min|h)"
TOLD = "Ten days in a row, <b>your longest run</b>."

_TELL = """
INSERT INTO insight (id, user_id, key, kind, metric, day, severity, value, baseline, method, n,
                     window_days, score, text, evidence, state, created_at)
SELECT gen_random_uuid(), id, 'story', 'streak', 'active_days', '2020-01-01', 0, 10, 4,
       'days in a row', 90, 182, 0, %s, '{"before": [3, 4]}', 'new', now()
FROM account WHERE email = 'person@demo.example'
"""


@pytest.fixture
def told(demo: Demo) -> Iterator[None]:
    """The person was told something of their days."""
    assert demo.environment is not None
    session = psycopg2.connect(Postgres(Path(demo.environment["DATA_DIR"]) / "postgres").url)
    session.autocommit = True
    with session.cursor() as cursor:
        cursor.execute(_TELL, (TOLD,))
        yield
        cursor.execute("DELETE FROM insight WHERE key = 'story'")
    session.close()


def open_reports(page: Page, **shown: str) -> None:
    """As whoever has the address."""
    query = "&".join(f"{name}={value}" for name, value in shown.items())
    page.goto(f"/app/reports?{query}")
    expect(page.get_by_role("heading", name="Reports", level=1)).to_be_visible()


def last_90_days(page: Page) -> None:
    page.get_by_role("combobox", name="Range").click()
    page.get_by_role("option", name="Last 90 days").click()


def part(page: Page, name: str) -> Locator:
    """A section of the page."""
    return page.get_by_role("region", name=name, exact=True)


def test_hours_of_a_range_stand_beside_those_before(person: Eyes) -> None:
    page = person.page
    page.get_by_role("link", name="Reports").click()
    active = page.get_by_role("button", name=re.compile(f"{SPAN}.*, Active: what is behind"))
    expect(active).to_be_visible()
    expect(page.get_by_text("A point counts until the next of its device")).to_be_visible()
    table = part(page, "By category")
    expect(table.get_by_role("row", name=re.compile("coding"))).to_be_visible()
    expect(table.get_by_text("Than before")).to_have_count(0)
    page.get_by_role("switch", name="Compare with the time before").click()
    expect(table.get_by_text("Than before")).to_be_visible()
    expect(table.get_by_text(re.compile(r"^[+\u2212].*%\)$")).first).to_be_visible()
    page.get_by_label("Put together by").get_by_text("Project").click()
    expect(part(page, "By project").get_by_text("Tracked")).to_be_visible()
    assert "by=project" in page.url
    assert "compare=1" in page.url


def test_bars_are_read_as_a_table_too(person: Eyes) -> None:
    page = person.page
    open_reports(page)
    page.get_by_text("Days as a table").click()
    rows = page.get_by_role("group", name="Days as a table").get_by_role("row")
    expect(rows).to_have_count(29)
    open_reports(page, **{"from": "2026-01-01", "to": "2026-12-31"}, by="entity")
    expect(part(page, "Weeks").or_(page.get_by_text("Nothing was recorded"))).to_be_visible()


def test_arrows_go_about_in_the_hours_of_the_week(person: Eyes) -> None:
    page = person.page
    open_reports(page)
    last_90_days(page)
    map_ = page.get_by_role("group", name="Hours of the week")
    first = map_.get_by_role("button", name=re.compile("^Mon 0:00: "))
    first.focus()
    for _ in range(14):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    cell = map_.get_by_role("button", name=re.compile("^Tue 14:00: "))
    expect(cell).to_be_focused()
    page.keyboard.press("Enter")
    drawer = page.get_by_role("dialog", name="Tue, 14:00 to 15:00")
    expect(drawer.get_by_text(re.compile(r"over \d+ such days"))).to_be_visible()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(cell).to_be_focused()


def test_a_number_opens_what_is_behind_it(person: Eyes) -> None:
    page = person.page
    open_reports(page)
    last_90_days(page)
    page.get_by_role("button", name=re.compile(", Active: what is behind it")).click()
    drawer = page.get_by_role("dialog", name="Active")
    expect(drawer.get_by_text("comes within 10 min")).to_be_visible()
    drawer.get_by_role("button", name=re.compile(r"^\w{3} \d+ \w+")).first.click()
    intervals = drawer.get_by_role("table", name="Intervals")
    expect(
        intervals.get_by_role("row", name=re.compile("laptop|phone|coding")).first
    ).to_be_visible()
    drawer.get_by_label("What if the timeout were").fill("20")
    expect(drawer.get_by_text(re.compile("active instead of"))).to_be_visible()
    drawer.get_by_role("button", name="All days").click()
    expect(intervals).to_be_hidden()


def test_tracked_time_opens_its_entries(person: Eyes) -> None:
    page = person.page
    open_reports(page)
    last_90_days(page)
    page.get_by_role("button", name=re.compile(", Tracked: what is behind it")).click()
    drawer = page.get_by_role("dialog", name="Tracked")
    drawer.get_by_role("button", name=re.compile(r"^\w{3} \d+ \w+")).first.click()
    expect(
        drawer.get_by_role("table", name="Time entries").get_by_role("row").nth(1)
    ).to_be_visible()


def test_focus_says_what_its_words_mean(person: Eyes) -> None:
    page = person.page
    open_reports(page)
    page.get_by_role("tab", name="Focus").click()
    expect(page.get_by_text("25 min or more in one category")).to_be_visible()
    page.get_by_role("button", name=re.compile("Deep work: what is behind it")).click()
    drawer = page.get_by_role("dialog", name="Deep work")
    drawer.get_by_role("button", name=re.compile(r"^\w{3} \d+ \w+")).first.click()
    expect(drawer.get_by_text(re.compile(r"\d+ switches"))).to_be_visible()


def test_estimates_are_compared_in_plain_words(person: Eyes) -> None:
    page = person.page
    open_reports(page, view="estimates")
    last_90_days(page)
    expect(page.get_by_text(re.compile(r"^Half of the \d+ tasks took "))).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("Estimate against actual"))).to_be_visible()
    tasks = part(page, "Tasks")
    expect(tasks.get_by_role("row")).to_have_count(21)
    tasks.get_by_role("button", name=re.compile("Show all")).click()
    expect(tasks.get_by_role("row").nth(21)).to_be_visible()


def test_an_insight_is_dismissed_and_taken_back(person: Eyes, told: None) -> None:
    page = person.page
    open_reports(page, view="days")
    insight = page.get_by_role("article").filter(has_text=TOLD)
    insight.get_by_role("button", name=re.compile("^Evidence")).click()
    drawer = page.get_by_role("dialog", name="Evidence")
    expect(drawer.get_by_role("row", name="Over 90 of 182 days")).to_be_visible()
    expect(drawer.get_by_role("row", name="before 3, 4")).to_be_visible()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    insight.get_by_role("button", name=re.compile("^Dismiss")).click()
    expect(insight).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(insight).to_be_visible()


def test_days_have_kinds_and_a_week_is_on_one_page(person: Eyes) -> None:
    page = person.page
    open_reports(page, view="days", week="last")
    kinds = part(page, "Kinds of days")
    kinds.get_by_role("button", name=re.compile("regular|deep|short|meetings|off")).first.click()
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_text(re.compile("The rule of “"))).to_be_visible()
    page.keyboard.press("Escape")
    expect(part(page, "Your segments").get_by_text("Steady")).to_be_visible()
    with page.expect_popup() as opened:
        page.get_by_role("button", name="To read or print").click()
    expect(opened.value.get_by_role("heading", name="Your week")).to_be_visible()


def test_an_analyst_sees_segments_and_nobody_of_fewer_than_five(operator: Eyes) -> None:
    page = operator.page
    open_reports(page)
    page.get_by_role("tab", name="Segments").click()
    people = part(page, "Segments of people")
    expect(people.get_by_role("row", name=re.compile("Steady.*under five people"))).to_be_visible()
    people.get_by_role("button", name="Steady").click()
    expect(part(page, "Steady").get_by_text("Not shown: under five people")).to_be_visible()
    page.reload()
    expect(part(page, "Steady").get_by_text("Not shown: under five people")).to_be_visible()


def test_others_have_no_segments(person: Eyes) -> None:
    page = person.page
    open_reports(page, view="segments")
    expect(page.get_by_role("tab", name="Hours")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("tab", name="Segments")).to_have_count(0)


def test_what_is_shown_is_downloaded(person: Eyes, tmp_path: Path) -> None:
    page = person.page
    open_reports(page)
    last_90_days(page)

    def download(name: str) -> str:
        page.get_by_role("button", name="Download").click()
        with page.expect_download() as found:
            page.get_by_role("menuitem", name=name).click()
        found.value.save_as(tmp_path / "file")
        return (tmp_path / "file").read_text()

    days = download("Days (CSV)").splitlines()
    assert days[0].startswith("Date,Hours long,Active,Focus,Tracked,Events,")
    assert len(days) == 91
    assert "coding," in download("Category totals (CSV)")
    assert "Total" in download("Timesheet of the last week shown (CSV)").title()


def test_the_range_is_in_the_address_and_survives_a_reload(person: Eyes) -> None:
    page = person.page
    open_reports(page)
    end = datetime.now(UTC).date() - timedelta(days=10)
    begin = end - timedelta(days=20)
    page.get_by_label("From").fill(begin.isoformat())
    page.get_by_label("To", exact=True).fill(end.isoformat())
    assert f"from={begin}" in page.url
    assert f"to={end}" in page.url
    page.reload()
    expect(page.get_by_label("From")).to_have_value(begin.isoformat())
    expect(page.get_by_role("combobox", name="Range")).to_have_value("Custom")
    page.get_by_label("From").fill((end + timedelta(days=1)).isoformat())
    expect(page.get_by_text("The first day is after the last.")).to_be_visible()
    assert f"from={begin}" in page.url


def test_a_year_without_data_leads_to_connect(person: Eyes) -> None:
    page = person.page
    for view in ("hours", "focus"):
        open_reports(page, view=view, **{"from": "2020-01-01", "to": "2020-12-31"})
        expect(page.get_by_role("link", name="Connect what you use")).to_be_visible()
    open_reports(page, view="estimates", **{"from": "2020-01-01", "to": "2020-12-31"})
    expect(page.get_by_role("link", name="To the tasks")).to_be_visible()
    person.find_no_barriers()


LOADED = {
    "Hours": "Hours of the week",
    "Focus": "What the words mean",
    "Estimates": "Tasks",
    "Days": "Week on one page",
    "Segments": "Kinds of days",
}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_reports_has_no_barriers(
    open_page: Callable[..., Eyes], demo: Demo, width: str, dark: bool
) -> None:
    eyes = open_page(demo.url, width=width, dark=dark)
    signed_in(eyes, "operator@demo.example", demo.password)
    page = eyes.page
    open_reports(page, compare="1", by="project", segment="steady")
    for view, last in LOADED.items():
        page.get_by_role("tab", name=view).click()
        expect(page.get_by_role("heading", name=last, exact=True)).to_be_visible()
        expect(page.get_by_role("status", name="Loading")).to_have_count(0)
        eyes.find_no_barriers()
        across = page.evaluate("document.documentElement.scrollWidth")
        assert across <= WIDTHS[width][0], view
        eyes.take_shot(f"reports-{view.lower()}")
    page.get_by_role("tab", name="Hours").click()
    page.get_by_role("button", name=re.compile(", Active: what is behind it")).click()
    expect(page.get_by_role("dialog").get_by_role("button").nth(1)).to_be_visible()
    eyes.find_no_barriers()
    eyes.take_shot("reports-evidence")
