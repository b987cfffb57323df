"""`timeflow segments`, and what `timeflow evaluate` says of segments, on the tables of people."""

import json
from uuid import UUID

import pytest

from models import segment_models
from models.database import execute
from tests.services.intelligence.conftest import Following, TimeFlow
from tests.services.intelligence.test_learnt import TODAY, spread_days

pytestmark = pytest.mark.services


@pytest.fixture
def user(following: Following) -> UUID:
    """Whose days until today were deep or spent in meetings."""
    user = following.person()
    spread_days(user, weeks=16)
    execute("UPDATE user_day SET local_date = local_date + (current_date - %s::date)", (TODAY,))
    return user


def test_days_are_fitted_shown_and_compared(user: UUID, timeflow: TimeFlow) -> None:
    whose = ("--user", str(user))
    nothing = timeflow("segments", "show", *whose)
    assert nothing.returncode == 2
    assert "nothing was fitted yet" in nothing.stderr

    dry = timeflow("segments", "fit", *whose, "--dry-run")
    assert dry.returncode == 0, dry.stderr
    assert timeflow("segments", "show", *whose).returncode == 2, "a dry run keeps nothing"

    fitted = timeflow("segments", "fit", *whose, "--json")
    assert fitted.returncode == 0, fitted.stderr
    slugs = {cluster["slug"] for cluster in json.loads(fitted.stdout)["model"]["clusters"]}
    assert len(slugs) == 2
    shown = timeflow("segments", "show", *whose, "--json")
    assert {c["slug"] for c in json.loads(shown.stdout)["model"]["clusters"]} == slugs
    assert "silhouette" in timeflow("segments", "show", *whose).stdout

    alone = timeflow("segments", "compare", *whose)
    assert alone.returncode == 2
    assert "there are no two accepted models" in alone.stderr
    assert timeflow("segments", "fit", *whose).returncode == 0
    compared = json.loads(timeflow("segments", "compare", *whose, "--json").stdout)
    assert compared["stayed"] == sorted(slugs)
    assert (compared["came"], compared["went"], compared["relabelled"]) == ([], [], 0)
    assert "came: none" in timeflow("segments", "compare", *whose).stdout


def test_a_model_of_another_version_is_said(user: UUID, timeflow: TimeFlow) -> None:
    old = {"version": "kmeans@0", "segments": []}
    for _ in range(2):
        segment_models.put(
            segment_models.NewModel("user_day", user, "person@0", "", old, [], 40, 0, None, {})
        )
    shown = timeflow("segments", "show", "--user", str(user))
    assert shown.returncode == 0, shown.stderr
    assert "of another version" in shown.stdout
    compared = timeflow("segments", "compare", "--user", str(user))
    assert "there are no two accepted models" in compared.stderr


def test_too_few_people_and_unknown_accounts_are_said(timeflow: TimeFlow) -> None:
    few = timeflow("segments", "fit")
    assert few.returncode == 0, few.stderr
    assert "not enough people: 0 of 200" in few.stdout
    nobody = timeflow("segments", "fit", "--user", "nobody@example.org")
    assert nobody.returncode == 2
    assert "there is no account nobody@example.org" in nobody.stderr


def test_fits_are_replayed_of_people_who_have_days_and_no_tasks(
    user: UUID, timeflow: TimeFlow
) -> None:
    done = timeflow("evaluate", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["people"] == 1
    segments = found["sections"]["segments"]
    assert segments["users"]["state"] == "not enough people: 1 of 200"
    (days,) = segments["user_days"]
    assert days["name"] == str(user)
    assert days["accepted"] == len(days["fits"]) >= 1
    assert days["stability"] > days["null_stability"]
    shown = timeflow("evaluate")
    assert shown.returncode == 0, shown.stderr
    assert "Segments" in shown.stdout
    assert "not enough people: 1 of 200" in " ".join(shown.stdout.split())
