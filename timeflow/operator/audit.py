"""`timeflow audit`: who did what, and whether the log of it is as it was written."""

from typing import Any

import click

from timeflow.at_server import as_json, at_server, tell

#: Exit code when the log is not as it was written.
BROKEN = 3


@click.group(invoke_without_command=True)
@click.option("--action", help="How it begins: dlq., auth.login, ...")
@click.option("--user", metavar="ID", help="By or about this user.")
@click.option("--since", metavar="INSTANT")
@click.option("--until", metavar="INSTANT")
@click.option("--limit", type=click.IntRange(1, 500), default=50, show_default=True)
@as_json
@at_server
def audit(api: Any, as_json: bool, **query: Any) -> None:
    """Show what operators did and how people proved who they are; or verify it."""
    found = api.get("/ops/audit", **query)
    tell(found, as_json, lambda: _show(found["items"]))


@audit.command()
@click.option("--anchor", metavar="NUMBER:HASH", help="As an earlier run told, noted elsewhere.")
@as_json
@at_server
def verify(api: Any, anchor: str | None, as_json: bool) -> None:
    """Check every entry against its seal. Exit code 3: the log was tampered with."""
    number, _, noted = (anchor or "").partition(":")
    query = {"number": number, "hash": noted} if anchor else {}
    found = api.get("/ops/audit/verification", **query)
    tell(found, as_json, lambda: _show_verdict(found))
    if not found["intact"]:
        raise click.exceptions.Exit(BROKEN)


def _show(items: list[Any]) -> None:
    from timeflow.operator import words

    words.table(
        ("", "when", "who", "by", "what", "of", "detail"),
        (
            (e["number"], words.instant(e["at"]), e["user_id"] or e["person"][:8] or "nobody",
             e["by"], e["action"], e["about_id"] or words.plain(e["subject"]),
             words.plain(e["detail"] or ""))
            for e in items
        ),
        nothing="Nothing.",
    )  # fmt: skip


def _show_verdict(found: Any) -> None:
    from timeflow.operator import words

    if found["intact"]:
        words.line(f"[green]Intact[/]: {found['number']} entries.")
        words.line(f"Note elsewhere: {found['number']}:{found['hash']}")
    else:
        words.line(f"[red]Broken[/] at {found['broken_at']}: {words.plain(found['reason'])}")
