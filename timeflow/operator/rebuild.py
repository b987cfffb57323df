"""`timeflow rebuild`: people computed anew, compared or written."""

from typing import Any

import click

from timeflow.at_server import as_json, at_server
from timeflow.operator.jobs import follow, wait


@click.command()
@click.option("--user", metavar="ID", help="One user.")
@click.option("--all", "everybody", is_flag=True, help="Everybody.")
@click.option("--from", "first", metavar="DATE", help="Who was active from this day on ...")
@click.option("--to", "last", metavar="DATE", help="... to this one.")
@click.option("--old-zones", is_flag=True, help="Whose days know older rules of time zones.")
@click.option("--write", is_flag=True, help="Set right what differs; without, only compare.")
@click.option("--stream-time", metavar="INSTANT", help="Apply what lies on the stream since then.")
@click.option("--stream-offset", type=int, help="Apply what lies there from an offset on ...")
@click.option("--partition", type=int, help="... of this partition.")
@wait
@as_json
@at_server
def rebuild(
    api: Any,
    user: str | None,
    everybody: bool,
    first: str | None,
    last: str | None,
    old_zones: bool,
    write: bool,
    stream_time: str | None,
    stream_offset: int | None,
    partition: int | None,
    wait: bool,
    as_json: bool,
) -> None:
    """Compute people anew from their raw events, or from the stream what was never applied.

    Exit code with --wait: 3 when something differed or failed.
    """
    meant = {"from": first, "to": last, "old_zones": old_zones or None}
    stream = {"time": stream_time, "offset": stream_offset, "partition": partition}
    body: dict[str, Any] = {"write": write, "all": everybody}
    if user:
        body["user"] = user
    for name, given in (("filter", meant), ("stream", stream)):
        if some := {key: value for key, value in given.items() if value is not None}:
            body[name] = some
    follow(api, api.post("/ops/rebuild", body)["job"], wait, as_json)
