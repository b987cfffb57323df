"""What analysts get: a login that reads the views, files, and sums over all days."""

import csv
import io
import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from random import Random
from uuid import UUID, uuid4

import psycopg2
import psycopg2.errors
import pyarrow.parquet as pq
import pytest

from models import analyst_views
from models.database import database, execute
from pipeline.steps.days import DAY_US
from pipeline.steps.instants import as_us
from tests.people import MINUTE_US, usage_event
from tests.services.intelligence.conftest import Following, TimeFlow
from tests.services.intelligence.conftest import following as following
from tests.services.intelligence.conftest import timeflow as timeflow
from timeflow.analysis.analytics import catch_up

pytestmark = pytest.mark.services

FIRST = date(2026, 3, 2)
_NINE = as_us(datetime(2026, 3, 2, 9, tzinfo=UTC))
_NOON_LATER = datetime(2026, 3, 5, 12, tzinfo=UTC)


@pytest.fixture
def people(following: Following) -> list[UUID]:
    """Five people of two days each; of three of them a category of their own is known."""
    users = [following.person() for _ in range(5)]
    for number, user in enumerate(users):
        rare = "secret client" if number < 3 else "coding"
        events = [
            usage_event(_NINE + n * DAY_US, duration=60 * MINUTE_US, user=user, category=category)
            for n, category in enumerate(("coding", rare))
        ]
        following.apply(events)
    following.follow(users, _NOON_LATER)
    return users


@pytest.fixture
def login(timeflow: TimeFlow) -> Iterator[str]:
    """How a new analyst connects."""
    name = f"ann_{uuid4().hex[:12]}"
    made = timeflow("analyst", "create", name)
    assert made.returncode == 0, made.stderr
    yield made.stdout.split("'")[1]
    assert timeflow("analyst", "drop", name).returncode == 0


def test_an_analyst_reads_the_views_and_nothing_else(people: list[UUID], login: str) -> None:
    with closing(psycopg2.connect(login)) as session, session.cursor() as cursor:
        session.autocommit = True
        cursor.execute("SELECT member, local_date, active_s FROM user_days")
        rows = cursor.fetchall()
        assert len(rows) == 10
        assert {row[0] for row in rows}.isdisjoint(map(str, people))
        for forbidden in (
            "SELECT * FROM public.account",
            "SELECT * FROM public.user_day",
            "SELECT * FROM public.pseudonym",
        ):
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute(forbidden)
        with pytest.raises(psycopg2.errors.ReadOnlySqlTransaction):
            cursor.execute("CREATE TABLE mine ()")
        cursor.execute("SET default_transaction_read_only = off")
        for changing in ("CREATE TABLE analyst.mine ()", "CREATE TABLE public.mine ()"):
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute(changing)


def test_an_analyst_reads_views_that_are_added_later(login: str) -> None:
    execute("CREATE VIEW analyst.later AS SELECT 1 AS one")
    with closing(psycopg2.connect(login)) as session, session.cursor() as cursor:
        cursor.execute("SELECT one FROM later")
        assert cursor.fetchone() == (1,)


def test_an_upgrade_lets_earlier_analysts_read_what_was_added_since(login: str) -> None:
    execute("REVOKE SELECT ON analyst.segment_models FROM timeflow_analyst")
    with database.atomic():
        import_module("models.migrations.0023_analyst_views").up(None, database)
    with closing(psycopg2.connect(login)) as session, session.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM segment_models")
        assert cursor.fetchone() == (0,)


def test_names_of_few_people_are_not_shown(people: list[UUID], login: str) -> None:
    with closing(psycopg2.connect(login)) as session, session.cursor() as cursor:
        cursor.execute("SELECT DISTINCT category FROM category_days")
        assert cursor.fetchall() == [("coding",)]
        cursor.execute("SELECT segment, count(*) FROM user_segments_current GROUP BY 1")
        assert cursor.fetchall() == [("new", 5)]


def test_who_is_in_a_segment_of_few_is_not_shown_though_it_once_held_five(
    people: list[UUID], login: str
) -> None:
    def leave(user: UUID) -> None:
        execute(
            "UPDATE segment_membership SET (left_on, left_at) = ROW ('2026-03-04', now())"
            " WHERE user_id = %s",
            (user,),
        )

    with closing(psycopg2.connect(login)) as session, session.cursor() as cursor:
        session.autocommit = True
        shown = "SELECT count(*), count(left_on) FROM segment_memberships WHERE segment = 'new'"
        cursor.execute(shown)
        assert cursor.fetchone() == (5, 0)
        leave(people[0])
        cursor.execute(shown)
        assert cursor.fetchone() == (1, 1)


def test_of_fewer_than_five_people_nothing_is_shown(people: list[UUID], login: str) -> None:
    execute("DELETE FROM pseudonym WHERE user_id = %s", (people[0],))
    with closing(psycopg2.connect(login)) as session, session.cursor() as cursor:
        for view in ("user_days", "features", "segment_memberships", "segment_sizes"):
            cursor.execute(f"SELECT count(*) FROM {view}")
            assert (view, cursor.fetchone()) == (view, (0,))


