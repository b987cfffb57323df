"""`timeflow dlq`: events that could not be applied: found, understood, edited, replayed."""

import functools
import json
from collections.abc import Callable
from typing import Any

import click

from timeflow.at_server import as_json, at_server, tell
from timeflow.operator.jobs import follow, wait

_FILTER = ("stage", "topic", "partition", "error", "user", "since", "until", "q", "state")


def filtered(command: Callable[..., None]) -> Callable[..., None]:
    """Give the command `wanted`: the filter of dead letters, as the API takes it."""

    @click.option("--stage", help="usage, tasks, segmentation, recommendation.")
    @click.option("--topic")
    @click.option("--partition", type=int)
    @click.option("--error", metavar="CLASS", help="The error's class, as listed.")
    @click.option("--user", metavar="ID", help="Whose events.")
    @click.option("--since", metavar="INSTANT", help="Failed first then or later.")
    @click.option("--until", metavar="INSTANT", help="Failed first before.")
    @click.option("--q", metavar="WORDS", help="In the event as it is written, or the message.")
    @click.option("--state", type=click.Choice(["retrying", "open", "discarded", "done"]))
    @functools.wraps(command)
    def run(*arguments: Any, **options: Any) -> None:
        given = {name: options.pop(name) for name in _FILTER}
        wanted = {name: value for name, value in given.items() if value is not None}
        command(*arguments, wanted=wanted, **options)

    return run


def acting(command: Callable[..., None]) -> Callable[..., None]:
    """The options of what acts on letters."""

    @click.option("--rate", type=float, help="Letters a second at most.")
    @click.option("--dry-run", is_flag=True, help="Say what would happen, and do nothing.")
    @click.option("--yes", is_flag=True, help="Do not ask.")
    @wait
    @functools.wraps(command)
    def run(*arguments: Any, **options: Any) -> None:
        command(*arguments, **options)

    return run


@click.group()
def dlq() -> None:
    """Dead letters: events that could not be applied."""


@dlq.command("list")
@filtered
@click.option("--limit", type=click.IntRange(1, 500), default=50, show_default=True)
@click.option("--cursor", help="Where the page before ended.")
@as_json
@at_server
def list_letters(
    api: Any, wanted: dict[str, Any], limit: int, cursor: str | None, as_json: bool
) -> None:
    """List them, the newest first, with how many there are of each error."""
    page = api.get("/ops/dlq", limit=limit, cursor=cursor, **wanted)
    tell(page, as_json, lambda: _show_page(page))


@dlq.command()
@click.argument("id")
@as_json
@at_server
def show(api: Any, id: str, as_json: bool) -> None:
    """Show one whole: event, error, traceback, and where it lies on the stream."""
    letter = api.get(f"/ops/dlq/{id}")
    tell(letter, as_json, lambda: _show_letter(letter))


@dlq.command()
@click.argument("ids", nargs=-1)
@filtered
@acting
@as_json
@at_server
def replay(api: Any, ids: tuple[str, ...], wanted: dict[str, Any], **options: Any) -> None:
    """Try letters again: those of IDS, or all that a filter means as of now."""
    _act(api, "replay", ids, wanted, {}, **options)


@dlq.command()
@click.argument("ids", nargs=-1)
@filtered
@acting
@as_json
@at_server
def discard(api: Any, ids: tuple[str, ...], wanted: dict[str, Any], **options: Any) -> None:
    """Give letters up: those of IDS, or all that a filter means as of now."""
    _act(api, "discard", ids, wanted, {}, **options)


@dlq.command()
@click.argument("ids", nargs=-1)
@filtered
@click.option("--set", "sets", multiple=True, metavar="/FIELD=VALUE", help="VALUE is JSON or text.")
@click.option("--remove", multiple=True, metavar="/FIELD")
@click.option("--patch", type=click.File(), help="A JSON Patch (RFC 6902).")
@acting
@as_json
@at_server
def edit(
    api: Any,
    ids: tuple[str, ...],
    wanted: dict[str, Any],
    sets: tuple[str, ...],
    remove: tuple[str, ...],
    patch: Any,
    **options: Any,
) -> None:
    """Change events and try them again. One letter without a change opens an editor."""
    changes = [*(_setting(text) for text in sets), *({"op": "remove", "path": p} for p in remove)]
    if patch is not None:
        try:
            changes += json.load(patch)
        except ValueError as error:
            raise click.BadParameter(f"no JSON: {error}", param_hint="--patch") from None
    if not changes:
        changes = _edited(api, ids)
    _act(api, "replay", ids, wanted, {"edit": changes}, **options)


