"""What stands in the views of the schema `analyst`."""

from collections.abc import Iterator
from typing import IO, Any

from models.database import database, execute

_COLUMNS = """
SELECT column_name, CASE data_type WHEN 'ARRAY' THEN ltrim(udt_name, '_') || '[]' ELSE udt_name END
FROM information_schema.columns WHERE table_schema = 'analyst' AND table_name = %s
ORDER BY ordinal_position
"""

# All that is known of all people takes as long as it takes.
_NO_TIMEOUT = "SET LOCAL statement_timeout = 0"


def columns(view: str) -> list[tuple[str, str]]:
    """(name, type as PostgreSQL calls it) of each column."""
    return list(execute(_COLUMNS, (view,)).fetchall())


def copy_csv(view: str, order: str, file: IO[str]) -> int:
    """Write a view as CSV with a head, from one snapshot; the number of rows."""
    query = f"COPY ({_select(view, order)}) TO STDOUT WITH (FORMAT csv, HEADER)"
    with database.atomic(), database.connection().cursor() as cursor:
        execute(_NO_TIMEOUT)
        cursor.copy_expert(query, file)
        return int(cursor.rowcount)


def pages(view: str, order: str, size: int) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a view, from one snapshot, so many at a time; inside a transaction."""
    execute(_NO_TIMEOUT)
    with database.connection().cursor(name="pages", withhold=True) as cursor:
        cursor.execute(_select(view, order))
        while rows := cursor.fetchmany(size):
            yield rows


def _select(view: str, order: str) -> str:
    return f"SELECT * FROM analyst.{view} ORDER BY {order}"
