"""Categories and tags of events by the rules that a query of ActivityWatch's language brings."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from web.aw_language import BadQuery
from web.aw_query_events import Events, QueryEvent, check_effort, pattern


def categorize(events: Events, classes: Sequence[Any]) -> list[QueryEvent]:
    """With the category of the deepest rule that fits, the last of them."""
    check_effort(events, classes)
    rules = [_rule(one) for one in classes]

    def category(data: Mapping[str, Any]) -> list[str]:
        fitting = [(rank, name) for name, rank, fits in rules if fits(data)]
        best = max((rank for rank, _ in fitting), default=None)
        return next((name for rank, name in reversed(fitting) if rank == best), ["Uncategorized"])

    return [e._replace(data={**e.data, "$category": category(e.data)}) for e in events]


def tag(events: Events, classes: Sequence[Any]) -> list[QueryEvent]:
    """With the names of all rules that fit."""
    check_effort(events, classes)
    rules = [_rule(one) for one in classes]
    return [
        e._replace(data={**e.data, "$tags": [name for name, _, fits in rules if fits(e.data)]})
        for e in events
    ]


_Fits = Callable[[Mapping[str, Any]], bool]


def _rule(given: Any) -> tuple[Any, int, _Fits]:
    """Name, rank and test of a class: `[name, {regex, ignore_case, select_keys, priority}]`."""
    match given:
        case [name, dict() as rule]:
            pass
        case _:
            raise BadQuery("A class is a pair of its name and its rule")
    regex, keys, rank = rule.get("regex"), rule.get("select_keys"), rule.get("priority")
    if not isinstance(rank, int):
        rank = 10 * len(name) if isinstance(name, list) else 0
    if not isinstance(regex, str) or not regex:
        return name, rank, lambda data: False
    search = pattern(regex, ignore_case=bool(rule.get("ignore_case"))).search

    def fits(data: Mapping[str, Any]) -> bool:
        values: Iterable[Any] = (
            map(data.get, keys) if isinstance(keys, list) and keys else data.values()
        )
        return any(isinstance(value, str) and search(value) for value in values)

    return name, rank, fits
