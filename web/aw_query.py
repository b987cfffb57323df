"""The dialect of ActivityWatch's clients: queries over buckets.

They are computed over the merged events of the caller's own buckets, within bounds of time and size
(`query_s`, `max_bucket_events`); what the language does not know, or what grows beyond, is 400.
"""

import inspect
import time
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, NamedTuple, get_args
from uuid import UUID

import msgspec
from msgspec import Meta

from models import buckets
from models.buckets import Bucket
from pipeline.steps.instants import as_datetime
from web import aw_store
from web.aw_buckets import PATH, TAGS
from web.aw_functions import FUNCTIONS
from web.aw_language import BadQuery, Call, Expression, ListOf, Literal, Statement, Variable, parse
from web.aw_query_events import QueryEvent
from web.aw_reports import Report
from web.callers import Caller
from web.caught_up import caught_up
from web.context import Context
from web.problems import Problem
from web.routes import READ, READS, route

#: Events that all functions of a query make together, as a multiple of what one may.
_MOST_MADE = 10

Period = Annotated[str, Meta(description="Begin and end, ISO 8601, with a slash between")]


class Query(msgspec.Struct, frozen=True):
    """A query, in pieces that belong together, and the periods to answer it for."""

    query: list[str]
    timeperiods: Annotated[list[Period], Meta(max_length=1000)]


class Name(msgspec.Struct, frozen=True):
    """What clients send beside a query; nothing is kept by that name."""

    name: str = ""
    cache: int = 0


@route(
    "POST",
    f"{PATH}/query/",
    summary="Answer a query in ActivityWatch's language for each of the periods",
    tags=TAGS,
    access=READ,
    limit=READS,
    errors=(413,),
)
async def post_query(context: Context, caller: Caller, query: Name, body: Query) -> list[Any]:
    """Read it, then compute it off the loop."""
    try:
        statements = parse("\n".join(body.query))
        periods = [_period(text) for text in body.timeperiods]
        await caught_up(context, caller.user_id)
        settings = context.settings
        until = time.monotonic() + settings.query_s
        return await context.database.run(
            _answer,
            caller.user_id,
            statements,
            periods,
            query.name,
            settings.max_bucket_events,
            until,
        )
    except BadQuery as error:
        raise Problem(400, "bad-query", str(error)) from None


class Sized(NamedTuple):
    """A value, and how many there are in it: one may hold another many times."""

    value: Any
    size: int = 1


