"""`timeflow streams`: how far each group has read, and forgetting one that is no more."""

from typing import Any

import click

from timeflow.at_server import as_json, at_server, tell


@click.group(invoke_without_command=True)
@as_json
@at_server
def streams(api: Any, as_json: bool) -> None:
    """Show the lag of every group, and what blocks a trim; or forget a group."""
    found = api.get("/ops/streams")
    tell(found, as_json, lambda: _show(found))


@streams.command()
@click.argument("group")
@as_json
@at_server
def forget(api: Any, group: str, as_json: bool) -> None:
    """Forget a group that no stage of this version is: it holds nothing back any more."""
    found = api.post(f"/ops/streams/{group}/forget")
    tell(found, as_json, lambda: click.echo(f"{group} is forgotten."))


def _show(found: Any) -> None:
    from timeflow.operator import words

    words.table(
        ("topic", "", "group", "position", "end", "entries", "events", "oldest, s"),
        (
            (x["topic"], x["partition"], x["group"], x["committed"], x["end"], x["lag_entries"],
             x["lag_events"], x["oldest_age_s"])
            for x in found["items"]
        ),
        nothing="No streams.",
    )  # fmt: skip
