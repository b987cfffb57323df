"""The accounts of demo people: made once, all with the password kept in the data directory.

The first account of an instance registers through the API like anybody. Registration is closed
after it, so the others are made with `models.accounts`, each with its role.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import uuid4

import aiohttp

from models import accounts, api_keys
from models.accounts import Person
from pipeline import data_directory, keys
from pipeline.database import DatabaseThreads
from pipeline.settings import Settings
from timeflow.demo_history import Persona, persona
from web.credentials import key_hash
from web.passwords import Passwords

#: Of the first three; everybody else is a person.
_ROLES = (("user",), ("user", "analyst"), ("user", "operator"))
_FIRST = 2


@dataclass(frozen=True)
class Member:
    """A demo person and their account."""

    who: Persona
    account: Person

    @property
    def last_day(self) -> date:
        """The last day of their history: the one before their account was made."""
        return self.account.created_at.date() - timedelta(days=1)


def password(settings: Settings) -> str:
    """The password of all demo people of this data directory; no default anybody could know."""
    data_directory.prepare(settings.data_dir)
    return keys.kept(settings.data_dir / "demo_password")[:16]


async def members(
    client: aiohttp.ClientSession, settings: Settings, threads: DatabaseThreads, count: int
) -> list[Member]:
    """The first `count` demo people; accounts that are missing are made."""
    names = [persona(number) for number in range(count)]
    # The operator first: the first account of an instance may do everything.
    missing = [
        number
        for number in sorted(range(count), key=lambda number: (number != _FIRST, number))
        if await threads.run(accounts.find_login, _email(names[number])) is None
    ]
    if missing:
        await _make(client, settings, threads, missing)
    found = [await threads.run(accounts.find_login, _email(who)) for who in names]
    return [Member(who, login.person) for who, login in zip(names, found, strict=True) if login]


async def _make(
    client: aiohttp.ClientSession,
    settings: Settings,
    threads: DatabaseThreads,
    missing: Sequence[int],
) -> None:
    secret = password(settings)
    first, *others = missing
    who = persona(first)
    new = {"email": _email(who), "password": secret, "time_zone": who.time_zone}
    async with client.post("/auth/register", json=new) as answer:
        if answer.status == 403:  # the instance is somebody's already
            others = list(missing)
        else:
            answer.raise_for_status()
    passwords = Passwords(settings)
    try:
        hashed = await passwords.hash(secret)
    finally:
        passwords.close()
    for number in others:
        who = persona(number)
        roles = _ROLES[number] if number < len(_ROLES) else _ROLES[0]
        await threads.run(
            accounts.register,
            _email(who),
            hashed,
            who.time_zone,
            registration_open=True,
            roles=roles,
        )


@asynccontextmanager
async def key_of(member: Member, threads: DatabaseThreads) -> AsyncIterator[dict[str, str]]:
    """The header with an API key of this person, which ends with the block."""
    key = str(uuid4())
    scopes = ["ingest", "read", "write"]
    made = await threads.run(
        api_keys.make, member.account.id, "demo", key[:8], key_hash(key), scopes
    )
    try:
        yield {"Authorization": f"Bearer {key}"}
    finally:
        await threads.run(api_keys.revoke, member.account.id, made.id)


def _email(who: Persona) -> str:
    return f"{who.name}@demo.example"
