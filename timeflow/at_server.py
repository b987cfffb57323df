"""What every command that calls the API shares: which server, with which key, and `--json`."""

import functools
import json
from collections.abc import Callable
from typing import Any

import click

from timeflow.person import logins

as_json = click.option("--json", "as_json", is_flag=True, help="What the API answers.")
_to_server = click.option("--server", envvar=logins.SERVER, help=f"({logins.SERVER})")
_with_key = click.option("--key", envvar=logins.KEY, help=f"An API key ({logins.KEY}).")


def at_server(command: Callable[..., None]) -> Callable[..., None]:
    """Give the command the server's API as its first argument; a group only acts by itself."""

    @_to_server
    @_with_key
    @functools.wraps(command)
    def run(*, server: str | None, key: str | None, **options: Any) -> None:
        if click.get_current_context().invoked_subcommand is None:
            command(server_of(server, key), **options)

    return run


def server_of(server: str | None, key: str | None) -> Any:
    """The API that is given, else the one somebody is logged in to."""
    # What a command needs of the network is imported when it runs: the help is quick.
    from timeflow.person.server import Server

    return Server(logins.current(server, key))


def tell(found: Any, as_json: bool, show: Callable[[], None]) -> None:
    """Print what the API answered, or show it to a person."""
    if as_json:
        click.echo(json.dumps(found))
    else:
        show()