def _act(
    api: Any,
    what: str,
    ids: tuple[str, ...],
    wanted: dict[str, Any],
    more: dict[str, Any],
    *,
    rate: float | None,
    dry_run: bool,
    yes: bool,
    wait: bool,
    as_json: bool,
) -> None:
    body = {**_meant(api, ids, wanted), **more, "dry_run": dry_run or not yes}
    if rate is not None:
        body["rate"] = rate
    plan = api.post(f"/ops/dlq/{what}", body)
    if not (dry_run or yes):
        _show_plan(plan)
        click.confirm(f"{what.capitalize()} {plan['letters']} dead letters?", abort=True)
    if not dry_run:
        if not yes:
            plan = api.post(f"/ops/dlq/{what}", {**body, "dry_run": False})
        follow(api, plan["job"], wait, as_json)
        return
    tell(plan, as_json, lambda: _show_plan(plan))


def _meant(api: Any, ids: tuple[str, ...], wanted: dict[str, Any]) -> dict[str, Any]:
    """Ids, or the filter as of now with what it means now."""
    if ids and wanted:
        raise click.UsageError("either IDS or a filter")
    if ids:
        return {"ids": list(ids)}
    if not wanted:
        raise click.UsageError("which letters? IDS, or a filter as of `timeflow dlq list`")
    seen = api.get("/ops/dlq", limit=1, **wanted)
    return {"filter": wanted, "as_of": seen["as_of"], "expected_count": seen["total"]}


def _setting(text: str) -> dict[str, Any]:
    path, equals, value = text.partition("=")
    if not equals or not path.startswith("/"):
        raise click.BadParameter(f"{text!r} is not /FIELD=VALUE", param_hint="--set")
    try:
        return {"op": "add", "path": path, "value": json.loads(value)}
    except ValueError:
        return {"op": "add", "path": path, "value": value}


def _edited(api: Any, ids: tuple[str, ...]) -> list[dict[str, Any]]:
    if len(ids) != 1:
        raise click.UsageError("what to change? --set, --remove, --patch; or one ID to edit")
    event = api.get(f"/ops/dlq/{ids[0]}")["event"]
    before = json.dumps(event, indent=2, ensure_ascii=False)
    after = click.edit(before, extension=".json")
    if after is None or after.strip() == before.strip():
        raise click.Abort
    try:
        return [{"op": "replace", "path": "", "value": json.loads(after)}]
    except ValueError as error:
        raise click.ClickException(f"what you wrote is no JSON: {error}") from None


def _show_page(page: Any) -> None:
    from timeflow.operator import words

    words.table(
        ("letter", "stage", "state", "error", "message", "tries", "failed first"),
        (
            (x["id"], x["stage"], words.state(x["state"]), words.plain(x["error_class"]),
             words.plain(x["error_message"].partition("\n")[0][:60]), x["attempts"],
             words.instant(x["first_failed_at"]))
            for x in page["items"]
        ),
        nothing="No dead letters.",
    )  # fmt: skip
    if page["total"]:
        words.line(f"{page['total']} in all: {words.counts(page['counts'])}")
        for error in page["errors"]:
            words.line(
                f"  {error['letters']} {error['stage']}: {words.plain(error['error_class'])}"
            )
    if page["kept"]["alarm"]:
        words.line(f"[red]About to be lost: {words.plain(page['kept']['alarm'])}[/]")
    if page["next_cursor"]:
        words.line(f"[dim]More: --cursor {page['next_cursor']}[/]")


def _show_errors(errors: list[Any]) -> None:
    from timeflow.operator import words

    for error in errors:
        words.line(f"  {error['letters']} {error['stage']}: {words.plain(error['error_class'])}")


def _show_letter(x: Any) -> None:
    from timeflow.operator import words

    place = f"{x['topic']}/{x['partition']} offset {x['offset']} event {x['index']}"
    words.line(f"{x['id']}: {words.state(x['state'])}, {x['stage']}, {place}")
    words.line(f"{words.plain(x['error_class'])}: {words.plain(x['error_message'])}")
    words.line(
        f"{x['attempts']} tries, {words.instant(x['first_failed_at'])} to"
        f" {words.instant(x['last_failed_at'])}, version {x['code_version']}"
    )
    words.line(words.plain(json.dumps(x["event"], indent=2, ensure_ascii=False)))
    if x["original"] is not None:
        words.line("Before it was edited:")
        words.line(words.plain(json.dumps(x["original"], indent=2, ensure_ascii=False)))
    words.line(words.plain(x["traceback"].rstrip()))
    _show_origin(x)


def _show_origin(x: Any) -> None:
    from timeflow.operator import words

    if (origin := x["origin"]) is None:
        words.line("[yellow]What lies around it on the stream is unknown.[/]")
        return
    if not origin["is_there"]:
        words.line("[yellow]Its entry does not lie on the stream any more.[/]")
    words.table(
        ("offset", "events", "bytes", ""),
        (
            (e["offset"], e["events"], e["bytes"], "<- this" * (e["offset"] == x["offset"]))
            for e in origin["entries"]
        ),
        nothing="Nothing lies around it on the stream.",
    )


def _show_plan(plan: Any) -> None:
    from timeflow.operator import words

    words.line(f"{plan['letters']} dead letters:")
    _show_errors(plan["errors"])
    for change in plan["edits"]:
        words.line(f"{change['id']} becomes {words.plain(json.dumps(change['after']))}")
