"""`timeflow user`: the people of an instance, for whoever runs it, also while it runs."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from models.accounts import ROLES
from pipeline.settings import Settings
from timeflow.instance import instance
from timeflow.options import data_dir
from timeflow.refusals import Refused

#: Everybody has the role `user`; these are given and taken.
_GIVEN = tuple(role for role in ROLES if role != "user")
_PAGE = 500

_roles = click.option(
    "--role",
    "roles",
    type=click.Choice(_GIVEN),
    multiple=True,
    help="May be given more than once.",
)
_some_roles = click.option(
    "--role", "roles", type=click.Choice(_GIVEN), multiple=True, required=True
)


@click.group()
def user() -> None:
    """The people of this instance, also while it runs."""


@user.command()
@click.argument("email")
@_roles
@data_dir
def invite(email: str, roles: tuple[str, ...], **overrides: Any) -> None:
    """Print a code with which EMAIL may register once."""
    from web.addresses import is_address
    from web.invites import make
    from web.problems import Problem

    if not is_address(email):
        raise Refused(f"{email!r} is not an address")
    with instance(**overrides) as settings, _deed(settings) as audit:
        try:
            made, code = make(settings, email, roles, None)
        except Problem:
            raise Refused(f"{email} has an account already") from None
        audit("invite.made", str(made.id), after={"roles": made.roles})
    click.echo(f"{email} may register until {made.expires_at:%Y-%m-%d %H:%M} UTC, once, with")
    click.echo(f'POST /auth/register {{"email": ..., "password": ..., "invite": "{code}"}}')


@user.command()
@click.argument("email")
@_some_roles
@data_dir
def promote(email: str, roles: tuple[str, ...], **overrides: Any) -> None:
    """Give EMAIL roles besides those it has."""
    _change(email, lambda held: {*held, *roles}, overrides)


@user.command()
@click.argument("email")
@_some_roles
@data_dir
def demote(email: str, roles: tuple[str, ...], **overrides: Any) -> None:
    """Take roles from EMAIL."""
    _change(email, lambda held: set(held) - set(roles), overrides)


@user.command("reset-password")
@click.argument("email")
@click.option("--second-factor", is_flag=True, help="Also switch the second factor off, now.")
@data_dir
def reset_password(email: str, second_factor: bool, **overrides: Any) -> None:
    """Print a code with which EMAIL may set a new password once."""
    from models import totp
    from web.password_resets import make

    with instance(**overrides) as settings, _deed(settings) as audit:
        known = _known(email)
        code = make(settings, known.id)
        if second_factor:
            totp.end(known.id)
        audit("user.password-reset", about=known.id, second_factor=second_factor)
        hours = settings.password_reset_hours
    click.echo(f"{email} may set a new password within {hours} hours, once, with")
    click.echo(f'POST /auth/reset-password {{"code": "{code}", "new_password": ...}}')


@user.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@data_dir
def list_users(as_json: bool, **overrides: Any) -> None:
    """Print the accounts, oldest first."""
    with instance(**overrides):
        members = list(_everybody())[::-1]
    if as_json:
        click.echo(json.dumps([_plain(member) for member in members], indent=2))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("address", "roles", "since", "last seen", "disabled")
    for member in map(_plain, members):
        days = [(member[name] or "")[:10] for name in ("created_at", "last_seen_at", "disabled_at")]
        table.add_row(member["email"], ", ".join(member["roles"]), *days)
    Console().print(table)


@contextmanager
def _deed(settings: Settings) -> Iterator[Callable[..., None]]:
    """One transaction, and what audits it."""
    from models.database import database
    from pipeline.audit import Actor, record

    def audit(action: str, subject: str = "", about: Any = None, **facts: Any) -> None:
        record(settings.pepper, Actor(by="command line"), action, subject, about, facts)

    with database.atomic():
        yield audit


def _change(email: str, roles: Callable[[list[str]], set[str]], overrides: dict[str, Any]) -> None:
    from models import people

    with instance(**overrides) as settings, _deed(settings) as audit:
        held = _known(email)
        try:
            changed = people.change(held.id, roles)
        except people.LastOperator:
            raise Refused(f"{email} is the last operator") from None
        if changed is None:
            raise _unknown(email)
        roles_before, roles_after = {"roles": held.roles}, {"roles": changed.roles}
        audit("user.changed", about=held.id, before=roles_before, after=roles_after)
    click.echo(f"{changed.email}: {', '.join(changed.roles)}")


def _known(email: str) -> Any:
    from models import people
    from web.addresses import is_address

    found = people.with_address(email) if is_address(email) else None
    if found is None:
        raise _unknown(email)
    return found


def _unknown(email: str) -> Refused:
    return Refused(f"there is no account of {email}")


def _everybody() -> Iterator[Any]:
    from models import people

    before = None
    while page := people.page("", before, _PAGE):
        yield from page
        before = page[-1].id


def _plain(member: Any) -> dict[str, Any]:
    import msgspec

    plain: dict[str, Any] = msgspec.to_builtins(member._asdict())
    return plain
