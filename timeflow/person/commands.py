"""The commands of a person: what they do now, did today, and mean to do."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from timeflow.at_server import as_json, at_server, server_of, tell

# What a command needs of the network and the terminal is imported when it runs: the help is quick.


@click.command()
@click.argument("words", nargs=-1)
@click.option("--task", "-t", "task_words", metavar="WORDS", help="The open task it is for.")
@click.option("--at", metavar="TIME", help="When it began: 14:05, or 20m ago.")
@as_json
@at_server
def start(
    api: Any, words: tuple[str, ...], task_words: str | None, at: str | None, as_json: bool
) -> None:
    """Start the timer: `timeflow start draft the outline @website #deep`.

    What ran before is stopped at the same instant.
    """
    body: dict[str, Any] = _said(api, " ".join(words)) if words else {}
    if task_words:
        task = _one_task(api, task_words)
        body = {"description": task["title"], "tags": task["tags"], **body, "task_id": task["id"]}
    if at:
        body["start"] = _instant(at)
    entry = api.post("/timer/start", body)
    tell(entry, as_json, lambda: _show_timer(api))


@click.command()
@click.option("--at", metavar="TIME", help="When it ended: 14:05, or 20m ago.")
@click.option("--last-activity", is_flag=True, help="When your devices last saw you.")
@as_json
@at_server
def stop(api: Any, at: str | None, last_activity: bool, as_json: bool) -> None:
    """Stop the timer."""
    body = {"last_activity": last_activity, **({"at": _instant(at)} if at else {})}
    entry = api.post("/timer/stop", body)
    tell(entry, as_json, lambda: _show_stopped(api, entry))


@click.command()
@as_json
@at_server
def status(api: Any, as_json: bool) -> None:
    """Show the running timer."""
    if as_json:
        click.echo(json.dumps(api.get("/timer")))
    else:
        _show_timer(api)


@click.command()
@as_json
@at_server
def today(api: Any, as_json: bool) -> None:
    """Show the day: time, entries, and the tasks that are due or planned."""
    from timeflow.person import pictures, times

    me = api.get("/me")
    zone = me["time_zone"]
    date = times.today(zone, me["day_start"], datetime.now(UTC))
    (totals,) = api.get("/analytics/daily", **{"from": date, "to": date})["days"]
    entries = api.get("/time-entries", limit=1000, **{"from": date, "to": date})["items"]
    tomorrow = date + timedelta(days=1)
    due = api.get("/tasks", status="open", sort="due", due_before=tomorrow)["items"]
    planned = api.get("/tasks", status="open", planned=date)["items"]
    planned = [task for task in planned if task not in due]
    found = {"day": totals, "entries": entries, "due": due, "planned": planned}
    if as_json:
        click.echo(json.dumps(found))
        return
    projects = _projects(api)
    pictures.day(date, totals, reversed(entries), projects, zone)
    pictures.tasks("Due", due, projects, zone)
    pictures.tasks("Planned", planned, projects, zone)


@click.command()
@click.argument("words", nargs=-1, required=True)
@as_json
@at_server
def add(api: Any, words: tuple[str, ...], as_json: bool) -> None:
    """Add a task: `timeflow add write report tomorrow 2h #work !high`."""
    from timeflow.person import pictures

    task = api.post("/tasks", {"text": " ".join(words)})
    tell(
        task,
        as_json,
        lambda: pictures.console.print(
            pictures.task_line(task, _projects(api), api.get("/me")["time_zone"])
        ),
    )


def _task_words(context: click.Context, _: Any, incomplete: str) -> list[Any]:
    """Titles of open tasks, for the shell; it completes nothing rather than complain."""
    from click.shell_completion import CompletionItem

    try:
        api = server_of(context.params.get("server"), context.params.get("key"))
        found = api.get("/tasks", status="open", q=incomplete or None, limit=20)["items"]
    except click.ClickException:
        return []
    return [CompletionItem(task["title"]) for task in found]


@click.command()
@click.argument("words", nargs=-1, required=True, shell_complete=_task_words)
@as_json
@at_server
def done(api: Any, words: tuple[str, ...], as_json: bool) -> None:
    """Complete a task, told by its id or by words of its title."""
    from timeflow.person import pictures

    task = _one_task(api, " ".join(words))
    completed = api.post(f"/tasks/{task['id']}/complete")
    tell(
        completed,
        as_json,
        lambda: pictures.console.print(
            pictures.task_line(completed, _projects(api), api.get("/me")["time_zone"])
        ),
    )


@click.command()
@click.argument("date", type=click.DateTime(["%Y-%m-%d"]), required=False)
@click.option("--starts-on", type=click.IntRange(1, 7), help="1: weeks begin on Monday.")
@as_json
@at_server
def week(api: Any, date: datetime | None, starts_on: int | None, as_json: bool) -> None:
    """Show the timesheet of this week, or of the one that holds DATE."""
    from timeflow.person import pictures

    day = f"{date:%Y-%m-%d}" if date else None
    sheet = api.get("/analytics/timesheet", date=day, starts_on=starts_on)
    tell(sheet, as_json, lambda: pictures.week(sheet))


COMMANDS = (start, stop, status, today, add, done, week)


def _said(api: Any, text: str) -> dict[str, Any]:
    """What is done, of a line as quick add takes it."""
    said = api.post("/tasks/parse", {"text": text})
    return {
        "description": said["title"],
        "project_id": said["project_id"],
        "tags": said["tags"],
    }


def _one_task(api: Any, words: str) -> Any:
    """The open task of this id, or the only one with these words."""
    from uuid import UUID

    from timeflow.person.server import Problem

    try:
        return api.get(f"/tasks/{UUID(words)}")
    except ValueError:
        pass
    found = api.get("/tasks", status="open", q=words, limit=10)["items"]
    exact = [task for task in found if task["title"].casefold() == words.casefold()]
    if len(exact or found) == 1:
        return (exact or found)[0]
    if not found:
        raise Problem("not-found", f"no open task says {words!r}")
    several = "".join(f"\n  {task['id']}  {task['title']}" for task in found)
    raise Problem("ambiguous", f"several open tasks say {words!r}; which one?{several}")


def _instant(text: str) -> str:
    from timeflow.person import times

    found = times.instant(text, times.here())
    if found is None:
        raise click.BadParameter(f"{text!r} is no time: 14:05, 20m ago, or an instant", None, None)
    return found.isoformat()


def _show_timer(api: Any) -> None:
    from timeflow.person import pictures

    pictures.timer(api.get("/timer"), _projects(api), api.get("/me")["time_zone"])


def _show_stopped(api: Any, entry: Mapping[str, Any]) -> None:
    from timeflow.person import pictures

    start, end = (datetime.fromisoformat(entry[name]) for name in ("start", "end"))
    pictures.stopped(entry, (end - start).total_seconds(), _projects(api))


def _projects(api: Any) -> dict[str, Any]:
    return {project["id"]: project for project in api.get("/projects", limit=1000)["items"]}
