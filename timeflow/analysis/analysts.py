"""`timeflow analyst`: who may read the schema `analyst` with tools of their own."""

import re
import secrets
from typing import Any
from urllib.parse import quote, urlsplit

import click
import peewee

from timeflow.instance import instance
from timeflow.options import data_dir
from timeflow.refusals import Refused

_NAME = re.compile(r"[a-z][a-z0-9_]{2,40}")


@click.group()
def analyst() -> None:
    """Logins of the database that may read the schema `analyst`, and nothing else."""


@analyst.command()
@click.argument("name")
@click.option("--timeout", default=300, show_default=True, help="Seconds a query may take.")
@data_dir
def create(name: str, timeout: int, **overrides: Any) -> None:
    """Make a login NAME and print, once, how to connect."""
    from models import analysts

    if not _NAME.fullmatch(name):
        raise Refused(f"{name!r} is no name: small letters, digits and _, 3 to 41 of them")
    password = secrets.token_urlsafe(24)
    with instance(**overrides) as settings:
        _do(lambda: analysts.create(name, password, timeout), settings, "analyst.created", name)
        url = settings.database_url
    click.echo("Kept nowhere; shown this once:")
    click.echo(f"psql '{_as(url, name, password)}'")


@analyst.command()
@click.argument("name")
@data_dir
def drop(name: str, **overrides: Any) -> None:
    """Drop the login NAME."""
    from models import analysts

    def gone() -> None:
        if not analysts.drop(name):
            raise Refused(f"there is no analyst {name}")

    with instance(**overrides) as settings:
        _do(gone, settings, "analyst.dropped", name)
    click.echo(f"{name} may read nothing any more.")


@analyst.command("list")
@data_dir
def list_analysts(**overrides: Any) -> None:
    """Print the logins."""
    from models import analysts

    with instance(**overrides):
        for role in analysts.listed():
            click.echo(role.name)


def _do(deed: Any, settings: Any, action: str, name: str) -> None:
    from models.database import database
    from pipeline.audit import Actor, record

    try:
        with database.atomic():
            deed()
            record(settings.pepper, Actor(by="command line"), action, name, None, {})
    except peewee.ProgrammingError as error:
        raise Refused(str(error).strip().splitlines()[0]) from None


def _as(url: str, name: str, password: str) -> str:
    """The URL with another login."""
    parts = urlsplit(url)
    where = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{quote(name)}:{quote(password)}@{where}").geturl()
