"""A line of text becomes the task that a person would say it is."""

from datetime import date, datetime, time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.steps.quick_add import QuickTask, parse

WEDNESDAY = date(2026, 11, 25)
AT_TEN = datetime.combine(WEDNESDAY, time(10))
PROJECTS = ("Website", "Big garden")

#: Words that mean something, and others, for texts of any kind.
WORDS = (
    "write", "tomorrow", "next", "monday", "every", "every!", "other", "2", "in", "3", "days",
    "5pm", "14:00", "2h", "1h30m", "45min", "#work", "#1", "@website", "+nobody", "!high", "!2",
    "daily", "planned", "for", "by", "fri", "2026-12-01", "2026-99-99", '"', "\\", "“", "”", "(",
    ")", ",", ".", "and", "at", "🚀", "é", "İ", "\u00a0", "\u017funday", "\u202e", "\u05e9",
)  # fmt: skip
texts = st.one_of(
    st.text(max_size=80),
    st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join),
    st.lists(st.sampled_from(WORDS), max_size=12).map("".join),
)


def read(text: str) -> QuickTask:
    return parse(text, WEDNESDAY, AT_TEN, PROJECTS)


def taken(text: str) -> dict[str, str]:
    """What was recognised, by its kind."""
    return {piece.kind: text[piece.start : piece.end] for piece in read(text).pieces}


def test_what_is_recognised_leaves_the_title() -> None:
    text = "write report tomorrow 14:00 2h #work @website !high"
    task = read(text)
    assert task.title == "write report"
    assert (task.due_on, task.due_time) == (date(2026, 11, 26), time(14))
    assert (task.estimate_s, task.tags, task.project) == (7200, ["work"], "Website")
    assert (task.priority, task.often) == (3, None)
    assert taken(text) == {
        "due": "tomorrow", "time": "14:00", "estimate": "2h", "tag": "#work",
        "project": "@website", "priority": "!high",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("today", "2026-11-25"),
        ("Tomorrow", "2026-11-26"),
        ("friday", "2026-11-27"),
        ("by fri", "2026-11-27"),
        ("wednesday", "2026-12-02"),
        ("next monday", "2026-11-30"),
        ("next friday", "2026-12-04"),
        ("this sat", "2026-11-28"),
        ("next week", "2026-11-30"),
        ("in 3 days", "2026-11-28"),
        ("in a week", "2026-12-02"),
        ("in 3 months", "2027-02-25"),
        ("2026-12-24", "2026-12-24"),
        ("due 2026-12-24", "2026-12-24"),
        ("on monday", "2026-11-30"),
    ],
)
def test_a_day_is_said_in_many_words(words: str, day: str) -> None:
    task = read(f"write {words}")
    assert (task.title, task.due_on) == ("write", date.fromisoformat(day))
    assert task.due_time is None
    planned = read(f"write planned {words.removeprefix('by ').removeprefix('due ')}")
    assert (planned.title, planned.planned_on) == ("write", date.fromisoformat(day))
    assert planned.due_on is None


def test_a_month_that_is_too_short_ends_with_its_last_day() -> None:
    task = parse("x in 3 months", date(2026, 11, 30), AT_TEN)
    assert task.due_on == date(2027, 2, 28)


def test_it_may_be_planned_and_due() -> None:
    task = read("write planned today by friday")
    assert (task.planned_on, task.due_on) == (WEDNESDAY, date(2026, 11, 27))


@pytest.mark.parametrize(
    ("words", "at"),
    [("14:00", time(14)), ("5pm", time(17)), ("12am", time(0)), ("12pm", time(12)),
     ("at 5:30 PM", time(17, 30)), ("at 9:05", time(9, 5)), ("0:00", time(0))],
)  # fmt: skip
def test_a_time_is_said_in_many_words(words: str, at: time) -> None:
    assert read(f"call friday {words}")[:3] == ("call", date(2026, 11, 27), at)


def test_a_time_without_a_day_is_the_next_one() -> None:
    assert read("call 10:01").due_on == WEDNESDAY
    assert read("call 10:00").due_on == date(2026, 11, 26)
    assert read("call planned friday 9:00").due_on == date(2026, 11, 27)


@pytest.mark.parametrize(
    ("words", "seconds"),
    [("2h", 7200), ("1h30m", 5400), ("1h30", 5400), ("1h 30m", 5400), ("45min", 2700),
     ("1.5h", 5400), ("1,5 hours", 5400), ("90 minutes", 5400), ("for 2 hours", 7200)],
)  # fmt: skip
def test_a_duration_is_said_in_many_words(words: str, seconds: int) -> None:
    task = read(f"write {words}")
    assert (task.title, task.estimate_s) == ("write", seconds)


