"""The queries of the analysts' page run as written, by an analyst, and find something."""

import re
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from tests.services.cli.test_analysts import following as following
from tests.services.cli.test_analysts import login as login
from tests.services.cli.test_analysts import people as people
from tests.services.cli.test_analysts import timeflow as timeflow

pytestmark = pytest.mark.services

PAGE = (Path(__file__).parents[2] / "docs" / "analysts.md").read_text()
QUERIES = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.usefixtures("people")
def test_the_ten_queries_run_as_written(login: str) -> None:
    assert len(QUERIES) == 10
    found = []
    with closing(psycopg2.connect(login)) as session, session.cursor() as cursor:
        for query in QUERIES:
            cursor.execute(query)
            found.append(cursor.rowcount)
    # Nobody of these people moved, came back or estimated anything.
    assert sum(count > 0 for count in found) >= 6, found


@pytest.mark.usefixtures("people")
def test_every_view_is_told_of(login: str) -> None:
    with closing(psycopg2.connect(login)) as session, session.cursor() as cursor:
        cursor.execute("SELECT viewname FROM pg_views WHERE schemaname = 'analyst'")
        views = {name for (name,) in cursor.fetchall()}
    assert views == set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE))
