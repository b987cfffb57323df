"""Segments learnt of made-up rows: planted kinds are found, and of one cloud there are none."""

from collections.abc import Callable, Iterator
from datetime import date
from itertools import permutations

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from pipeline.steps.assignment import assign
from pipeline.steps.learnt.clusters import Labels
from pipeline.steps.learnt.drift import of_axis, psi
from pipeline.steps.learnt.fit import fit
from pipeline.steps.learnt.naming import named
from pipeline.steps.learnt.scaling import Matrix
from pipeline.steps.segment_model import Fit, Model
from pipeline.steps.vectors import DAY, USER, row, rows_of_days
from tests.unit.steps.test_features import user_day

Draw = Callable[[np.random.Generator, int], Matrix]

_SET = "person@1"
_COUNT = len(USER)


@pytest.fixture(autouse=True)
def one_core() -> Iterator[None]:
    """As in the process that fits: more threads cost more than they save."""
    with threadpool_limits(1):
        yield


def _as_features(scaled: Matrix) -> Matrix:
    """Values whose logarithms, where these are taken, are the given."""
    values = scaled.copy()
    for number, wanted in enumerate(USER):
        if wanted.is_log:
            values[:, number] = np.expm1(np.maximum(scaled[:, number] + 30, 0) / 3)
    return values


def _kinds(
    seed: int, count: int = 400, kinds: int = 3, apart: float = 6.0
) -> tuple[Matrix, Labels]:
    """People of so many kinds, and which each is of."""
    random = np.random.default_rng(seed)
    # Kinds differ a little in everything, as people do, and the same way whatever the seed.
    centers = np.random.default_rng(99).normal(size=(9, _COUNT))[:kinds]
    centers *= apart / np.linalg.norm(centers, axis=1, keepdims=True)
    of = random.integers(kinds, size=count, dtype=np.int32)
    return _as_features(centers[of] + random.normal(size=(count, _COUNT))), of


def _fitted(values: Matrix, seed: int = 0, before: Model | None = None) -> Fit:
    count = len(values)
    return fit("user", _SET, values.tolist(), range(count), [0] * count, seed=seed, before=before)


def _slugs(model: Model, values: Matrix) -> list[str]:
    names = [wanted.name for wanted in USER]
    found = [assign(model, dict(zip(names, one, strict=True)), _SET) for one in values.tolist()]
    return [one if isinstance(one, str) else one.slug for one in found]


def test_a_sunday_is_of_the_week_of_the_monday_before() -> None:
    days = [user_day(date(2026, 3, day)) for day in (1, 2, 7, 8, 9)]
    first, *week, last = rows_of_days(days).groups
    assert (len(set(week)), first, last) == (1, week[0] - 1, week[0] + 1)


def test_kinds_of_fewer_than_five_people_are_none() -> None:
    values, of = _kinds(1, 400, 2)
    few = np.concatenate([values[of == kind][:4] for kind in range(2)])
    found = _fitted(few)
    assert found.model is None
    assert "five people" in found.reason
    rows = few[:, : len(DAY)].tolist()
    of_days = fit("user_day", _SET, rows, range(8), [0] * 8)
    assert of_days.tried, "days are the person's own"


def test_a_cluster_of_other_members_has_another_name_than_the_one_whose_place_it_takes() -> None:
    found = _fitted(_kinds(1, 400, 2)[0])
    assert found.model is not None
    axes, clusters = found.model.axes, found.model.clusters
    centroids = np.array([cluster.centroid for cluster in clusters])
    again = named("user", axes, centroids, [0.5, 0.5], found.model, np.eye(2) * 0.3)
    slugs = [cluster.slug for cluster in clusters]
    assert [cluster.supersedes for cluster in again] == slugs
    assert {cluster.slug for cluster in again}.isdisjoint(slugs)
    same = named("user", axes, centroids, [0.5, 0.5], found.model, np.eye(2))
    assert [cluster.slug for cluster in same] == slugs


def _agreement(labels: list[str], truth: Labels) -> float:
    """The share of rows whose label is that of their kind, by the best naming of the labels."""
    names, told = sorted(set(labels)), np.array(labels)
    counts = np.array([[((truth == k) & (told == n)).sum() for n in names] for k in set(truth)])
    orders = permutations(range(len(names)))
    best = max(sum(counts[n, place] for n, place in enumerate(order)) for order in orders)
    return float(best) / len(truth)


def _normal(random: np.random.Generator, count: int) -> Matrix:
    return random.normal(size=(count, _COUNT)) @ random.normal(size=(_COUNT, _COUNT))


def _one_long_axis(random: np.random.Generator, count: int) -> Matrix:
    rows = random.normal(size=(count, _COUNT))
    rows[:, 0] *= 5
    turned: Matrix = rows @ np.linalg.qr(random.normal(size=(_COUNT, _COUNT)))[0]
    return turned


def _skewed(random: np.random.Generator, count: int) -> Matrix:
    return np.exp(random.normal(size=(count, _COUNT)))


def _heavy(random: np.random.Generator, count: int) -> Matrix:
    return random.standard_t(2.5, size=(count, _COUNT))


