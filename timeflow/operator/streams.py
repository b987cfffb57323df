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
        ("topic", "", "group", "position", "end", "entries", "events", "oldest, s", "events/s",
         "drained in, s"),
        (
            (x["topic"], x["partition"], x["group"], x["committed"], x["end"], x["lag_entries"],
             x["lag_events"], x["oldest_age_s"], x["rate_events_s"], x["drain_s"])
            for x in found["items"]
        ),
        nothing="No streams.",
    )  # fmt: skip
    for topic in found["topics"]:
        words.line(
            f"{topic['topic']}: {topic['entries']} entries, {topic['bytes'] / 1e6:,.1f} MB, kept"
            f" {topic['retention_age_s'] / 86_400:,.1f} days or"
            f" {topic['retention_bytes'] / 1e6:,.0f} MB a partition"
        )
        for block in topic["blocked_by"]:
            words.line(
                f"  [yellow]partition {block['partition']} is not trimmed: {block['group']} is"
                f" {block['reason']}[/]"
            )
    memory, outbox = found["memory"], found["outbox"]
    limit = memory["maxmemory_bytes"]
    of = f" of {limit / 1e6:,.0f} MB" if limit else ", no limit"
    words.line(f"Redis: {memory['used_bytes'] / 1e6:,.1f} MB{of}, {memory['policy']}")
    words.line(f"Outbox: {outbox['waiting']} changes wait, {outbox['oldest_age_s']:,.1f} s at most")
