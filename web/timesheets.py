"""A week of tracked time: projects by days, as JSON and as a table for spreadsheets."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from models import timesheets
from pipeline.periods import periods_of
from pipeline.steps.days import SECOND_US, day_at, pieces
from pipeline.steps.instants import as_us
from pipeline.steps.timesheet import by_project_and_day
from pipeline.steps.workday import Tracked
from web.callers import Caller
from web.context import Context
from web.fields import check_day
from web.ranges import Seconds
from web.routes import READ, READS, route

_WEEK = 7
#: What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Week(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The week that holds the date (today's); 1: it begins on Monday, 7: on Sunday."""

    day: date | None = msgspec.field(name="date", default=None)
    starts_on: Annotated[int, Meta(ge=1, le=7)] = 1


class Row(msgspec.Struct, frozen=True):
    """Time tracked for a project on each day; null: for none."""

    project_id: UUID | None
    project: str
    days_s: list[Seconds]
    total_s: Seconds


class Timesheet(msgspec.Struct, frozen=True):
    """Local days, entries cut at their bounds; the running timer counts until now.

    Rows are in the order of the projects' names. A project that was deleted keeps its time.
    """

    days: list[date]
    rows: list[Row]
    days_s: list[Seconds]
    total_s: Seconds


@route(
    "GET",
    "/analytics/timesheet",
    summary="A week of tracked time, project by day",
    tags=("analytics",),
    access=READ,
    limit=READS,
)
async def get_timesheet(context: Context, caller: Caller, query: Week) -> Timesheet:
    """Read the week."""
    return await context.database.run(_timesheet, caller.user_id, query, datetime.now(UTC))


@route(
    "GET",
    "/analytics/timesheet.csv",
    summary="The same as CSV: decimal hours",
    tags=("analytics",),
    access=READ,
    limit=READS,
    media="text/csv; charset=utf-8",
)
async def get_timesheet_csv(context: Context, caller: Caller, query: Week) -> bytes:
    """Read the week and write it as RFC 4180 says."""
    now = datetime.now(UTC)
    sheet = await context.database.run(_timesheet, caller.user_id, query, now)
    return _as_csv(sheet).encode()


def _timesheet(user_id: UUID, asked: Week, now: datetime) -> Timesheet:
    check_day("date", asked.day)
    periods = periods_of([user_id])[user_id]
    days = _week(asked.day or day_at(periods, as_us(now)), asked.starts_on)
    times = [pieces(periods, day) for day in days]
    bounds = [piece for day in times for piece in day]
    found = timesheets.tracked(user_id, bounds[0].start, bounds[-1].end, as_us(now))
    table = by_project_and_day((Tracked(*entry) for entry in found), times)
    names = timesheets.names(user_id, [id for id in table if id])
    rows = [_row(id, names.get(id, ""), table[id]) for id in table]
    totals = [sum(table[id][number] for id in table) for number in range(_WEEK)]
    return Timesheet(
        days,
        sorted(rows, key=lambda row: (row.project_id is None, row.project.lower())),
        _in_seconds(totals),
        sum(totals) / SECOND_US,
    )


def _week(day: date, starts_on: int) -> list[date]:
    first = day - timedelta(days=(day.isoweekday() - starts_on) % _WEEK)
    return [first + timedelta(days=number) for number in range(_WEEK)]


def _row(id: str, name: str, us: Sequence[int]) -> Row:
    return Row(UUID(id) if id else None, name, _in_seconds(us), sum(us) / SECOND_US)


def _in_seconds(us: Sequence[int]) -> list[float]:
    return [each / SECOND_US for each in us]


def _as_csv(sheet: Timesheet) -> str:
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(["project", *(day.isoformat() for day in sheet.days), "total"])
    for row in sheet.rows:
        table.writerow([_harmless(row.project), *_in_hours(row.days_s), *_in_hours([row.total_s])])
    table.writerow(["total", *_in_hours(sheet.days_s), *_in_hours([sheet.total_s])])
    return text.getvalue()


def _harmless(name: str) -> str:
    """A name that no spreadsheet runs (OWASP, CSV injection)."""
    return f"'{name}" if name.startswith(_FORMULA) else name


def _in_hours(seconds: Sequence[float]) -> list[str]:
    return [f"{each / 3600:.4f}" for each in seconds]
