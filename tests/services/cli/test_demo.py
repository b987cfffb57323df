"""`timeflow up --demo`: people with a past, once."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipeline.embedded.postgres import Postgres
from tests.instance import EMBEDDED, WebInstance, wait_until
from tests.sql import sql

pytestmark = pytest.mark.services

PEOPLE = 3


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[WebInstance]:
    instance = WebInstance(
        ["up", "--demo", "--data-dir", str(tmp_path / "data")],
        tmp_path / "timeflow.log",
        {**EMBEDDED, "PASSWORD_COST": "4"},
    )
    yield instance
    instance.stop()


def password_told(instance: WebInstance) -> str:
    """The password of the logins that are printed once everything is there."""

    def told() -> str:
        _, found, after = instance.log.read_text().rpartition("all with the password ")
        return after.split()[0] if found and "operator@demo.example" in after else ""

    password: str = wait_until(told, timeout_s=90, what="the logins are told")
    return password


def state(tmp_path: Path) -> list[tuple[Any, ...]]:
    return sql(
        Postgres(tmp_path / "data" / "postgres").url,
        "SELECT user_id, (SELECT version FROM work_state w WHERE w.user_id = s.user_id),"
        " (SELECT count(*) FROM usage_event e WHERE e.user_id = s.user_id),"
        " (SELECT count(*) FROM task t WHERE t.user_id = s.user_id),"
        " (SELECT count(*) FROM time_entry t WHERE t.user_id = s.user_id)"
        " FROM user_state s ORDER BY user_id",
    )


def test_a_second_demo_changes_nothing_and_a_reset_starts_afresh(
    demo: WebInstance, tmp_path: Path
) -> None:
    demo.start_ready()
    password = password_told(demo)
    made = state(tmp_path)
    assert len(made) == PEOPLE
    assert all(tasks > 40 and entries > 40 for *_, tasks, entries in made)

    for person, roles in (
        ("person", ["user"]),
        ("analyst", ["user", "analyst"]),
        ("operator", ["user", "analyst", "operator"]),
    ):
        login = {"email": f"{person}@demo.example", "password": password}
        status, answer = demo.request("POST", "/auth/login", login)
        assert status == 200, answer
        assert answer["user"]["roles"] == roles
        days = f"/analytics/daily?from={date.today().replace(day=1)}&to={date.today()}"  # noqa: DTZ011
        token = answer["access_token"]
        assert demo.request("GET", days, token=token)[0] == 200
        assert demo.request("GET", "/timer", token=token)[1]["entry"]
        tasks = demo.request("GET", "/tasks?status=open", token=token)[1]["items"]
        assert {task["status"] for task in tasks} == {"todo", "waiting"}
        goals = demo.request("GET", "/goals", token=token)[1]["items"]
        assert max(goal["longest_streak"] for goal in goals) > 1

    demo.stop()
    demo.log.unlink()
    demo.start_ready()
    assert password_told(demo) == password
    assert state(tmp_path) == made

    demo.stop()
    demo.log.unlink()
    demo.arguments.append("--reset")
    demo.start_ready()
    password_told(demo)
    anew = state(tmp_path)
    assert [row[1:] for row in anew] == [row[1:] for row in made]
    assert {row[0] for row in anew}.isdisjoint(row[0] for row in made)
