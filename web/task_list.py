"""Lists of the caller's tasks: filtered, sorted, page by page."""

import math
from datetime import UTC, date, datetime
from typing import Annotated, Literal, get_args
from uuid import UUID

import msgspec
from msgspec import Meta

from models import task_pages
from models.task_pages import Order, Place, Sort, Wanted
from pipeline.periods import periods_of
from pipeline.steps.days import Period, day_at, period_at
from pipeline.steps.instants import as_us
from web.callers import Caller
from web.context import Context
from web.cursors import cursor_of, place_of
from web.days import begin_of
from web.fields import check_day, check_instant
from web.problems import invalid
from web.routes import READ, READS, route
from web.tasks import Status, Task, shown

_OPEN: tuple[Status, ...] = ("todo", "doing", "waiting")
_STATUSES = frozenset(get_args(Status))

SortName = Literal[
    "position", "due", "priority", "created", "updated",
    "-position", "-due", "-priority", "-created", "-updated",
]  # fmt: skip


_HEX = "[0-9a-fA-F]"
IdOrNone = Annotated[
    str, Meta(pattern=rf"^(none|{_HEX}{{8}}(-{_HEX}{{4}}){{3}}-{_HEX}{{12}})$", examples=["none"])
]


class Tasks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Conditions that all hold.

    `status`: one, several with commas, or `open` (todo, doing, waiting). `project` and `parent`: an
    id, or `none`. `due_before`: a local day, or an instant. `q`: words of title and notes, or their
    beginnings. A minus before the sort turns it round; what has nothing to sort by comes last.
    """

    status: Annotated[str, Meta(max_length=100, examples=["open"])] | None = None
    project: IdOrNone | None = None
    tag: Annotated[str, Meta(max_length=200, examples=["deep"])] | None = None
    due_before: Annotated[str, Meta(max_length=40, examples=["2026-11-27"])] | None = None
    q: Annotated[str, Meta(min_length=1, max_length=500)] | None = None
    parent: IdOrNone | None = None
    planned: date | None = None
    sort: SortName = "position"
    limit: Annotated[int, Meta(ge=1, le=1000)] = 100
    cursor: str | None = None


class TaskPage(msgspec.Struct, frozen=True):
    """In the order asked for; the cursor leads to the next page of the same sort."""

    items: list[Task]
    next_cursor: str | None


class _PageEnd(msgspec.Struct, frozen=True):
    sort: str
    key: float
    id: UUID


@route("GET", "/tasks", summary="Tasks", tags=("work",), access=READ, limit=READS)
async def get_tasks(context: Context, caller: Caller, query: Tasks) -> TaskPage:
    """Read a page."""
    after = _after(query)
    return await context.database.run(_page, caller.user_id, query, after, datetime.now(UTC))


def _page(user_id: UUID, query: Tasks, after: Place | None, now: datetime) -> TaskPage:
    periods = periods_of([user_id])[user_id]
    sort = Sort(_order(query.sort), query.sort.startswith("-"))
    zone = period_at(periods, as_us(now)).zone
    wanted = _wanted(query, periods)
    found = task_pages.page(user_id, wanted, sort, after, query.limit + 1, zone)
    items = found[: query.limit]
    end = None
    if len(found) > query.limit:
        key, last = items[-1]
        end = cursor_of(_PageEnd(query.sort, _finite(key), last.id))
    return TaskPage([shown(row) for _, row in items], end)


def _wanted(query: Tasks, periods: tuple[Period, ...]) -> Wanted:
    check_day("planned", query.planned)
    return Wanted(
        statuses=_statuses(query.status),
        project=_id(query.project),
        no_project=query.project == "none",
        tag=query.tag,
        due_before=None if query.due_before is None else _due_before(query.due_before, periods),
        words=query.q,
        parent=_id(query.parent),
        top_level=query.parent == "none",
        planned_on=query.planned,
    )


def _id(asked: str | None) -> UUID | None:
    return None if asked in (None, "none") else UUID(asked)


def _statuses(asked: str | None) -> tuple[str, ...]:
    if asked is None:
        return ()
    if asked == "open":
        return _OPEN
    names = tuple(asked.split(","))
    if not _STATUSES.issuperset(names):
        raise invalid("status", f"Not `open` or of {', '.join(get_args(Status))}")
    return names


def _due_before(asked: str, periods: tuple[Period, ...]) -> tuple[datetime, date]:
    """A day begins when it does for the person; a day that is due ends before an instant's day."""
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        return _due_before_instant(asked, periods)
    check_day("due_before", day)
    return begin_of(periods, day), day


def _due_before_instant(asked: str, periods: tuple[Period, ...]) -> tuple[datetime, date]:
    try:
        instant = msgspec.convert(asked, Annotated[datetime, Meta(tz=True)])
    except msgspec.ValidationError:
        raise invalid("due_before", "Neither a day nor an instant with a zone") from None
    check_instant("due_before", instant)
    return instant, day_at(periods, as_us(instant))


def _after(query: Tasks) -> Place | None:
    if query.cursor is None:
        return None
    end = place_of(query.cursor, _PageEnd)
    if end.sort != query.sort:
        raise invalid("cursor", "Of another sort")
    return Place(math.inf if end.key == _NO_KEY else end.key, end.id)


#: Stands for the key of what has nothing to sort by: JSON knows no infinity.
_NO_KEY = 2.0**1000


def _finite(key: float) -> float:
    return _NO_KEY if math.isinf(key) else key


def _order(sort: str) -> Order:
    order = sort.removeprefix("-")
    return next(one for one in get_args(Order) if one == order)
