"""`--demo`: people with 90 days behind them, brought in the way of everybody: API and streams.

A history is a function of the person and of the day their account was made, and its events have
ids of their own. So a second run finds everything there and changes nothing, and one after an
interruption brings what is missing.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import aiohttp
import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from pipeline.database import DatabaseThreads
from pipeline.settings import Settings
from timeflow import demo_people
from timeflow.demo_history import DAYS, Event, history
from timeflow.demo_people import Member

BATCH = 500
_POLL_S = 0.25


class DemoFailed(Exception):
    """The API did not take what it should."""


async def make(client: aiohttp.ClientSession, settings: Settings, count: int) -> None:
    """Make what is missing of `count` people and print the logins of the first three."""
    threads = DatabaseThreads("demo", 1)
    try:
        members = await demo_people.members(client, settings, threads, count)
        with Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=Console()
        ) as progress:
            task = progress.add_task("Demo people", total=len(members))
            for member in members:
                async with demo_people.key_of(member, threads) as headers:
                    await _bring(client, headers, member)
                progress.advance(task)
    finally:
        threads.close()
    _print_logins(members, demo_people.password(settings))


async def _bring(client: aiohttp.ClientSession, headers: dict[str, str], member: Member) -> None:
    """Post a history unless it is there, and wait until it is derived."""
    events = list(history(member.who, member.last_day))
    if await _derived(client, headers, member) >= len(events):
        return
    for begin in range(0, len(events), BATCH):
        await _post(client, headers, events[begin : begin + BATCH])
    while await _derived(client, headers, member) < len(events):  # noqa: ASYNC110 - over HTTP
        await asyncio.sleep(_POLL_S)


async def _post(
    client: aiohttp.ClientSession, headers: dict[str, str], events: Sequence[Event]
) -> None:
    while True:
        async with client.post("/events", json={"events": events}, headers=headers) as answer:
            if answer.status in (429, 503):
                await asyncio.sleep(float(answer.headers.get("Retry-After", "1")))
                continue
            said = await answer.json()
            if answer.status != 202 or said["rejected"]:
                raise DemoFailed(f"POST /events answered {answer.status}: {said}")
            return


async def _derived(client: aiohttp.ClientSession, headers: dict[str, str], member: Member) -> int:
    """How many events of the history the tables know."""
    # An evening may go on after midnight.
    first, last = member.last_day - timedelta(days=DAYS), member.last_day + timedelta(days=1)
    asked = {"group_by": "category", "from": str(first), "to": str(last)}
    async with client.get("/analytics/summary", params=asked, headers=headers) as answer:
        answer.raise_for_status()
        return sum(group["events"] for group in (await answer.json())["groups"])


def _print_logins(members: Sequence[Member], password: str) -> None:
    click.echo(f"Logins, all with the password {password}")
    for member in members[:3]:
        roles = ", ".join(member.account.roles)
        click.echo(f"  {member.account.email:22} {roles} ({member.who.time_zone})")
    if len(members) > 3:
        click.echo(f"and {len(members) - 3} more people")
