"""`timeflow evaluate` on the tables of people."""

import json
import subprocess
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from models import recommendations, task_history
from models.database import execute
from models.uuid7 import uuid7
from tests.services.intelligence.conftest import Following, TimeFlow
from tests.services.work.conftest import at

pytestmark = pytest.mark.services

#: Minutes since 1970 of the first task.
START = 29_000_000


@pytest.fixture
def evaluate(timeflow: TimeFlow) -> TimeFlow:
    """Runs the command for the instance."""
    return partial(timeflow, "evaluate")


def told(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def live(following: Following, user: UUID, count: int = 50) -> list[UUID]:
    """Tasks of an hour that take 90 minutes, the oldest first; three are open at a time."""
    ids = []
    for number in range(count):
        begun = START + number * 180
        id = _done(user, begun - 600, begun + 100)
        following.work.put_entry(user, uuid7(), begun, begun + 90, task=id)
        ids.append(id)
    return ids


def _done(user: UUID, created: int, done: int) -> UUID:
    """A task with an estimate of an hour; by minutes since 1970."""
    id = uuid7()
    execute(
        "INSERT INTO task (id, user_id, version, title, status, estimate_s, position,"
        " created_at, updated_at, done_at)"
        " VALUES (%s, %s, 1, 'x', 'done', 3600, 1, %s, %s, %s)",
        (id, user, at(created), at(created), at(done)),
    )
    return id


def test_what_a_person_did_is_replayed_from_the_tables(
    following: Following, evaluate: TimeFlow
) -> None:
    user = following.person()
    live(following, user)
    following.person()
    found = told(evaluate("--json"))
    assert found["people"] == 1
    chosen, took = found["sections"]["next_task"], found["sections"]["estimates"]
    assert chosen["of"] == 50
    assert chosen["all"]["means"]["oldest"]["hit@1"] == 1
    assert chosen["all"]["means"]["newest"]["hit@1"] < 0.1
    assert [one["name"] for one in chosen["people"]] == [str(user)]
    assert took["all"]["occasions"] == 40
    assert took["all"]["means"]["raw estimate"]["coverage P50"] == 0
    assert took["all"]["means"]["timeflow"]["coverage P80"] == 1
    assert "What came next: 49 of 50 choices judged" in evaluate().stdout


def test_the_latest_that_took_time_are_known_whatever_else_was_done(following: Following) -> None:
    user = following.person()
    live(following, user, 5)
    for number in range(20):
        _done(user, START, START + 10_000 + number)
    assert [actual_s for *_, actual_s in task_history.finished(user, 4)] == [5400.0] * 4


def test_one_person_is_asked_for_by_id_and_nobody_is_refused(
    following: Following, evaluate: TimeFlow
) -> None:
    people = [following.person() for _ in range(2)]
    for user in people:
        live(following, user, 12)
    found = told(evaluate("--json", "--user", str(people[1])))
    assert [one["name"] for one in found["sections"]["next_task"]["people"]] == [str(people[1])]
    refused = evaluate("--user", "nobody@example.org")
    assert refused.returncode == 2
    assert "there is nobody with the id or address 'nobody@example.org'" in refused.stderr


def test_a_database_without_tasks_says_that_it_is_not_enough(evaluate: TimeFlow) -> None:
    shown = evaluate()
    assert shown.returncode == 0, shown.stderr
    assert "People: 0" in shown.stdout
    assert "not enough history: 0 of 30 choices" in shown.stdout


def test_what_was_accepted_is_no_choice_for_a_ranking_brought_it_about(
    following: Following, evaluate: TimeFlow
) -> None:
    user = following.person()
    ids = live(following, user, 40)
    before = told(evaluate("--json"))["sections"]["next_task"]
    for id in ids[:5]:
        proposal = recommendations.Proposal(
            kind="next_task",
            subject=str(id),
            rank=1,
            score=1.0,
            reasons=[],
            features={},
            p50_s=None,
            p80_s=None,
            start_at=None,
            end_at=None,
            model_version="ranking@1",
            expires_at=at(START) + timedelta(days=1),
        )
        recommendations.propose(user, [proposal], at(START))
    execute(
        "UPDATE recommendation SET state = 'accepted', acted_at = %s WHERE user_id = %s",
        (at(START + 5), user),
    )
    after = told(evaluate("--json"))["sections"]["next_task"]
    # The first was begun before it was accepted.
    assert after["of"] == before["of"] - 4
    assert after["all"]["occasions"] == before["all"]["occasions"] - 4
