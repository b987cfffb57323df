"""Whether the process lives, can serve, reaches its database; and its metrics."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable
from typing import Literal

import msgspec
import peewee
import prometheus_client

from models import migrate
from models.database import execute
from pipeline.database import DatabaseBusy
from pipeline.redis_streams.errors import StreamsError
from web.context import Context
from web.problems import Violation, unavailable
from web.routes import METRICS, OPENS, PUBLIC, READS, route
from web.streams import observe_lags

_AWAY = (peewee.OperationalError, peewee.InterfaceError, DatabaseBusy, StreamsError, TimeoutError)


class Alive(msgspec.Struct, frozen=True):
    """The process answers."""

    status: Literal["alive"] = "alive"


class Ready(msgspec.Struct, frozen=True):
    """The process can serve."""

    status: Literal["ready"] = "ready"


class DatabaseCheck(msgspec.Struct, frozen=True):
    """The way to the database and back, and its migrations."""

    reachable: bool
    latency_ms: float
    migrations_applied: list[str]
    migrations_missing: list[str]


@route("GET", "/health", summary="Alive", tags=("health",), access=PUBLIC, limit=OPENS)
async def get_health() -> Alive:
    """Answer."""
    return Alive()


@route(
    "GET",
    "/ready",
    summary="Ready: database, Redis and what else runs here can serve; 503 says why not",
    tags=("health",),
    access=PUBLIC,
    limit=OPENS,
)
async def get_ready(context: Context) -> Ready:
    """Ask all at the same time."""
    deadline_s = context.settings.database_deadline_s
    reasons = await asyncio.gather(
        _reason("database", _migrated(context), deadline_s),
        _reason("redis", context.redis.call("PING"), deadline_s),
        *(check() for check in context.checks),
    )
    if missing := tuple(Violation("", reason) for reason in reasons if reason):
        raise unavailable("not-ready", "; ".join(v.message for v in missing), missing)
    return Ready()


@route(
    "GET",
    "/dbcheck",
    summary="The database: latency and migrations",
    tags=("health",),
    access=PUBLIC,
    limit=OPENS,
)
async def get_dbcheck(context: Context) -> DatabaseCheck:
    """Ask it something and measure."""
    await context.database.run(execute, "SELECT 1")
    began = time.perf_counter()
    await context.database.run(execute, "SELECT 1")
    latency_ms = round((time.perf_counter() - began) * 1000, 3)
    applied, missing = await context.database.run(migrate.state)
    return DatabaseCheck(True, latency_ms, applied, missing)


@route(
    "GET",
    "/metrics",
    summary="Metrics in the text format of Prometheus",
    tags=("health",),
    access=METRICS,
    limit=READS,
    media=prometheus_client.CONTENT_TYPE_LATEST,
)
async def get_metrics(context: Context) -> bytes:
    """Whatever this process counted, and the lag of all."""
    with contextlib.suppress(*_AWAY):
        await observe_lags(context)
    return prometheus_client.generate_latest()


async def _migrated(context: Context) -> None:
    if (await context.database.run(migrate.state))[1]:
        raise peewee.OperationalError("migrations are missing")


async def _reason(what: str, ask: Awaitable[object], deadline_s: float) -> str | None:
    try:
        await asyncio.wait_for(ask, deadline_s)
    except _AWAY as error:
        return f"{what}: {str(error).strip() or 'no answer in time'}"
    return None
