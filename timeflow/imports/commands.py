"""The commands `timeflow import ...`."""

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from timeflow.imports.table import FIELDS
from timeflow.refusals import Refused

_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


def _to_server(command: Any) -> Any:
    options = (
        click.option(
            "--rejected", type=click.Path(path_type=Path), help="File for all rejections."
        ),
        click.option(
            "--key", envvar="TIMEFLOW_KEY", help="An API key, scope ingest (TIMEFLOW_KEY)."
        ),
        click.option(
            "--server",
            envvar="TIMEFLOW_SERVER",
            default="http://127.0.0.1:8080",
            show_default=True,
            help="Where TimeFlow listens (TIMEFLOW_SERVER).",
        ),
    )
    for option in options:
        command = option(command)
    return command


@click.group(name="import")
def importing() -> None:
    """Bring in what others recorded. An import that broke off is run again and counts once."""


@importing.command()
@click.argument("source")
@_to_server
def activitywatch(source: str, **to: Any) -> None:
    """From an export of ActivityWatch: a file, or the URL of a server (http://localhost:5600)."""
    from timeflow.imports.activitywatch import Export
    from timeflow.imports.run import downloaded, run

    is_url = source.startswith(("http://", "https://"))
    url = source if "/api/" in source else f"{source.rstrip('/')}/api/0/export"
    with downloaded(url) if is_url else nullcontext(Path(source)) as file:
        sys.exit(run(Export(file), **to))


@importing.command()
@_file
@_to_server
def wakatime(file: Path, **to: Any) -> None:
    """From WakaTime's dump of heartbeats (settings, "Export my data")."""
    from timeflow.imports.run import run
    from timeflow.imports.wakatime import Dump

    sys.exit(run(Dump(file), **to))


@importing.command(name="csv")
@_file
@click.option("--map", "columns", multiple=True, required=True, metavar="FIELD=COLUMN")
@click.option("--zone", default="UTC", show_default=True, help="Of instants that name none.")
@click.option("--delimiter", default=",", show_default=True, help="Between columns.")
@_to_server
def table(
    file: Path,
    columns: tuple[str, ...],
    zone: str,
    delimiter: str,
    **to: Any,
) -> None:
    """From a table with a first line of names.

    Fields: time (required), end or duration, id, device, entity, category, project. Instants are
    ISO 8601 or seconds since 1970, durations seconds or h:m:s.
    """
    from timeflow.imports.run import run
    from timeflow.imports.table import Table

    named = dict(_pair(each) for each in columns)
    if "time" not in named:
        raise Refused("--map needs time=COLUMN")
    if {"end", "duration"} <= named.keys():
        raise Refused("--map takes end or duration, not both")
    if len(delimiter) != 1:
        raise Refused("--delimiter is one character")
    try:
        own = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise Refused(f"{zone!r} is no IANA time zone") from None
    sys.exit(run(Table(file, named, own, delimiter), **to))


def _pair(text: str) -> tuple[str, str]:
    field, is_pair, column = text.partition("=")
    if not is_pair or field not in FIELDS:
        raise Refused(f"--map {text}: FIELD=COLUMN, where FIELD is one of {', '.join(FIELDS)}")
    return field, column
