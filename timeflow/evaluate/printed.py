"""What a replay found, as tables for people."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from pipeline.steps.evaluation.sections import Found, Group

if TYPE_CHECKING:
    # Only for its name: it loads scikit-learn.
    from pipeline.steps.learnt.refits import Replayed

#: By section: its title, what is counted, and the measures whose differences are shown.
_TITLES = {
    "next_task": ("What came next", "choices", ("hit@3", "mrr")),
    "estimates": ("What tasks took", "tasks", ("miss", "loss P80")),
}
#: By section: (measure, method) that is told of each person and size.
_TOLD = {
    "next_task": (
        ("hit@3", "timeflow"),
        ("hit@3", "urgency"),
        ("hit@3", "newest"),
        ("hit@3", "random"),
    ),
    "estimates": (
        ("coverage P80", "timeflow"),
        ("coverage P95", "timeflow"),
        ("miss", "timeflow"),
        ("miss", "raw estimate"),
        ("miss", "own ratios"),
    ),
}
_MOST_PEOPLE = 20


def show(people: int, sections: Mapping[str, Found]) -> None:
    """Print them."""
    console = Console()
    console.print(f"People: {people}")
    for name, found in sections.items():
        title, what, measures = _TITLES[name]
        _heading(console, title, what, found)
        if found.all.state is None:
            console.print(_methods(found))
            console.print(_differences(found, measures))
            if found.sizes:
                console.print(_groups("size", found.sizes, name, what))
            most = sorted(found.people, key=lambda one: (-one.occasions, one.name))
            console.print(_groups("person", most[:_MOST_PEOPLE], name, what))
            _more(console, len(most))


def show_segments(replayed: "Replayed") -> None:
    """Print how stable segments were from fit to fit."""
    console = Console()
    console.print("\n[bold]Segments[/bold]: of people, and of the days of each")
    table = Table()
    table.add_column("of", overflow="fold")
    for title in ("fits", "accepted", "stability", "without\nstructure", "relabelled"):
        table.add_column(title, justify="right")
    for one in [replayed.users, *replayed.user_days[:_MOST_PEOPLE]]:
        if one.accepted:
            means = map(_share, (one.stability, one.null_stability, one.relabelled))
            table.add_row(one.name, str(len(one.fits)), str(one.accepted), *means)
        else:
            console.print(f"{one.name}: {one.state or one.fits[-1].reason}")
    if table.row_count:
        console.print(table)
    _more(console, len(replayed.user_days))


def _more(console: Console, people: int) -> None:
    if people > _MOST_PEOPLE:
        console.print(f"{people - _MOST_PEOPLE} more people: --json names all of them.")


def _share(mean: float | None) -> str:
    return "" if mean is None else f"{mean:.2f}"


def _heading(console: Console, title: str, what: str, found: Found) -> None:
    console.print(f"\n[bold]{title}[/bold]: {found.all.occasions} of {found.of} {what} judged")
    if found.all.state:
        console.print(found.all.state)
        return
    if found.candidates is not None:
        console.print(f"open tasks to choose from: {found.candidates:.1f} on average")
    console.print(f"what is learnt was in force for {found.in_force or 0:.0%} of them")


def _methods(found: Found) -> Table:
    table = Table("", *(_lines(measure) for measure in found.all.means[found.own]))
    for method, values in found.all.means.items():
        table.add_row(method, *(f"{value:.3f}" for value in values.values()))
    return table


def _differences(found: Found, measures: Sequence[str]) -> Table:
    table = Table(f"{found.own} minus", *measures, caption=_drawn(found))
    by_method: dict[str, list[str]] = {}
    for one in found.differences:
        if one.measure in measures:
            bounds = ""
            if one.low is not None and one.high is not None:
                bounds = f" ({one.low:+.3f} to {one.high:+.3f})"
            by_method.setdefault(one.over, []).append(f"{one.mean:+.3f}{bounds}")
    for method, told in by_method.items():
        table.add_row(method, *told)
    return table


def _drawn(found: Found) -> str:
    draws = found.draws
    return draws.state or f"95 % of draws; drawn by {draws.of}, {draws.number} of them"


def _groups(called: str, groups: Sequence[Group], section: str, what: str) -> Table:
    told = _TOLD[section]
    table = Table()
    table.add_column(called, overflow="fold")
    for title in (what, *(_lines(f"{measure} {method}") for measure, method in told)):
        table.add_column(title, justify="right")
    for group in groups:
        shares = [f"{group.means[name][measure]:.2f}" for measure, name in told if group.means]
        table.add_row(group.name, str(group.occasions), *(shares or ["too few"]))
    return table


def _lines(words: str) -> str:
    return words.replace(" ", "\n")
