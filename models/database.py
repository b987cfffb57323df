"""The one database of the process and how a session of it is set up.

peewee keeps a connection per thread, so work runs on the threads of `pipeline.database`,
each of which owns one connection.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import psycopg2
import psycopg2.extensions
import psycopg2.extras
from peewee import PostgresqlDatabase

database = PostgresqlDatabase(None, autoconnect=False)


def configure(
    url: str, *, lease_s: float, statement_timeout_s: float, lock_timeout_s: float
) -> None:
    """Point the process at `url`.

    A frozen owner must not hold locks for ever: a session that idles inside a transaction longer
    than the lease is ended by the server.
    """
    psycopg2.extensions.register_adapter(datetime, _in_utc)
    # Half the time of a long report went into the standard library's decoder.
    psycopg2.extras.register_default_jsonb(globally=True, loads=msgspec.json.decode)
    options: dict[str, Any] = {
        "idle_in_transaction_session_timeout": round(lease_s * 1000),
        "statement_timeout": round(statement_timeout_s * 1000),
        "lock_timeout": round(lock_timeout_s * 1000),
        "timezone": "UTC",
        # Compiling a query of many partitions costs more than it ever saves here.
        "jit": "off",
    }
    database.init(
        url,
        application_name="timeflow",
        connect_timeout=5,
        keepalives_idle=5,
        keepalives_interval=2,
        keepalives_count=3,
        tcp_user_timeout=round(lease_s * 1000),
        options=" ".join(f"-c {name}={value}" for name, value in options.items()),
    )


def _in_utc(instant: datetime) -> Any:
    """An instant as PostgreSQL takes it, which knows no offsets of sixteen hours and more."""
    aware = instant.tzinfo is not None
    return psycopg2.extensions.TimestampFromPy(instant.astimezone(UTC) if aware else instant)


def execute(sql: str, values: Sequence[object] | Mapping[str, object] = ()) -> Any:
    """Run one statement on the thread's connection; return psycopg2's cursor."""
    return database.execute_sql(sql, values)


def new_session() -> psycopg2.extensions.connection:
    """A session beside those of the threads; whoever asked closes it."""
    session = psycopg2.connect(database.database, **database.connect_params)
    session.autocommit = True
    return session  # type: ignore[no-any-return]


def own_session() -> psycopg2.extensions.connection:
    """The session of this thread."""
    return database.connection()  # type: ignore[no-any-return]
