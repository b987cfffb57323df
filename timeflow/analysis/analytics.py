"""`timeflow analytics`: what people's days add up to, computed in one go beside the stages."""

import json
import time
from datetime import datetime
from typing import Any

import click

from timeflow.instance import instance
from timeflow.options import data_dir

#: How long the stage is waited for, and how often it is looked whether it has come up.
_PATIENCE_S = 60.0
_POLL_S = 0.5

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--from", "first", type=_DAY, required=True, help="The first day.")
@click.option("--to", "last", type=_DAY, required=True, help="The last day.")
@click.option(
    "--by",
    type=click.Choice(("day", "weekday", "day_type", "segment")),
    default="day",
    help="What days are grouped by.",
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@data_dir
def analytics(first: datetime, last: datetime, by: Any, as_json: bool, **overrides: Any) -> None:
    """Describe whoever the segmentation is behind of, then add up the days of all people.

    Groups of fewer than five people are left out. It may run while the stages do.
    """
    if last < first:
        raise click.UsageError("--to is before --from")
    with instance(**overrides) as settings:
        described, is_behind = catch_up(settings.sweep_page)
        from models import all_days

        rows = [row._asdict() for row in all_days.sums(by, first.date(), last.date())]
    if is_behind:
        click.echo("The segmentation is still behind: some days are not in these sums.", err=True)
    if as_json:
        click.echo(json.dumps({"described": described, "by": by, "items": rows}, indent=2))
        return
    _print(by, rows)
    click.echo(f"{described} people were described anew.", err=True)


def catch_up(page: int) -> tuple[int, bool]:
    """Run the segmentation for all it is behind of; how often it ran, and whether it still is.

    A worker may be at it, whom to wait for.
    """
    import agents
    from models import stage_progress
    from pipeline.stage import discover
    from pipeline.sweep import sweep_page

    stage = discover(agents)["segmentation"]
    before, until = stage_progress.all_runs(stage.name), time.monotonic() + _PATIENCE_S
    while True:
        after = None
        while (after := sweep_page(stage, after, page)) is not None:
            pass
        is_behind = bool(stage_progress.behind(stage.name, stage.after, None, 1))
        if not is_behind or time.monotonic() >= until:
            return stage_progress.all_runs(stage.name) - before, is_behind
        time.sleep(_POLL_S)


def _print(by: str, rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(by.replace("_", " "))
    for name in ("people", "days", "active", "focus", "deep", "meetings", "tracked", "done"):
        table.add_column(name, justify="right")
    for row in rows:
        hours = [
            f"{row[name] / 3600:,.1f} h"
            for name in ("active_s", "focus_s", "deep_s", "meeting_s", "tracked_s")
        ]
        counts = [str(row["people"]), str(row["days"])]
        table.add_row(row["key"], *counts, *hours, str(row["tasks_done"]))
    Console().print(table if rows else "No group of five people or more has days there.")
