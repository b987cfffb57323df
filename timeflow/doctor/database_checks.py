"""PostgreSQL: its version, room for connections, migrations, and whether it keeps what it took."""

import time
from typing import Any

import peewee

from models import migrate
from models.database import execute
from pipeline import topics
from pipeline.settings import Settings
from timeflow.doctor.finding import Finding, ok, together, warning, wrong

#: What an asked PostgreSQL may raise.
ERRORS = (peewee.OperationalError, peewee.InterfaceError, peewee.ProgrammingError)

#: The oldest major version.
_OLDEST = 14
#: Seconds a question may take to be answered.
_SLOW_S = 0.05
#: Share of all connections that should be free.
_FREE_SHARE = 0.1
#: Tables named in one sentence.
_NAMED = 3
#: Connections of a process beside its threads: the lookouts of the API; a stage's trimming,
#: privacy jobs, jobs of operators and trials of what failed; the relay's thread and what it
#: listens on.
_OF_WEB, _OF_STAGE, _OF_RELAY = 2, 4, 2

_CONNECTIONS = """
SELECT current_setting('max_connections')::integer
        - current_setting('superuser_reserved_connections')::integer
        - coalesce(current_setting('reserved_connections', true), '0')::integer,
    count(*),
    count(*) FILTER (WHERE application_name = 'timeflow' AND datname = current_database())
FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
"""
_NOT_WRITABLE = """
SELECT relname FROM pg_class
WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
    AND NOT relispartition
    AND NOT (has_table_privilege(oid, 'INSERT') AND has_table_privilege(oid, 'UPDATE')
        AND has_table_privilege(oid, 'DELETE'))
ORDER BY relname
"""


def answers(_: Settings) -> Finding:
    """How fast it answers, and whether it is new enough."""
    version = str(_one("SHOW server_version")).split()[0]
    began = time.perf_counter()
    execute("SELECT 1")
    took_s = time.perf_counter() - began
    if int(_one("SHOW server_version_num")) // 10_000 < _OLDEST:
        return wrong(
            f"PostgreSQL {version} is too old.", f"Upgrade it to PostgreSQL {_OLDEST} or newer."
        )
    said = f"PostgreSQL {version} answers in {took_s * 1000:.1f} ms."
    if took_s > _SLOW_S:
        return warning(said, "Bring it nearer, or see what keeps it busy: every request waits.")
    return ok(said)


def connections(settings: Settings) -> Finding:
    """Whether one of each process finds its connections."""
    most, used, ours = execute(_CONNECTIONS).fetchone()
    needed = _needed(settings)
    said = f"{used} of {most} connections are used, {ours} of them by TimeFlow"
    room = most - (used - ours)
    advice = (
        f"Raise max_connections of PostgreSQL, or lower WEB_DATABASE_THREADS and "
        f"STAGE_DATABASE_THREADS (now {settings.web_database_threads} and "
        f"{settings.stage_database_threads} a process)."
    )
    if room < needed:
        return wrong(f"{said}; one of each process needs {needed}, {room} are left.", advice)
    if most - used < _FREE_SHARE * most:
        return warning(f"{said}: few are free.", advice)
    return ok(f"{said}; one of each process needs {needed}.")


def migrations(_: Settings) -> Finding:
    """Whether the tables are those of this version."""
    applied, missing = migrate.state()
    if newer := migrate.newer():
        return wrong(
            f"The database is of a newer version of TimeFlow: it has {', '.join(newer)}.",
            "Install that version, or use the database this one wrote.",
        )
    if missing:
        return wrong(
            f"Not applied: {', '.join(missing)}.",
            "Run `timeflow migrate`, or start a worker, which does so first.",
        )
    return ok(f"All {len(applied)} are applied.")


def writable(_: Settings) -> Finding:
    """Whether rows can be written, without writing any."""
    if _one("SELECT pg_is_in_recovery()"):
        return wrong("It is a replica.", "Let DATABASE_URL lead to the primary.")
    if _one("SHOW default_transaction_read_only") == "on":
        return wrong(
            "It takes no writes: default_transaction_read_only is on.",
            "Set default_transaction_read_only off for this database and role.",
        )
    role = _one("SELECT current_user")
    if tables := [name for (name,) in execute(_NOT_WRITABLE)]:
        return wrong(
            f"The role {role} may not write {len(tables)} tables: "
            f"{', '.join(tables[:_NAMED])}{', ...' if len(tables) > _NAMED else '.'}",
            f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}; better, let it own them.",
        )
    if not _one("SELECT has_schema_privilege(current_schema(), 'CREATE')"):
        return warning(
            f"The role {role} may make no tables.",
            f"GRANT CREATE ON SCHEMA public TO {role}, else migrations fail.",
        )
    return ok(f"The role {role} may write all tables.")


def durability(_: Settings) -> Finding:
    """Whether a committed row survives a power cut."""
    off = [name for name in _DURABLE if _one(f"SHOW {name}") == "off"]
    return together(
        (
            warning(
                f"{name} is off: committed rows may be lost.", f"Set {name} = on in PostgreSQL."
            )
            for name in off
        ),
        f"{', '.join(_DURABLE)} are on.",
    )


def memberships(settings: Settings) -> Finding:
    """Whether segments are still found anew every day."""
    age_s = _one(
        "SELECT coalesce(extract(epoch FROM now() - min(computed_at)), 0)::float8"
        " FROM segment_membership WHERE left_at IS NULL"
    )
    said = f"The oldest was found to hold {age_s / 3600:.1f} h ago."
    if age_s > settings.membership_age_s:
        return warning(
            said, "See that the stage segmentation runs (`timeflow stages`) and is not paused."
        )
    return ok(said)


_DURABLE = ("fsync", "full_page_writes", "synchronous_commit")

#: Those of a server that answers; the first says so.
CHECKS = {
    "PostgreSQL": answers,
    "PostgreSQL connections": connections,
    "PostgreSQL migrations": migrations,
    "PostgreSQL writes": writable,
    "PostgreSQL durability": durability,
    "memberships": memberships,
}


def now() -> float:
    """Its clock, seconds since 1970."""
    return float(_one("SELECT extract(epoch FROM clock_timestamp())"))


def _needed(settings: Settings) -> int:
    stages = sum(len(topic.groups) for topic in topics.ALL)
    return (
        settings.web_database_threads
        + _OF_WEB
        + stages * (settings.stage_database_threads + _OF_STAGE)
        + _OF_RELAY
    )


def _one(question: str) -> Any:
    return execute(question).fetchone()[0]
