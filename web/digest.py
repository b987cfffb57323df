"""A week of the caller's on one page: as JSON, and as HTML to read or to print."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from html import escape
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from models import insights, user_days
from pipeline.periods import periods_of
from pipeline.steps.durations import hours, weekday
from pipeline.steps.user_day import UserDay
from pipeline.user_days import between
from web.callers import Caller
from web.context import Context
from web.days import today_of
from web.docs import STYLE
from web.fields import check_day
from web.insights import Insight, shown
from web.ranges import Answer, Seconds, derived_with
from web.routes import READ, READS, route

_WEEK = timedelta(days=7)
_ONE_DAY = timedelta(days=1)
_MOST = 8


class Asked(msgspec.Struct, frozen=True):
    """A day of the week; null: the last week that is over. 1 is Monday."""

    day: date | None = msgspec.field(name="date", default=None)
    starts_on: Annotated[int, Meta(ge=1, le=7)] = 1


class WeekTotals(msgspec.Struct, frozen=True, kw_only=True):
    """What the days of a week add up to."""

    active_s: Seconds
    focus_s: Seconds
    deep_s: Seconds
    meeting_s: Seconds
    tracked_s: Seconds
    tasks_created: int
    tasks_done: int
    active_days: int


class DigestDay(msgspec.Struct, frozen=True, kw_only=True):
    """A day of the week, with its type by rules; null: nothing is known of it."""

    date: date
    active_s: Seconds
    focus_s: Seconds
    tracked_s: Seconds
    type: str | None


class Share(msgspec.Struct, frozen=True):
    """What went into one thing, and in the week before."""

    key: str
    active_s: Seconds
    before_s: Seconds


class Digest(Answer, frozen=True, kw_only=True):
    """The week, beside the one before. The most of each; the insights of its days that hold."""

    first: date = msgspec.field(name="from")
    last: date = msgspec.field(name="to")
    totals: WeekTotals
    before: WeekTotals
    days: list[DigestDay]
    categories: list[Share]
    projects: list[Share]
    top_day: date | None
    insights: list[Insight]


@route(
    "GET",
    "/digest",
    summary="A week on one page",
    tags=("intelligence",),
    access=READ,
    limit=READS,
)
async def get_digest(context: Context, caller: Caller, query: Asked) -> Digest:
    """Read the week."""
    return await context.database.run(_digest, caller.user_id, query, datetime.now(UTC))


@route(
    "GET",
    "/digest.html",
    summary="The same to read or to print",
    tags=("intelligence",),
    access=READ,
    limit=READS,
    media="text/html; charset=utf-8",
)
async def get_digest_page(context: Context, caller: Caller, query: Asked) -> bytes:
    """Read the week and write it as a page of its own."""
    found = await context.database.run(_digest, caller.user_id, query, datetime.now(UTC))
    return "".join(_page(found)).encode()


def _digest(user_id: UUID, asked: Asked, now: datetime) -> Digest:
    check_day("date", asked.day)
    day = asked.day or today_of(user_id, now) - _WEEK
    first = day - timedelta(days=(day.isoweekday() - asked.starts_on) % 7)
    last = first + _WEEK - _ONE_DAY
    known = between(user_id, first - _WEEK, last)
    days = [one for one in known if one.date >= first]
    before = [one for one in known if one.date < first]
    types = {one: type for one, type, *_ in user_days.types(user_id, first, last)}
    by_date = {one.date: one for one in days}
    top = max(days, key=lambda one: (one.active_s, one.tracked_s), default=None)
    return Digest(
        **derived_with(user_id, periods_of([user_id])[user_id]),
        first=first,
        last=last,
        totals=_totals(days),
        before=_totals(before),
        days=[_day(first + n * _ONE_DAY, by_date, types) for n in range(7)],
        categories=_shares(days, before, lambda one: one.by_category),
        projects=_shares(days, before, lambda one: one.by_project),
        top_day=top.date if top and max(top.active_s, top.tracked_s) > 0 else None,
        insights=[shown(row) for row in insights.of_days(user_id, first, last)],
    )


def _totals(days: Sequence[UserDay]) -> WeekTotals:
    return WeekTotals(
        active_s=sum(day.active_s for day in days),
        focus_s=sum(day.focus_s for day in days),
        deep_s=sum(day.deep_s for day in days),
        meeting_s=sum(day.meeting_s for day in days),
        tracked_s=sum(day.tracked_s for day in days),
        tasks_created=sum(day.tasks_created for day in days),
        tasks_done=sum(day.tasks_done for day in days),
        active_days=sum(day.active_s > 0 or day.tracked_s > 0 for day in days),
    )


def _day(day: date, days: dict[date, UserDay], types: dict[date, str]) -> DigestDay:
    known = days.get(day)
    return DigestDay(
        date=day,
        active_s=known.active_s if known else 0.0,
        focus_s=known.focus_s if known else 0.0,
        tracked_s=known.tracked_s if known else 0.0,
        type=types.get(day),
    )


def _shares(
    days: Iterable[UserDay], before: Iterable[UserDay], of: Callable[[UserDay], dict[str, float]]
) -> list[Share]:
    now, then = _sums(map(of, days)), _sums(map(of, before))
    most = sorted(now.items(), key=lambda one: (-one[1], one[0]))[:_MOST]
    return [Share(key, seconds, then.get(key, 0.0)) for key, seconds in most]


def _sums(parts: Iterable[dict[str, float]]) -> dict[str, float]:
    found: dict[str, float] = {}
    for part in parts:
        for key, seconds in part.items():
            found[key] = found.get(key, 0.0) + seconds
    return found


def _page(found: Digest) -> Iterator[str]:
    title = f"Your week from {found.first} to {found.last}"
    yield f"<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title>"
    yield f"<meta name=viewport content='width=device-width'><style>{STYLE}</style>"
    yield f"<h1>{title}</h1>"
    yield from _table(("", "this week", "before"), _total_rows(found))
    yield "<h2>Days</h2>"
    yield from _table(
        ("day", "active", "focus", "tracked", "type"),
        [
            (
                f"{weekday(day.date)} {day.date}",
                *map(hours, (day.active_s, day.focus_s, day.tracked_s)),
                day.type or "",
            )
            for day in found.days
        ],
    )
    for name, shares in (("Categories", found.categories), ("Projects", found.projects)):
        if shares:
            yield f"<h2>{name}</h2>"
            rows = [(one.key or "none", hours(one.active_s), hours(one.before_s)) for one in shares]
            yield from _table(("", "this week", "before"), rows)
    if found.insights:
        yield "<h2>What your days say</h2><ul>"
        yield from (f"<li>{escape(one.text)}" for one in found.insights)
        yield "</ul>"
    yield "</html>"


def _total_rows(found: Digest) -> list[tuple[str, str, str]]:
    now, then = found.totals, found.before
    return [
        ("active", hours(now.active_s), hours(then.active_s)),
        ("focus", hours(now.focus_s), hours(then.focus_s)),
        ("deep work", hours(now.deep_s), hours(then.deep_s)),
        ("meetings", hours(now.meeting_s), hours(then.meeting_s)),
        ("tracked", hours(now.tracked_s), hours(then.tracked_s)),
        ("tasks done", str(now.tasks_done), str(then.tasks_done)),
        ("active days", str(now.active_days), str(then.active_days)),
    ]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"<table><tr>{''.join(f'<th>{escape(one)}</th>' for one in head)}</tr>"
    for row in rows:
        yield f"<tr>{''.join(f'<td>{escape(one)}</td>' for one in row)}</tr>"
    yield "</table>"
