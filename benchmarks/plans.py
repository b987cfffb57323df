"""How PostgreSQL answers a request: the plan of each statement that it took, with its figures."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2

_STATEMENT = re.compile(
    r"LOG:  duration: \S+ ms  statement: ((?:SELECT|WITH).*?)(?=^\d{4}-\d\d-\d\d |\Z)", re.S | re.M
)


@contextmanager
def planned(url: str, log: Path) -> Iterator[Callable[[Callable[[], object]], str]]:
    """Gives what tells the plans of whatever a function lets the server do."""
    with closing(psycopg2.connect(url)) as session:
        session.autocommit = True
        cursor = session.cursor()

        def plans(request: Callable[[], object]) -> str:
            cursor.execute("ALTER SYSTEM SET log_min_duration_statement = 0")
            cursor.execute("SELECT pg_reload_conf()")
            # Sessions look for new settings between their statements: the first is for that.
            request()
            begin = log.stat().st_size
            request()
            cursor.execute("ALTER SYSTEM RESET log_min_duration_statement")
            cursor.execute("SELECT pg_reload_conf()")
            taken = log.read_bytes()[begin:].decode(errors="replace").replace("\n\t", "\n")
            found = dict.fromkeys(_STATEMENT.findall(taken))
            return "\n\n".join(explain(statement) for statement in found)

        def explain(statement: str) -> str:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {statement}")
            return "\n".join([statement.strip(), *(line for (line,) in cursor.fetchall())])

        yield plans
