"""ActivityWatch's query language: `name = value;` statements, the result in RETURN.

A value is a text, a number, a list, an object, a variable or a call of a function. This reads it
into a tree; nothing of it is ever executed but the functions that `web.aw_functions` lists.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

#: Levels of lists, objects and calls in each other.
_DEEPEST = 40
#: Words and signs of one query.
_MOST_TOKENS = 50_000

_token = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<number>-?\d+(?:\.\d+)?)
    |(?P<name>[A-Za-z_]\w*)|(?P<sign>[][(){},:=;])|(?P<end>$))""",
    re.VERBOSE | re.DOTALL | re.ASCII,
)


class BadQuery(Exception):
    """The query cannot be understood or carried out; the message says why."""


class Literal(NamedTuple):
    """A text or a number."""

    value: str | int | float


class Variable(NamedTuple):
    """What was assigned to a name before."""

    name: str


class Call(NamedTuple):
    """A function of the language with its arguments."""

    function: str
    arguments: tuple["Expression", ...]


class ListOf(NamedTuple):
    """A list."""

    items: tuple["Expression", ...]


class ObjectOf(NamedTuple):
    """An object."""

    items: Mapping[str, "Expression"]


Expression = Literal | Variable | Call | ListOf | ObjectOf


class Statement(NamedTuple):
    """An assignment."""

    name: str
    value: Expression


def parse(text: str) -> list[Statement]:
    """The statements of a query; raises `BadQuery`."""
    reader = _Reader(text)
    statements = []
    while reader.kind != "end":
        if reader.took(";"):
            continue
        name = reader.take("name")
        reader.expect("=")
        statements.append(Statement(name, reader.expression(0)))
        if reader.kind != "end":
            reader.expect(";")
    return statements


class _Reader:
    """The words and signs of a query, one at a time."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self.kind, self.text = next(self._tokens)

    def take(self, kind: str) -> str:
        """The token, of this kind, and go on to the next."""
        if self.kind != kind:
            raise BadQuery(f"Expected a {kind}, found {self.text or 'the end'!r}")
        text = self.text
        self.kind, self.text = next(self._tokens)
        return text

    def took(self, sign: str) -> bool:
        """Whether this sign stood here; then it is taken."""
        is_here = self.kind == "sign" and self.text == sign
        if is_here:
            self.take("sign")
        return is_here

    def expect(self, sign: str) -> None:
        """Take the sign that must stand here."""
        if not self.took(sign):
            raise BadQuery(f"Expected {sign!r}, found {self.text or 'the end'!r}")

    def expression(self, depth: int) -> Expression:
        """The value that begins here."""
        if depth > _DEEPEST:
            raise BadQuery("Nested too deeply")
        if self.kind == "text":
            return Literal(_unquoted(self.take("text")))
        if self.kind == "number":
            number = self.take("number")
            return Literal(float(number) if "." in number else int(number[:18]))
        if self.took("["):
            return ListOf(tuple(self._until("]", depth)))
        if self.took("{"):
            return ObjectOf(dict(self._pairs(depth)))
        name = self.take("name")
        return Call(name, tuple(self._until(")", depth))) if self.took("(") else Variable(name)

    def _until(self, sign: str, depth: int) -> Iterator[Expression]:
        while not self.took(sign):
            yield self.expression(depth + 1)
            if not self.took(","):
                self.expect(sign)
                return

    def _pairs(self, depth: int) -> Iterator[tuple[str, Expression]]:
        while not self.took("}"):
            key = _unquoted(self.take("text"))
            self.expect(":")
            yield key, self.expression(depth + 1)
            if not self.took(","):
                self.expect("}")
                return


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    place = 0
    for _ in range(_MOST_TOKENS):
        found = _token.match(text, place)
        if found is None:
            raise BadQuery(f"Cannot read from {text[place:].strip()[:40]!r} on")
        kind = str(found.lastgroup)
        yield kind, found[kind]
        if kind == "end":
            break
        place = found.end()
    else:
        raise BadQuery(f"More than {_MOST_TOKENS} words and signs")
    while True:
        yield "end", ""


def _unquoted(text: str) -> str:
    """Only the quote itself is escaped in a text: what is a pattern keeps its backslashes."""
    return text[1:-1].replace(f"\\{text[0]}", text[0])
