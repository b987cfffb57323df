"""Roles of the database with which analysts read the schema `analyst`, and nothing else."""

from datetime import datetime
from typing import NamedTuple

from psycopg2 import sql

from models.database import database, execute

#: Holds the rights; analysts are members of it.
GROUP = "timeflow_analyst"

_LISTED = """
SELECT r.rolname, r.rolvaliduntil FROM pg_roles r JOIN pg_auth_members m ON m.member = r.oid
JOIN pg_roles g ON g.oid = m.roleid WHERE g.rolname = %s ORDER BY r.rolname
"""


class AnalystRole(NamedTuple):
    """A role that may log in; `valid_until` None: for good."""

    name: str
    valid_until: datetime | None


def create(name: str, password: str, statement_timeout_s: float) -> None:
    """Make a role that may read the views; an error of the database if it exists."""
    _ensure_group()
    role, group = sql.Identifier(name), sql.Identifier(GROUP)
    _run("CREATE ROLE {} LOGIN PASSWORD %s IN ROLE {}", role, group, values=(password,))
    _run("ALTER ROLE {} SET default_transaction_read_only = on", role)
    _run("ALTER ROLE {} SET search_path = analyst", role)
    _run("ALTER ROLE {} SET statement_timeout = %s", role, values=(f"{statement_timeout_s:.0f}s",))


def drop(name: str) -> bool:
    """Drop the role; whether there was such an analyst."""
    if name not in {one.name for one in listed()}:
        return False
    _run("DROP ROLE {}", sql.Identifier(name))
    return True


def listed() -> list[AnalystRole]:
    """The analysts' roles, by name."""
    return [AnalystRole(*row) for row in execute(_LISTED, (GROUP,)).fetchall()]


def _ensure_group() -> None:
    group = sql.Identifier(GROUP)
    if not execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (GROUP,)).fetchone():
        _run("CREATE ROLE {} NOLOGIN", group)
    _run("GRANT USAGE ON SCHEMA analyst TO {}", group)
    _run("GRANT SELECT ON ALL TABLES IN SCHEMA analyst TO {}", group)
    # Also views that come later.
    _run("ALTER DEFAULT PRIVILEGES IN SCHEMA analyst GRANT SELECT ON TABLES TO {}", group)
    _run("REVOKE ALL ON SCHEMA public FROM {}", group)


def _run(statement: str, *names: sql.Identifier, values: tuple[str, ...] = ()) -> None:
    session = database.connection()
    execute(sql.SQL(statement).format(*names).as_string(session), values)
