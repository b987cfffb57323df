"""Brings the database to this version's tables, one runner at a time."""

from pathlib import Path

from playhouse.migrations import Runner

from models.database import database

_DIRECTORY = Path(__file__).parent / "migrations"
_LOCK = 0x71_3E_F1_0A


class NewerDatabase(Exception):
    """The database was migrated by a newer version of TimeFlow."""


def migrate() -> list[str]:
    """Apply what is missing, under an advisory lock; return the names of what was applied.

    Raises `NewerDatabase` when the history holds a migration this version does not know.
    """
    with database.atomic():
        database.execute_sql("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        runner = Runner(database, str(_DIRECTORY))
        if newer := _newer(runner):
            raise NewerDatabase(", ".join(newer))
        return list(runner.up())


def state() -> tuple[list[str], list[str]]:
    """The names of the migrations that were applied, and of those that are missing."""
    runner = Runner(database, str(_DIRECTORY))
    applied = list(runner.applied())
    known = [migration.name for migration in runner.migrations()]
    return applied, [name for name in known if name not in applied]


def newer() -> list[str]:
    """The names of the migrations that were applied and that this version does not know."""
    return _newer(Runner(database, str(_DIRECTORY)))


def _newer(runner: Runner) -> list[str]:
    return sorted(set(runner.applied()) - {migration.name for migration in runner.migrations()})
