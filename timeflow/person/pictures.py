"""What a person's commands say: words and colours on a terminal, plain text elsewhere."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from timeflow.person.times import clock, length

_PRIORITIES = ("", "!", "!!", "!!!")
console = Console(highlight=False)


def entry_line(entry: Mapping[str, Any], projects: Mapping[str, Any]) -> str:
    """What an entry is for."""
    words = [escape(entry["description"] or "no description")]
    if project := projects.get(entry["project_id"]):
        words.append(_project(project))
    words += [f"[cyan]#{escape(tag)}[/]" for tag in entry["tags"]]
    return " ".join(words)


def timer(timer: Mapping[str, Any], projects: Mapping[str, Any], zone: str) -> None:
    """The running timer, or that there is none."""
    entry = timer["entry"]
    if entry is None:
        console.print("[dim]No timer is running.[/]")
        return
    since = clock(entry["start"], zone)
    console.print(
        f"[bold green]●[/] {entry_line(entry, projects)}"
        f"  [bold]{length(timer['elapsed_s'])}[/] [dim]since {since}[/]"
    )
    if timer["forgotten"]:
        seen = timer["last_activity_at"]
        idle = f"you were last seen at {clock(seen, zone)}" if seen else "it runs for long"
        console.print(
            f"[yellow]Forgotten? {idle}: `timeflow stop --last-activity`, or --at TIME[/]"
        )


def stopped(entry: Mapping[str, Any], seconds: float, projects: Mapping[str, Any]) -> None:
    """What was booked."""
    console.print(f"[bold]■[/] {entry_line(entry, projects)}  [bold]{length(seconds)}[/]")


def task_line(task: Mapping[str, Any], projects: Mapping[str, Any], zone: str) -> str:
    """A task, with what matters of it."""
    box = "[green]☑[/]" if task["status"] == "done" else "☐"
    words = [box, escape(task["title"])]
    if mark := _PRIORITIES[task["priority"]]:
        words.append(f"[red]{mark}[/]")
    if project := projects.get(task["project_id"]):
        words.append(_project(project))
    words += [f"[cyan]#{escape(tag)}[/]" for tag in task["tags"]]
    if task["due_at"]:
        words.append(f"[magenta]due {task['due_at'][:10]} {clock(task['due_at'], zone)}[/]")
    elif task["due_on"]:
        words.append(f"[magenta]due {task['due_on']}[/]")
    if task["planned_on"]:
        words.append(f"[blue]planned {task['planned_on']}[/]")
    if task["estimate_s"]:
        words.append(f"[dim]~{length(task['estimate_s'])}[/]")
    if task["rrule"]:
        words.append(f"[dim]↻ {task['rrule']}[/]")
    return " ".join(words)


def tasks(
    title: str, some: Sequence[Mapping[str, Any]], projects: Mapping[str, Any], zone: str
) -> None:
    """Tasks under a heading; nothing where there are none."""
    if some:
        console.print(f"\n[bold]{title}[/]")
        for task in some:
            console.print(task_line(task, projects, zone))


def day(
    date: date,
    totals: Mapping[str, Any],
    entries: Iterable[Mapping[str, Any]],
    projects: Mapping[str, Any],
    zone: str,
) -> None:
    """What a day adds up to, and its entries."""
    console.print(
        f"[bold]{date:%A, %d %B}[/]  active [bold]{length(totals['active_s'])}[/]"
        f"  tracked [bold]{length(totals['tracked_s'])}[/]"
        f"  done [bold]{totals['tasks_done']}[/]"
    )
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for entry in entries:
        end = clock(entry["end"], zone) if entry["end"] else "now"
        table.add_row(f"[dim]{clock(entry['start'], zone)}-{end}[/]", entry_line(entry, projects))
    if table.rows:
        console.print(table)


def week(sheet: Mapping[str, Any]) -> None:
    """A timesheet."""
    table = Table(box=None, padding=(0, 1), show_footer=True)
    table.add_column("", footer="[bold]Total[/]")
    for day, seconds in zip(sheet["days"], sheet["days_s"], strict=True):
        head = f"{date.fromisoformat(day):%a %d}"
        table.add_column(head, justify="right", footer=_hours(seconds))
    table.add_column("Total", justify="right", footer=f"[bold]{_hours(sheet['total_s'])}[/]")
    for row in sheet["rows"]:
        name = escape(row["project"]) or "[dim]no project[/]"
        cells = [_hours(seconds) for seconds in row["days_s"]]
        table.add_row(name, *cells, f"[bold]{_hours(row['total_s'])}[/]")
    console.print(table)


def _hours(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes // 60}:{minutes % 60:02}" if seconds else "[dim]·[/]"


def _project(project: Mapping[str, Any]) -> str:
    return f"[{project['color']}]@{escape(project['name'])}[/]"
