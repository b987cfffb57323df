"""One statement on a database of the tests, in a session and a transaction of its own."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any

import psycopg2


def sql(
    url: str, statement: str, values: Sequence[object] | Mapping[str, object] = ()
) -> list[tuple[Any, ...]]:
    """Run it; return its rows, if it has any."""
    with closing(psycopg2.connect(url)) as session:
        session.autocommit = True
        with session.cursor() as cursor:
            cursor.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else []
