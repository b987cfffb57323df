"""`timeflow erasures`: how far they are, and what blocks them."""

from typing import Any

import click

from timeflow.at_server import as_json, at_server, tell


@click.command()
@as_json
@at_server
def erasures(api: Any, as_json: bool) -> None:
    """Show erasures of people, without who they were."""
    found = api.get("/ops/erasures")
    tell(found, as_json, lambda: _show(found["items"]))


def _show(items: list[Any]) -> None:
    from timeflow.operator import words

    words.table(
        ("erasure", "state", "asked for", "waits for"),
        (
            (e["id"], words.state(e["state"]), words.instant(e["requested_at"]),
             words.plain(e["blocked_by"]))
            for e in items
        ),
        nothing="No erasures.",
    )  # fmt: skip
