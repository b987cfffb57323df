"""How to connect one's own programs: exact lines for the caller's key, and whether events come."""

import re
from datetime import datetime
from uuid import UUID

import msgspec
from aiohttp import web

from models import devices, raw_events
from web.callers import Caller
from web.context import Context
from web.credentials import key_of
from web.network import own_origin
from web.problems import Problem
from web.routes import INGEST_OR_READ, READS, route

#: In the place of the key when the caller came with a login.
_NO_KEY = "YOUR-API-KEY"

#: In the place of the instant: the shell's word for now, out of the quotes around the body.
_AT, _NOW = "AT", """'"$(date -u +%Y-%m-%dT%H:%M:%SZ)"'"""

#: What may stand in quotes in every file and shell.
_origin = re.compile(r"(https?)://([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?").fullmatch


class Lines(msgspec.Struct, frozen=True):
    """What to write into a file of the home directory."""

    file: str
    lines: list[str]


class Source(msgspec.Struct, frozen=True):
    """A way by which events of a device came, and when, to within ten minutes."""

    source: str
    device: str
    first_event_at: datetime
    last_event_at: datetime


class Connect(msgspec.Struct, frozen=True):
    """Lines for each kind of client with the key of this request.

    `device`: all events of the key are of this one. `activitywatch` is null where the server is
    reached by https: what configures its watchers knows http only. The instants of events are null
    until the first has come.
    """

    base_url: str
    device: str | None
    wakatime: Lines
    activitywatch: Lines | None
    curl: str
    first_event_at: datetime | None
    last_event_at: datetime | None
    sources: list[Source]


@route(
    "GET",
    "/connect",
    summary="How to connect a WakaTime plugin, an ActivityWatch watcher or curl with this key",
    tags=("events",),
    access=INGEST_OR_READ,
    limit=READS,
    errors=(400,),
)
async def get_connect(context: Context, caller: Caller, request: web.Request) -> Connect:
    """Say it with the key of the request, which is told to nobody but its sender."""
    origin = _origin(own_origin(request, context.settings.trusted_proxies))
    if origin is None:
        raise Problem(400, "bad-host", "The Host header is not one that clients could be given.")
    base, key = origin[0], key_of(request) or _NO_KEY
    first, last, sources = await context.database.run(_seen, caller.user_id)
    return Connect(
        base,
        caller.device,
        _wakatime(base, key),
        _activitywatch(key, *origin.groups()),
        _curl(base, key, caller.device),
        first,
        last,
        sources,
    )


def _wakatime(base: str, key: str) -> Lines:
    url = f"{base}/api/v1/users/current/heartbeats.bulk"
    return Lines("~/.wakatime.cfg", ["[settings]", f"api_url = {url}", f"api_key = {key}"])


def _activitywatch(key: str, scheme: str, host: str, port: str | None) -> Lines | None:
    if scheme != "http":
        return None
    return Lines(
        "~/.config/activitywatch/aw-client/aw-client.toml",
        ["[server]", f'hostname = "timeflow:{key}@{host}"', f'port = "{port or 80}"'],
    )


def _curl(base: str, key: str, device: str | None) -> str:
    """A line that says another event each time it is run."""
    event = {
        "type": "usage.heartbeat",
        "time": _AT,
        "entity": "hello",
        **({} if device else {"device": "my-computer"}),
    }
    body = msgspec.json.encode({"events": [event]}).decode().replace(_AT, _NOW, 1)
    return (
        f"curl -sS {base}/events -H 'Authorization: Bearer {key}'"
        f" -H 'Content-Type: application/json' -d '{body}'"
    )


def _seen(user_id: UUID) -> tuple[datetime | None, datetime | None, list[Source]]:
    first, last = raw_events.span(user_id)
    return first, last, [Source(*row) for row in devices.sources(user_id)]