@pytest.mark.parametrize("draw", [_normal, _one_long_axis, _skewed, _heavy])
@pytest.mark.parametrize("count", [340, 1000])
def test_of_one_cloud_nothing_is_learnt_and_it_is_said_why(draw: Draw, count: int) -> None:
    for seed in range(2):
        rows = draw(np.random.default_rng(seed), count)
        found = _fitted(rows if draw is _skewed else _as_features(rows))
        assert found.model is None
        assert found.reason.startswith("no ")


def test_planted_kinds_of_people_are_found() -> None:
    shares = []
    for seed in range(6):
        values, truth = _kinds(seed)
        found = _fitted(values)
        assert found.model is not None, found.reason
        assert found.model.evidence.k == 3
        shares.append(_agreement(_slugs(found.model, values), truth))
    assert min(shares) > 0.95
    assert float(np.mean(shares)) - 2 * float(np.std(shares)) / len(shares) ** 0.5 > 0.97


def test_the_order_of_rows_does_not_matter() -> None:
    values, _ = _kinds(1)
    shuffled = values[np.random.default_rng(2).permutation(len(values))]
    one, other = (_fitted(each).model for each in (values, shuffled))
    assert one is not None
    assert other is not None
    assert {cluster.slug for cluster in one.clusters} == {c.slug for c in other.clusters}
    assert _slugs(one, values) == _slugs(other, values)


def test_names_stay_from_fit_to_fit_and_few_are_relabelled() -> None:
    first = _fitted(_kinds(1)[0]).model
    again = _fitted(_kinds(2)[0], before=first)
    assert first is not None
    assert again.model is not None
    assert {c.slug for c in first.clusters} == {c.slug for c in again.model.clusters}
    assert again.relabelled is not None
    assert again.relabelled < 0.05


def test_a_kind_that_is_another_has_another_name_and_says_whose_place_it_takes() -> None:
    first = _fitted(_kinds(1, kinds=2)[0]).model
    moved = _kinds(1, kinds=2)[0]
    moved[:, [1, 6]] = moved[:, [6, 1]]
    later = _fitted(_kinds(3, kinds=4, apart=7.0)[0], before=first).model
    assert first is not None
    assert later is not None
    known = {cluster.slug for cluster in first.clusters}
    new = [cluster for cluster in later.clusters if cluster.slug not in known]
    assert new
    assert all(cluster.slug.startswith("people-") for cluster in later.clusters)
    assert len({cluster.slug for cluster in later.clusters}) == 4


def test_bad_rows_are_a_state_in_words() -> None:
    assert _fitted(np.zeros((0, _COUNT))).reason == "not enough rows: 0"
    assert _fitted(np.zeros((1, _COUNT))).reason == "not enough rows: 1"
    assert _fitted(np.ones((100, _COUNT))).reason == "all rows are alike"
    assert row({"a": float("nan")}, ("a",)) is None
    assert row({"a": float("inf")}, ("a",)) is None
    assert row({"a": None}, ("a",)) is None
    assert row({}, ("a",)) is None


def test_a_column_that_is_all_alike_is_left_out_of_the_model() -> None:
    values, _ = _kinds(1)
    values[:, 3] = 0.25
    model = _fitted(values).model
    assert model is not None
    assert USER[3].name not in {axis.name for axis in model.axes}


def test_a_model_of_another_version_or_an_unknown_value_assigns_nothing() -> None:
    values, _ = _kinds(1)
    model = _fitted(values).model
    assert model is not None
    known = dict(zip([wanted.name for wanted in USER], values[0].tolist(), strict=True))
    assert assign(model, known, "person@2") == "the model is of another version"
    assert assign(model, {**known, USER[0].name: None}, _SET) == (
        "not every feature of the model is known"
    )
    assigned = assign(model, known, _SET)
    assert not isinstance(assigned, str)
    assert 0 <= assigned.score <= 1
    assert assigned.reason.startswith("like ")


def test_drift_on_a_known_day_is_told_and_without_it_there_is_none() -> None:
    random = np.random.default_rng(1)
    values, _ = _kinds(1, count=2000)
    model = _fitted(values).model
    assert model is not None
    axis = next(axis for axis in model.axes if axis.name == USER[2].name)
    same = _kinds(2, count=2000)[0][:, 2]
    assert of_axis(axis, same) < 0.1
    assert of_axis(axis, same + random.normal(2, 0.1, size=2000)) > 0.25
    assert psi([0.5, 0.5], [0.5, 0.5]) == 0


def test_kinds_of_days_of_one_person_are_found_by_week() -> None:
    random = np.random.default_rng(4)
    count = 120
    of = random.integers(2, size=count)
    # Deep days and days of meetings.
    deep = [9.8, 0.6, 0.4, 0.05, 0.1, 2.0, 8.0, 9.0]
    meetings = [9.9, 0.2, 0.1, 0.5, 0.1, 2.8, 7.0, 8.0]
    means = np.array([deep, meetings])
    spread = np.array([0.2, 0.08, 0.08, 0.08, 0.05, 0.2, 0.2, 0.5])
    values = means[of] + random.normal(size=(count, len(DAY))) * spread
    for number in (0, 5, 6):
        values[:, number] = np.expm1(values[:, number])
    weeks, weekdays = [n // 5 for n in range(count)], [n % 5 for n in range(count)]
    found = fit("user_day", _SET, values.tolist(), weeks, weekdays)
    assert found.model is not None, found.reason
    assert found.model.evidence.k == 2
    assert all(cluster.slug.startswith("days-") for cluster in found.model.clusters)
