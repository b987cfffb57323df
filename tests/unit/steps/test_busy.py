"""When a calendar leaves no time: repetitions, whole days, zones."""

from datetime import date

import pytest

from pipeline.steps.busy import NoCalendar, busy

FIRST, LAST = date(2026, 3, 23), date(2026, 4, 5)


def calendar(*lines: str) -> str:
    event = "\r\n".join(("BEGIN:VEVENT", "UID:1", "DTSTAMP:20260101T000000Z", *lines, "END:VEVENT"))
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{event}\r\nEND:VCALENDAR\r\n"


def times(*lines: str, most: int = 100) -> list[tuple[str, str]]:
    found = busy(calendar(*lines), "Europe/Berlin", FIRST, LAST, most)
    return [(one.start[:16], one.end[:16]) for one in found]


def test_what_repeats_keeps_to_the_clock_on_the_wall() -> None:
    lines = ("DTSTART:20260301T090000", "DTEND:20260301T100000", "RRULE:FREQ=WEEKLY;BYDAY=SU")
    assert times(*lines) == [
        ("2026-03-29T07:00", "2026-03-29T08:00"),
        ("2026-04-05T07:00", "2026-04-05T08:00"),
    ]


def test_a_whole_day_is_one_of_the_persons_and_as_long_as_theirs() -> None:
    lines = ("DTSTART;VALUE=DATE:20260329",)
    assert times(*lines) == [("2026-03-28T23:00", "2026-03-29T22:00")]


def test_exceptions_are_left_out() -> None:
    lines = ("DTSTART:20260324T090000Z", "DTEND:20260324T091500Z", "RRULE:FREQ=DAILY;COUNT=3")
    assert len(times(*lines)) == 3
    assert len(times(*lines, "EXDATE:20260325T090000Z")) == 2


@pytest.mark.parametrize(
    "line", ["TRANSP:TRANSPARENT", "STATUS:CANCELLED", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"]
)
def test_what_leaves_one_free_does_not_count(line: str) -> None:
    assert times("DTSTART:20260324T090000Z", "DTEND:20260324T100000Z", line) == []


def test_titles_are_plain_text() -> None:
    lines = ("DTSTART:20260324T090000Z", "DTEND:20260324T100000Z", "SUMMARY:a\\, b\\n\u200b🎉")
    (block,) = busy(calendar(*lines), "UTC", FIRST, LAST, 10)
    assert block.title == "a, b🎉"


@pytest.mark.parametrize(
    "text", ["", "hello", "<html></html>", "BEGIN:VCALENDAR", "BEGIN:VCALENDAR\nDTSTART:x",
             "BEGIN:VEVENT\r\nEND:VEVENT"],
)  # fmt: skip
def test_what_is_no_calendar_is_told(text: str) -> None:
    with pytest.raises(NoCalendar):
        busy(text, "UTC", FIRST, LAST, 10)


def test_too_many_events_are_told() -> None:
    lines = ("DTSTART:20260324T090000Z", "DTEND:20260324T091500Z", "RRULE:FREQ=HOURLY")
    with pytest.raises(NoCalendar, match="more than 50"):
        times(*lines, most=50)