@pytest.mark.parametrize(
    ("words", "rule", "first"),
    [
        ("daily", "FREQ=DAILY", "2026-11-25"),
        ("every day 9:00", "FREQ=DAILY", "2026-11-26"),
        ("every monday", "FREQ=WEEKLY;BYDAY=MO", "2026-11-30"),
        ("every wednesday", "FREQ=WEEKLY;BYDAY=WE", "2026-11-25"),
        ("every wednesday 9:00", "FREQ=WEEKLY;BYDAY=WE", "2026-12-02"),
        ("every fri and mon", "FREQ=WEEKLY;BYDAY=MO,FR", "2026-11-27"),
        ("every monday, tuesday and sun", "FREQ=WEEKLY;BYDAY=MO,TU,SU", "2026-11-29"),
        ("every weekday", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "2026-11-25"),
        ("every other tuesday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "2026-12-01"),
        ("every 2 weeks", "FREQ=WEEKLY;INTERVAL=2", "2026-11-25"),
        ("monthly", "FREQ=MONTHLY", "2026-11-25"),
        ("every month on 2026-12-01", "FREQ=MONTHLY", "2026-12-01"),
        ("every year", "FREQ=YEARLY", "2026-11-25"),
    ],
)
def test_what_repeats_begins_with_the_next_day_that_fits(words: str, rule: str, first: str) -> None:
    task = read(f"water {words}")
    assert task.title == "water"
    assert task.often is not None
    assert (task.often.rule, task.often.from_completion) == (rule, False)
    assert task.due_on == date.fromisoformat(first)


def test_with_an_exclamation_mark_it_counts_from_the_completion() -> None:
    task = read("water every! 3 days")
    assert task.often is not None
    assert (task.often.rule, task.often.from_completion) == ("FREQ=DAILY;INTERVAL=3", True)


@pytest.mark.parametrize(
    "text",
    ["buy sun cream", "tomorrow's paper", "fix #123", "ask ada@example.org", "ask @nobody",
     "1 + 1", "back in 2 hours", "swim 400m", "every 0 days", "0h of work", "born 1234-01-01",
     "x 2026-13-45", "version 2.0", "13:00pm", "25:00", "wow!high", "\u017funday", "x 9999h"],
)  # fmt: skip
def test_what_only_looks_like_it_stays(text: str) -> None:
    task = read(text)
    assert (task.title, task.pieces) == (text, [])


def test_quotes_and_a_backslash_keep_words_as_they_are() -> None:
    assert read('read "every monday" today').title == 'read "every monday"'
    assert read("\\tomorrow never dies friday").title == "tomorrow never dies"
    assert read("see \\#work").tags == []
    assert read("“tomorrow” x").due_on is None


def test_the_first_of_a_kind_counts_but_every_tag() -> None:
    task = read("meet friday monday #a #b #a")
    assert (task.title, task.due_on) == ("meet monday", date(2026, 11, 27))
    assert task.tags == ["a", "b"]


def test_a_project_is_one_that_there_is_whatever_its_case() -> None:
    assert read("mow +WEBSITE").project == "Website"
    assert read('mow @"big garden" 1h')[:1] == ("mow",)
    assert read('mow @"big garden" 1h').project == "Big garden"
    assert (read("mow @lawn").project, read("mow @lawn").title) == (None, "mow @lawn")


def test_no_hole_is_left_before_a_comma() -> None:
    assert read("review by fri, then rest").title == "review, then rest"
    assert read("tomorrow, rest").title == "rest"


def test_places_count_characters_whatever_the_script() -> None:
    text = "🚀 \u05e9\u05dc\u05d5\u05dd tomorrow #\u0440\u0430\u0431\u043e\u0442\u0430"
    assert taken(text) == {"due": "tomorrow", "tag": text[-7:]}
    assert read(text).title == text[:6]


@given(texts)
def test_any_text_is_read_and_nothing_of_it_twice(text: str) -> None:
    task = read(text)
    ends = [(piece.start, piece.end) for piece in task.pieces]
    assert all(0 <= start < end <= len(text) for start, end in ends)
    assert all(before[1] <= after[0] for before, after in pairwise(ends))
    # What is kept is of the text, in its order.
    left = iter(text)
    assert all(letter in left for letter in task.title.replace(" ", ""))


@given(texts)
def test_nothing_is_recognised_inside_quotes(text: str) -> None:
    inside = text.replace('"', "")
    assert read(f'"{inside}"').pieces == []
