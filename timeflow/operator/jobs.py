"""`timeflow jobs`: work in bulk, watched until it is done, cancelled and continued."""

import time
from typing import Any

import click

from timeflow.at_server import as_json, at_server, tell

#: Exit code when a job ended and not all went well.
NOT_ALL_WELL = 3

_POLL_S = 0.5
_NOT_WELL = ("failed_again", "failed", "different")

wait = click.option("--wait", is_flag=True, help="Until it is done; exit code 3: not all well.")


@click.group(invoke_without_command=True)
@click.option("--kind", help="replay, discard, rebuild or reread.")
@click.option("--state", help="running, cancelled or done.")
@as_json
@at_server
def jobs(api: Any, kind: str | None, state: str | None, as_json: bool) -> None:
    """List work in bulk; or act on a job."""
    found = api.get("/ops/jobs", kind=kind, state=state)
    tell(found, as_json, lambda: _show_list(found["items"]))


@jobs.command()
@click.argument("id")
@as_json
@at_server
def show(api: Any, id: str, as_json: bool) -> None:
    """Show how far a job is."""
    job = api.get(f"/ops/jobs/{id}")
    tell(job, as_json, lambda: show_job(job))


@jobs.command()
@click.argument("id")
@click.option("--state", help="Only these: failed_again, different, ...")
@as_json
@at_server
def items(api: Any, id: str, state: str | None, as_json: bool) -> None:
    """Show what came of each thing of a job."""
    found = every(api, f"/ops/jobs/{id}/items", state=state, limit=1000)
    tell({"items": found}, as_json, lambda: _show_items(found))


@jobs.command()
@click.argument("id")
@as_json
@at_server
def cancel(api: Any, id: str, as_json: bool) -> None:
    """Have a job begin nothing more; what nobody has tried is as before."""
    job = api.post(f"/ops/jobs/{id}/cancel")
    tell(job, as_json, lambda: show_job(job))


@jobs.command("continue")
@click.argument("id")
@wait
@as_json
@at_server
def continue_(api: Any, id: str, wait: bool, as_json: bool) -> None:
    """Go on with a job that was cancelled."""
    follow(api, api.post(f"/ops/jobs/{id}/continue"), wait, as_json)


@jobs.command()
@click.argument("id")
@as_json
@at_server
def watch(api: Any, id: str, as_json: bool) -> None:
    """Wait until a job is done."""
    follow(api, api.get(f"/ops/jobs/{id}"), True, as_json)


def follow(api: Any, job: Any, wait: bool, as_json: bool) -> None:
    """Tell of a job; with `wait` when it has ended, and by the exit code how."""
    if wait:
        job = _ended(api, job, quiet=as_json)
    tell(job, as_json, lambda: show_job(job))
    if wait and any(job["results"].get(name) for name in _NOT_WELL):
        raise click.exceptions.Exit(NOT_ALL_WELL)


def show_job(job: Any) -> None:
    """One job in words."""
    from timeflow.operator import words

    words.line(
        f"{job['kind']} {job['id']}: {words.state(job['state'])}, {job['done']} of"
        f" {job['total']}; {words.counts(job['results'])}"
    )


def every(api: Any, path: str, **query: Any) -> list[Any]:
    """The items of all pages."""
    found: list[Any] = []
    cursor = None
    while True:
        page = api.get(path, cursor=cursor, **query)
        found += page["items"]
        if (cursor := page["next_cursor"]) is None:
            return found


def _ended(api: Any, job: Any, *, quiet: bool) -> Any:
    from rich.progress import Progress

    from timeflow.operator import words

    with Progress(console=words.console, transient=True, disable=quiet) as progress:
        bar = progress.add_task(job["kind"], total=job["total"])
        while job["state"] == "running":
            progress.update(bar, completed=job["done"])
            time.sleep(_POLL_S)
            job = api.get(f"/ops/jobs/{job['id']}")
    return job


def _show_list(items: list[Any]) -> None:
    from timeflow.operator import words

    words.table(
        ("job", "kind", "state", "done", "total", "results", "begun"),
        (
            (j["id"], j["kind"], words.state(j["state"]), j["done"], j["total"],
             words.counts(j["results"]), words.instant(j["created_at"]))
            for j in items
        ),
        nothing="No jobs.",
    )  # fmt: skip


def _show_items(items: list[Any]) -> None:
    from timeflow.operator import words

    words.table(
        ("", "of", "state", "detail"),
        (
            (i["number"], i["subject"] or f"partition {i['partition']}", words.state(i["state"]),
             words.plain(i["detail"]))
            for i in items
        ),
        nothing="Nothing.",
    )  # fmt: skip
