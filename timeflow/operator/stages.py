"""`timeflow stages`, `pause`, `resume`, `release`."""

from typing import Any

import click

from timeflow.at_server import as_json, at_server, tell
from timeflow.operator.jobs import follow, wait


@click.command()
@as_json
@at_server
def stages(api: Any, as_json: bool) -> None:
    """Show the stages: who runs them, what is paused, what fails."""
    found = api.get("/ops/stages")
    tell(found, as_json, lambda: _show_all(found["items"]))


@click.command()
@click.argument("stage")
@click.option("--partition", type=int, help="Only this one.")
@click.option("--reason", default="", help="For whoever wonders.")
@as_json
@at_server
def pause(api: Any, stage: str, partition: int | None, reason: str, as_json: bool) -> None:
    """Pause a stage, until it is resumed; the API goes on taking events."""
    body = {"reason": reason, **({} if partition is None else {"partition": partition})}
    found = api.post(f"/ops/stages/{stage}/pause", body)
    tell(found, as_json, lambda: _show(found))


@click.command()
@click.argument("stage")
@click.option("--partition", type=int, help="Only this one.")
@as_json
@at_server
def resume(api: Any, stage: str, partition: int | None, as_json: bool) -> None:
    """Let a stage go on."""
    body = {} if partition is None else {"partition": partition}
    found = api.post(f"/ops/stages/{stage}/resume", body)
    tell(found, as_json, lambda: _show(found))


@click.command()
@click.argument("stage")
@click.argument("ids", nargs=-1)
@wait
@as_json
@at_server
def release(api: Any, stage: str, ids: tuple[str, ...], wait: bool, as_json: bool) -> None:
    """Have quarantined events of a stage tried again: those of IDS, or all."""
    body = {"ids": list(ids)} if ids else {}
    follow(api, api.post(f"/ops/stages/{stage}/release", body)["job"], wait, as_json)


def _show_all(items: list[Any]) -> None:
    for stage in items:
        _show(stage)


def _show(stage: Any) -> None:
    from timeflow.operator import words

    owned = sum(partition["process"] is not None for partition in stage["partitions"])
    rate = stage["rate_events_s"]
    words.line(
        f"[bold]{stage['stage']}[/] {words.state(stage['state'])}: {owned} of"
        f" {len(stage['partitions'])} partitions owned,"
        f" {'unknown' if rate is None else f'{rate:,.1f}'} events/s, {stage['retries']} batches"
        f" retried, {stage['open_letters']} dead letters open, {stage['quarantined']} quarantined"
    )
    if stage["paused"]:
        words.line(f"  paused since {_told(stage['paused'])}")
    for process in stage["processes"]:
        words.line(
            f"  {process['host']} pid {process['pid']} {words.state(process['state'])}, partitions"
            f" {_numbers(process['partitions'])}, version {process['code_version']}"
        )
        if process["last_error"]:
            words.line(f"    last error: {words.plain(process['last_error'])}")
    for partition in stage["partitions"]:
        if partition["paused"]:
            words.line(f"  partition {partition['partition']} {_told(partition['paused'])}")
    for suspect in stage["suspects"]:
        words.line(
            f"  partition {suspect['partition']} offset {suspect['offset']} event"
            f" {suspect['index']} ended {suspect['deaths']} processes"
        )


def _told(paused: Any) -> str:
    from timeflow.operator import words

    return f"{words.instant(paused['at'])} {words.plain(paused['reason'])}".rstrip()


def _numbers(of: list[int]) -> str:
    return ", ".join(map(str, of)) or "none"
