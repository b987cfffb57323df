"""What an operator's commands say: tables and words, coloured on a terminal."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

console = Console(highlight=False)

_COLOURS: Mapping[str, str] = {
    "open": "red", "retrying": "yellow", "done": "green", "discarded": "dim",
    "running": "green", "paused": "yellow", "breaker": "red", "waiting": "yellow",
    "careful": "yellow", "absent": "red", "cancelled": "yellow",
    "failed_again": "red", "failed": "red", "different": "yellow", "gone": "dim",
}  # fmt: skip


def table(heads: Sequence[str], rows: Iterable[Sequence[Any]], *, nothing: str) -> None:
    """Rows of plain values under heads; `nothing` is said when there are none."""
    found = list(rows)
    if not found:
        console.print(f"[dim]{nothing}[/]")
        return
    drawn = Table(box=None, pad_edge=False, header_style="bold")
    for head in heads:
        # Ids are there to be copied: rather two lines than a part.
        drawn.add_column(head, overflow="fold")
    for row in found:
        drawn.add_row(*(_shown(value) for value in row))
    console.print(drawn)


def state(word: str) -> str:
    """A state in its colour."""
    colour = _COLOURS.get(word)
    return f"[{colour}]{word}[/]" if colour else word


def counts(of: Mapping[str, int]) -> str:
    """How many of what: those there are."""
    return ", ".join(f"{number} {state(name)}" for name, number in of.items() if number)


def instant(text: str | None) -> str:
    """An instant, to the second."""
    return "" if text is None else text[:19].replace("T", " ")


def line(words: str) -> None:
    """One line; the words may have colours."""
    console.print(words, soft_wrap=True)


def plain(value: object) -> str:
    """A value of somebody else's, whatever is in it."""
    return escape(str(value))


def _shown(value: Any) -> str:
    if value is None:
        return "[dim]unknown[/]"
    if isinstance(value, float):
        return f"{value:,.1f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
