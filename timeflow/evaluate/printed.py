"""What a replay found, as tables for people."""

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

from pipeline.steps.evaluation.sections import Found, Group

#: By section: its title, what is counted, and the measure whose difference is shown.
_TITLES = {
    "next_task": ("What came next", "choices", "mrr"),
    "estimates": ("What tasks took", "tasks", "loss P80"),
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
        ("coverage P50", "timeflow"),
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
        title, what, measure = _TITLES[name]
        _heading(console, title, what, found)
        if found.all.state is None:
            console.print(_methods(found, measure))
            _groups(console, "size", found.sizes, name, what)
            most = sorted(found.people, key=lambda one: (-one.occasions, one.name))
            _groups(console, "person", most[:_MOST_PEOPLE], name, what)
            if len(most) > _MOST_PEOPLE:
                console.print(f"{len(most) - _MOST_PEOPLE} more people: --json names all of them.")


def _heading(console: Console, title: str, what: str, found: Found) -> None:
    console.print(f"\n[bold]{title}[/bold]: {found.all.occasions} of {found.of} {what} judged")
    if found.all.state:
        console.print(found.all.state)
        return
    if found.candidates is not None:
        console.print(f"open tasks to choose from: {found.candidates:.1f} on average")
    console.print(f"what is learnt was in force for {found.in_force or 0:.0%} of them")
    drawn = f"by {found.draws.of}, {found.draws.number} of them"
    console.print(found.draws.state or f"intervals: 95 %, bootstrap {drawn}")


def _methods(found: Found, measure: str) -> Table:
    means, own = found.all.means, found.own
    table = Table("", *means[own], f"{own}'s {measure} minus its")
    differences = {one.over: one for one in found.differences if one.measure == measure}
    for method, values in means.items():
        difference = ""
        if one := differences.get(method):
            difference = f"{one.mean:+.3f}"
            if one.low is not None and one.high is not None:
                difference += f" ({one.low:+.3f} to {one.high:+.3f})"
        table.add_row(method, *(f"{value:.3f}" for value in values.values()), difference)
    return table


def _groups(
    console: Console, called: str, groups: Sequence[Group], section: str, what: str
) -> None:
    if not groups:
        return
    told = _TOLD[section]
    table = Table(called, what, *(f"{measure}, {method}" for measure, method in told))
    for group in groups:
        if group.state:
            table.add_row(group.name, str(group.occasions), group.state)
        else:
            shares = [f"{group.means[method][measure]:.2f}" for measure, method in told]
            table.add_row(group.name, str(group.occasions), *shares)
    console.print(table)