def test_sizes_are_those_of_each_day_counted_by_itself(
    people: list[UUID], following: Following
) -> None:
    chance = Random(1)
    for _ in range(400):
        entered = chance.randrange(-20, 500)
        left = entered - chance.randrange(-3, 200)
        (held,) = chance.choices(("large", "small", "tiny"), (30, 8, 1))
        execute(
            "INSERT INTO segment_membership (id, user_id, family, segment, score, reason,"
            " model_version, entered_on, left_on, entered_at, left_at, computed_at)"
            " VALUES (gen_random_uuid(), gen_random_uuid(), 'x', %s, 1, '', '', current_date - %s,"
            " current_date - %s::integer, now(), now(), now())",
            (held, entered, left if chance.random() < 0.8 else None),
        )
    shown = "SELECT day, segment, members FROM analyst.segment_sizes ORDER BY 1, 2"
    summed = execute(shown).fetchall()
    assert {members is None for *_, members in summed} == {True, False}
    query, *_ = import_module("models.migrations.0020_analyst").VIEWS["segment_sizes"]
    execute(f"CREATE OR REPLACE VIEW analyst.segment_sizes AS {query}")
    assert summed == execute(shown).fetchall()


def test_every_column_of_every_view_says_what_it_is(database_url: str) -> None:
    with closing(psycopg2.connect(database_url)) as session, session.cursor() as cursor:
        cursor.execute(
            "SELECT relname, attname FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid"
            " WHERE relnamespace = 'analyst'::regnamespace AND attnum > 0"
            " AND col_description(c.oid, attnum) IS NULL"
        )
        assert cursor.fetchall() == []


def test_the_same_days_are_written_as_csv_and_as_parquet(
    people: list[UUID], timeflow: TimeFlow, tmp_path: Path
) -> None:
    shown = timeflow("export", "user-days")
    assert shown.returncode == 0, shown.stderr
    rows = list(csv.DictReader(io.StringIO(shown.stdout)))
    written = timeflow("export", "user-days", "--format", "parquet", "--to", "days.parquet")
    assert written.returncode == 0, written.stderr
    table = pq.read_table(tmp_path / "days.parquet").to_pylist()
    assert [(row["member"], row["local_date"], float(row["active_s"])) for row in rows] == [
        (row["member"], row["local_date"].isoformat(), row["active_s"]) for row in table
    ]
    assert all(sum(row["by_wall_hour"]) == row["active_s"] == 3600 for row in table)


def test_a_file_takes_longer_than_a_statement_may(following: Following) -> None:
    execute("CREATE VIEW analyst.slow AS SELECT 1 AS one, pg_sleep(0.3)::text AS slept")
    execute("SET statement_timeout = '100ms'")
    assert analyst_views.copy_csv("slow", "one", io.StringIO()) == 1
    with database.atomic():
        assert list(analyst_views.pages("slow", "one", 10)) == [[(1, "")]]
    assert execute("SHOW statement_timeout").fetchone() == ("100ms",)


@pytest.mark.parametrize("what", ["segments", "features"])
def test_segments_and_features_are_written(
    people: list[UUID], timeflow: TimeFlow, tmp_path: Path, what: str
) -> None:
    for as_ in ("csv", "parquet"):
        done = timeflow("export", what, "--format", as_, "--to", f"out.{as_}")
        assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader((tmp_path / "out.csv").read_text().splitlines()))
    assert len(rows) == pq.read_metadata(tmp_path / "out.parquet").num_rows > 0


def test_parquet_goes_to_a_file(timeflow: TimeFlow) -> None:
    done = timeflow("export", "features", "--format", "parquet")
    assert done.returncode == 2
    assert "--to FILE" in done.stderr


def test_a_batch_describes_who_is_behind_and_adds_up_the_days_of_five(
    people: list[UUID], following: Following, timeflow: TimeFlow
) -> None:
    following.apply(
        [usage_event(_NINE + 2 * DAY_US, duration=30 * MINUTE_US, user=user) for user in people[:4]]
    )
    done = timeflow("analytics", "--from", "2026-03-01", "--to", "2026-03-31", "--json")
    found = json.loads(done.stdout)
    assert found["described"] == 5, "four changed, and the day of all is another"
    assert [(one["key"], one["people"], one["active_s"]) for one in found["items"]] == [
        ("2026-03-02", 5, 18000.0),
        ("2026-03-03", 5, 18000.0),
    ]
    table = timeflow("analytics", "--from", "2026-03-01", "--to", "2026-03-31", "--by", "day_type")
    assert "short" in table.stdout


def test_a_batch_waits_for_a_worker_that_is_at_it_and_says_if_that_takes_too_long(
    people: list[UUID], following: Following, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    following.apply([usage_event(_NINE + 2 * DAY_US, duration=60 * MINUTE_US, user=people[0])])
    with closing(psycopg2.connect(database_url)) as worker, worker.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('sweep segmentation', 0))")
        with monkeypatch.context() as patched:
            patched.setattr("timeflow.analysis.analytics._PATIENCE_S", 0.0)
            assert catch_up(100) == (0, True)
        monkeypatch.setattr("time.sleep", lambda _: worker.rollback())
        assert catch_up(100) == (5, False)


def test_what_is_no_name_or_is_there_is_refused_in_a_line(timeflow: TimeFlow, login: str) -> None:
    taken = login.partition("//")[2].partition(":")[0]
    for name, words in (("Robert'); DROP", "is no name"), (taken, "already exists")):
        done = timeflow("analyst", "create", name)
        assert done.returncode == 2
        assert words in done.stderr
        assert len(done.stderr.splitlines()) == 1
    assert timeflow("analyst", "drop", "nobody").returncode == 2
    assert taken in timeflow("analyst", "list").stdout
