"""The commands that let a person in on a machine, and make its shell know theirs."""

import socket

import click

from timeflow.person import logins
from timeflow.person.logins import Login


@click.command()
@click.option("--server", envvar=logins.SERVER, default=logins.LOCAL, show_default=True)
@click.option("--email", prompt=True)
@click.password_option(confirmation_prompt=False, help="Asked for, if it is not given.")
@click.option("--ops", is_flag=True, help="For an operator: the key may do what they may.")
def login(server: str, email: str, password: str, ops: bool) -> None:
    """Log in to a server: its commands then go with an API key of their own."""
    from timeflow.person.server import Problem, Server

    api = Server(Login(server, ""))
    who = {"email": email, "password": password}
    try:
        opened = api.post("/auth/login", who)
    except Problem as problem:
        if problem.code != "totp-required":
            raise
        code = click.prompt("Code of your authenticator")
        opened = api.post("/auth/login", {**who, "code": code})
    token = opened["access_token"]
    scopes = ["read", "write", *(["ops"] if ops else [])]
    new = {"name": f"timeflow on {socket.gethostname()}"[:100], "scopes": scopes}
    made = api.call("POST", "/me/api-keys", body=new, token=token)
    api.call("POST", "/auth/logout", body={}, token=token)
    path = logins.keep(Login(server, made["key"]))
    click.echo(f"Logged in to {server} as {email}; the key is in {path}.")


@click.command()
def logout() -> None:
    """Forget the key on this machine; `DELETE /me/api-keys/{id}` ends it everywhere."""
    logins.forget()
    click.echo("The key is forgotten.")


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print what lets a shell complete: `eval "$(timeflow completion bash)"`."""
    from click.shell_completion import get_completion_class

    complete = get_completion_class(shell)
    root = context.find_root()
    if complete is not None:
        script = complete(root.command, {}, "timeflow", "_TIMEFLOW_COMPLETE")
        click.echo(script.source())


COMMANDS = (login, logout, completion)
