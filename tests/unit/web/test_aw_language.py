"""What ActivityWatch's query language says, and what it cannot."""

import pytest

from web.aw_language import BadQuery, Call, ListOf, Literal, ObjectOf, Statement, Variable, parse


def test_a_query_is_a_list_of_assignments() -> None:
    assert parse('a = 1; b=f(a, "x", [2.5, -3]) ;\nRETURN = {"k": b, \'j\': []};') == [
        Statement("a", Literal(1)),
        Statement(
            "b",
            Call(
                "f",
                (Variable("a"), Literal("x"), ListOf((Literal(2.5), Literal(-3)))),
            ),
        ),
        Statement("RETURN", ObjectOf({"k": Variable("b"), "j": ListOf(())})),
    ]


def test_a_text_may_hold_signs_and_its_own_quote() -> None:
    (statement,) = parse(r"""a = "x; [(\"y\") \w+" """)
    assert statement.value == Literal(r"""x; [("y") \w+""")


def test_nothing_says_nothing() -> None:
    assert parse(" \n ; ;") == []


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("a", "Expected '='"),
        ("a =", "Expected a name, found 'the end'"),
        ("= 1", "Expected a name"),
        ("a = 1 b = 2", "Expected ';', found 'b'"),
        ("a = f(1", "Expected ')'"),
        ("a = [1, 2", "Expected ']'"),
        ("a = {1: 2}", "Expected a text"),
        ("a = {'x' 2}", "Expected ':'"),
        ("a = 'x", "Cannot read from"),
        ("a = b.c", "Cannot read from '.c'"),
        ("a = __import__('os').system('x')", ".system"),
        ("a = 1 + 1", "Cannot read from '+ 1'"),
        ("a = " + "[" * 100, "Nested too deeply"),
        ("a = " + "f(" * 100_000, "Nested too deeply"),
        ("a = [" + "1," * 100_000 + "]", "More than 50000 words"),
    ],
)
def test_what_is_no_query_is_told(query: str, reason: str) -> None:
    with pytest.raises(BadQuery) as told:
        parse(query)
    assert reason in str(told.value)
