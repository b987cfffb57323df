"""What the functions of ActivityWatch's query language make of events."""

from typing import Any

import pytest

from web import aw_classes, aw_functions
from web.aw_language import BadQuery
from web.aw_query_events import QueryEvent

S = 1_000_000


def events(*spans: tuple[float, float, str]) -> list[QueryEvent]:
    return [QueryEvent(round(a * S), round(b * S), {"app": app}) for a, b, app in spans]


def spans(found: list[QueryEvent]) -> list[tuple[float, float, Any]]:
    return [(e.start / S, e.end / S, e.data.get("app")) for e in found]


def test_small_gaps_are_flooded() -> None:
    given = events((0, 10, "a"), (12, 20, "a"), (22, 30, "b"), (40, 50, "b"), (50, 50, "c"))
    assert spans(aw_functions.flood(given)) == [(0, 21, "a"), (21, 30, "b"), (40, 50, "b")]


def test_of_two_things_at_once_the_later_one_counts() -> None:
    assert spans(aw_functions.flood(events((0, 10, "a"), (4, 12, "b")))) == [
        (0, 4, "a"),
        (4, 12, "b"),
    ]


def test_only_the_time_of_the_filter_remains() -> None:
    there = events((3, 6, "x"), (5, 8, "x"), (12, 13, "x"))
    found = aw_functions.filter_period_intersect(events((0, 5, "a"), (5, 20, "b")), there)
    assert spans(found) == [(3, 5, "a"), (5, 8, "b"), (12, 13, "b")]


def test_a_union_covers_what_either_covers() -> None:
    found = aw_functions.period_union(events((0, 5, "a"), (9, 10, "a")), events((5, 7, "b")))
    assert spans(found) == [(0, 7, None), (9, 10, None)]


def test_the_first_has_precedence_in_a_union_without_overlap() -> None:
    found = aw_functions.union_no_overlap(
        events((2, 4, "a"), (6, 7, "a")), events((0, 10, "b"), (3, 3.5, "b"))
    )
    assert spans(found) == [
        (0, 2, "b"), (2, 4, "a"), (4, 6, "b"), (6, 7, "a"), (7, 10, "b"),
    ]  # fmt: skip


def test_what_agrees_in_its_keys_is_summed() -> None:
    given = events((0, 5, "a"), (5, 6, "b"), (9, 10, "a"))
    found = aw_functions.merge_events_by_keys(given, ["app"])
    assert [(e.data, e.duration // S) for e in found] == [({"app": "a"}, 6), ({"app": "b"}, 1)]
    assert aw_functions.merge_events_by_keys(given, []) == given


def test_values_are_compared_as_json() -> None:
    given = [QueryEvent(0, S, {"x": value}) for value in (True, 1, "1", ["a"], None)]
    kept = aw_functions.filter_keyvals(given, "x", [True, ["a"]])
    assert [e.data["x"] for e in kept] == [True, ["a"]]
    assert len(aw_functions.exclude_keyvals(given, "x", [True, ["a"]])) == 3
    assert aw_functions.filter_keyvals(given, "y", [None]) == []


def test_patterns_are_of_re2() -> None:
    given = events((0, 1, "Firefox"), (1, 2, "Mail"))
    assert len(aw_functions.filter_keyvals_regex(given, "app", "^F.*x$")) == 1
    with pytest.raises(BadQuery, match="RE2"):
        aw_functions.filter_keyvals_regex(given, "app", "(a)\\1")


def test_the_deepest_rule_that_fits_gives_the_category() -> None:
    rules = [
        [["Work"], {"regex": "main|mail", "ignore_case": True}],
        [["Work", "Code"], {"regex": "main"}],
        [["Play"], {"regex": ""}],
        [["None"], {"type": "none"}],
    ]
    found = aw_classes.categorize(events((0, 1, "main"), (1, 2, "Mail"), (2, 3, "x")), rules)
    assert [e.data["$category"] for e in found] == [["Work", "Code"], ["Work"], ["Uncategorized"]]
    tagged = aw_classes.tag(events((0, 1, "main")), rules)
    assert tagged[0].data["$tags"] == [["Work"], ["Work", "Code"]]
    with pytest.raises(BadQuery, match="pair"):
        aw_classes.categorize([], [{"regex": "x"}])


def test_an_address_is_taken_apart() -> None:
    given = [QueryEvent(0, S, {"url": url}) for url in ("https://www.a.b/c?d#e", "about:x", "//[")]
    found = aw_functions.split_url_events(given)
    assert found[0].data["$domain"] == "a.b"
    assert (found[0].data["$path"], found[0].data["$options"]) == ("/c", "d")
    assert found[1].data["$domain"] == "about"
    assert found[2] == given[2]


def test_sorting_and_limits() -> None:
    given = events((5, 6, "a"), (0, 3, "b"))
    assert spans(aw_functions.sort_by_timestamp(given))[0][2] == "b"
    assert spans(aw_functions.sort_by_duration(given))[0][2] == "b"
    assert aw_functions.limit_events(given, 1) == given[:1]
    assert aw_functions.limit_events(given, -1) == []
    assert aw_functions.sum_durations(given) == 4
    assert aw_functions.concat(given, given) == given * 2


def test_too_many_rules_for_too_many_events_are_refused() -> None:
    with pytest.raises(BadQuery, match="too many"):
        aw_classes.categorize(events((0, 1, "a")) * 5001, [[["x"], {}]] * 1000)