class Evaluation:
    """One query over one period; it spends of what is left for all periods."""

    def __init__(
        self,
        user_id: UUID,
        own: list[Bucket],
        period: tuple[str, str],
        name: str,
        most: int,
        until: float,
    ) -> None:
        self._user_id = user_id
        self._buckets = own
        self._lower, self._upper = map(_moment, period)
        self._most = most
        self._made = 0
        self._until = until
        start, end = period
        names: dict[str, Any] = {"NAME": name, "STARTTIME": start, "ENDTIME": end}
        names |= {"true": True, "True": True, "false": False, "False": False}
        self._values = {key: Sized(value) for key, value in names.items()}
        self._functions: dict[str, Callable[..., Any]] = {
            **FUNCTIONS,
            "find_bucket": self._find_bucket,
            "query_bucket": self._query_bucket,
            "query_bucket_eventcount": self._query_bucket_eventcount,
            "nop": lambda: 1,
        }

    def run(self, statements: list[Statement]) -> Any:
        """What the statements assign to RETURN."""
        for statement in statements:
            self._values[statement.name] = self._value(statement.value)
        if "RETURN" not in self._values:
            raise BadQuery("Nothing is assigned to RETURN")
        return self._values["RETURN"].value

    def _value(self, expression: Expression) -> Sized:
        if time.monotonic() > self._until:
            raise BadQuery("The query takes too long")
        match expression:
            case Literal(value):
                return Sized(value)
            case Variable(name):
                if name not in self._values:
                    raise BadQuery(f"{name} is not defined")
                return self._values[name]
            case Call(function, arguments):
                return self._call(function, [self._value(each).value for each in arguments])
            case ListOf(items):
                parts = [self._value(each) for each in items]
                return self._sized([part.value for part in parts], parts)
        pairs = {key: self._value(each) for key, each in expression.items.items()}
        return self._sized({key: part.value for key, part in pairs.items()}, list(pairs.values()))

    def _sized(self, value: Any, parts: list[Sized]) -> Sized:
        size = 1 + sum(part.size for part in parts)
        if size > self._most:
            raise BadQuery(f"A value holds more than {self._most} others")
        return Sized(value, size)

    def _call(self, name: str, arguments: list[Any]) -> Sized:
        function = self._functions.get(name)
        if function is None:
            raise BadQuery(f"There is no function {name}")
        _check(name, function, arguments)
        found = function(*arguments)
        size = len(found) if isinstance(found, list) else 1
        if size > self._most:
            raise BadQuery(f"{name} makes more than {self._most} events")
        self._made += size
        if self._made > _MOST_MADE * self._most:
            raise BadQuery("The query makes too many events")
        return Sized(found, 1 + size)

    def _find_bucket(self, text: str, hostname: str = "") -> str:
        for bucket in self._buckets:
            if text in bucket.id and hostname in ("", bucket.hostname):
                return bucket.id
        raise BadQuery(f"There is no bucket with {text!r} in its name")

    def _query_bucket(self, name: str) -> list[QueryEvent]:
        if all(bucket.id != name for bucket in self._buckets):
            raise BadQuery(f"There is no bucket {name!r}")
        chains = aw_store.read(self._user_id, name, self._lower, self._upper, -1, self._most)
        return [
            QueryEvent(each.start, each.end, msgspec.json.decode(each.data), int(each.ids[0]))
            for each in chains
        ]

    def _query_bucket_eventcount(self, name: str) -> int:
        return len(self._query_bucket(name))


def _answer(
    user_id: UUID,
    statements: list[Statement],
    periods: list[tuple[str, str]],
    name: str,
    most: int,
    until: float,
) -> list[Any]:
    own = [listed.bucket for listed in buckets.of_user(user_id)]
    return [
        _shown(Evaluation(user_id, own, period, name, most, until).run(statements))
        for period in periods
    ]


def _check(name: str, function: Callable[..., Any], arguments: list[Any]) -> None:
    """Raise `BadQuery` unless the arguments are as many and of such types as the function takes."""
    wanted = list(inspect.signature(function).parameters.values())
    required = sum(one.default is one.empty for one in wanted)
    if not required <= len(arguments) <= len(wanted):
        raise BadQuery(f"{name} takes {len(wanted)} arguments, not {len(arguments)}")
    for parameter, argument in zip(wanted, arguments, strict=False):
        if not _fits(parameter.annotation, argument):
            raise BadQuery(f"{name}: {parameter.name} is not what it takes")


def _fits(annotation: Any, argument: Any) -> bool:
    if annotation in (str, int):
        return type(argument) is annotation
    if annotation is float:
        return type(argument) in (int, float) and 0 <= argument <= 1e9
    is_list = isinstance(argument, list)
    if get_args(annotation) == (QueryEvent,):
        return is_list and all(isinstance(each, QueryEvent) for each in argument)
    return is_list


def _shown(value: Any) -> Any:
    if isinstance(value, QueryEvent):
        return {
            "id": value.id,
            "timestamp": as_datetime(value.start),
            "duration": value.duration / 1_000_000,
            "data": value.data,
        }
    if isinstance(value, dict):
        return {key: _shown(each) for key, each in value.items()}
    return [_shown(each) for each in value] if isinstance(value, list) else value


def _period(text: str) -> tuple[str, str]:
    start, is_period, end = text.partition("/")
    if not is_period or _moment(start) > _moment(end):
        raise BadQuery(f"Not a period: {text[:100]!r}")
    return start, end


def _moment(text: str) -> int:
    try:
        return Report(datetime.fromisoformat(text)).begin_us
    except ValueError:
        raise BadQuery(f"Not an instant: {text[:100]!r}") from None
