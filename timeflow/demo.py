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
from timeflow import demo_bring, demo_people
from timeflow.demo_client import DemoClient, DemoFailed
from timeflow.demo_history import DAYS, Event, history
from timeflow.demo_people import Member
from timeflow.demo_work import work

BATCH = 500
_POLL_S = 0.25
#: Those whose logins are printed have tasks, time entries and goals too.
_WITH_WORK = 3


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
                    own = DemoClient(client, headers)
                    await _bring(own, member)
                    if member in members[:_WITH_WORK]:
                        await demo_bring.bring(own, work(member.who, member.last_day))
                progress.advance(task)
    finally:
        threads.close()
    _print_logins(members, demo_people.password(settings))


async def _bring(client: DemoClient, member: Member) -> None:
    """Post a history unless it is there, and wait until it is derived."""
    events = list(history(member.who, member.last_day))
    if await _derived(client, member) >= len(events):
        return
    for begin in range(0, len(events), BATCH):
        await _post(client, events[begin : begin + BATCH])
    while await _derived(client, member) < len(events):  # noqa: ASYNC110 - over HTTP
        await asyncio.sleep(_POLL_S)


async def _post(client: DemoClient, events: Sequence[Event]) -> None:
    said = await client.call("POST", "/events", json={"events": events})
    if said["rejected"]:
        raise DemoFailed(f"POST /events rejected {said['rejected']}: {said}")


async def _derived(client: DemoClient, member: Member) -> int:
    """How many events of the history the tables know."""
    # An evening may go on after midnight.
    first, last = member.last_day - timedelta(days=DAYS), member.last_day + timedelta(days=1)
    asked = {"group_by": "category", "from": str(first), "to": str(last)}
    summary = await client.call("GET", "/analytics/summary", params=asked)
    return sum(group["events"] for group in summary["groups"])


def _print_logins(members: Sequence[Member], password: str) -> None:
    click.echo(f"Logins, all with the password {password}")
    for member in members[:_WITH_WORK]:
        roles = ", ".join(member.account.roles)
        click.echo(f"  {member.account.email:22} {roles} ({member.who.time_zone})")
    if len(members) > _WITH_WORK:
        click.echo(f"and {len(members) - _WITH_WORK} more people")
