"""The command line."""

from typing import Any

import click

from timeflow.analysis.analysts import analyst
from timeflow.analysis.analytics import analytics
from timeflow.analysis.export import export
from timeflow.analysis.segments import segments
from timeflow.doctor.command import doctor
from timeflow.evaluate.command import evaluate
from timeflow.imports.commands import importing
from timeflow.operator.commands import COMMANDS as OPERATOR_COMMANDS
from timeflow.options import configured as _configured
from timeflow.options import data_dir as _data_dir
from timeflow.person import access, commands
from timeflow.refusals import told
from timeflow.user import user


def _address(command: Any) -> Any:
    command = click.option("--port", type=int, help="TCP port of the API (PORT).")(command)
    return click.option("--host", help="Address the API listens on (HOST).")(command)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="timeflow")
def main() -> None:
    """TimeFlow: from what you do to what you can know about it."""


@main.command()
@_address
@_data_dir
@click.option("--demo", is_flag=True, help="Make demo people with 90 days of history.")
@click.option("--demo-people", type=click.IntRange(min=3), help="How many of them (3).")
@click.option("--reset", is_flag=True, help="With --demo: start afresh (embedded data only).")
def up(demo: bool, demo_people: int | None, reset: bool, **overrides: Any) -> None:
    """Start everything in one process, embedded servers included."""
    from timeflow.up import run

    with told():
        run(_configured(**overrides), demo_people or (3 if demo else 0), reset=reset)


@main.command()
@click.argument("stages", nargs=-1)
@_data_dir
def worker(stages: tuple[str, ...], **overrides: Any) -> None:
    """Run the named stages, or all of them and the relay."""
    from timeflow.runtime import run

    with told():
        run(_configured(**overrides), stages=stages, with_relay=not stages)


@main.command()
@_data_dir
def relay(**overrides: Any) -> None:
    """Run the relay alone: it sends changes of work to the stream."""
    from timeflow.runtime import run

    with told():
        run(_configured(**overrides), stages=None, with_relay=True)


@main.command()
@_address
@_data_dir
def web(**overrides: Any) -> None:
    """Run the HTTP API alone."""
    from timeflow.runtime import run

    with told():
        run(_configured(**overrides), stages=None, with_web=True)


@main.command()
@_data_dir
def migrate(**overrides: Any) -> None:
    """Bring the database to this version's tables."""
    from timeflow import database, servers

    with told(), servers.running(_configured(**overrides)) as reachable:
        for name in database.migrated(reachable):
            click.echo(f"applied {name}")


@main.command()
@_address
@_data_dir
def dev(**overrides: Any) -> None:
    """Like `up`, and start again whenever a source file changes."""
    from timeflow.dev import run

    with told():
        run(_configured(**overrides))


@main.group()
def db() -> None:
    """The database."""


@db.command()
@_data_dir
@click.option("--yes-i-mean", metavar="DATABASE", help="Name of a database that is not embedded.")
def reset(yes_i_mean: str | None, **overrides: Any) -> None:
    """Delete all data: rows, and what lies on the streams."""
    from timeflow import database

    with told():
        database.reset(_configured(**overrides), yes_i_mean)
        click.echo("All data is deleted.")


for own in (analyst, analytics, doctor, evaluate, export, segments, user):
    main.add_command(own)
for command in (*access.COMMANDS, *commands.COMMANDS, *OPERATOR_COMMANDS):
    main.add_command(command)
main.add_command(importing)
