"""How good k clusters are: stable, apart, with nothing between them, and good for something.

Stability is the mean adjusted Rand index (Hubert and Arabie 1985) of k-means on bootstraps with
that on all (Hennig 2007). It proves nothing by itself: one long cloud is cut the same way each
time. So it and the silhouette (Rousseeuw 1987) are compared with those of normal clouds of the same
covariance; and between two neighbours there must be a valley of density, which no single cloud has,
however skewed it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score

from pipeline.steps.learnt.scaling import Matrix

Labels = npt.NDArray[np.int32]

_BOOTSTRAPS = 20
_NULLS = 12
_BOOTSTRAPS_OF_NULL = 5
_SILHOUETTE_ROWS = 2000
#: Half the width of what is counted, of the way from one centroid to the other.
_WINDOW = 1 / 8
_FOLDS = 2


@dataclass(frozen=True)
class Data:
    """Scaled rows, the group of each that is drawn as a whole, and the class that tells without
    any clusters what to expect (the weekday; of people all the same).
    """

    rows: Matrix
    groups: npt.NDArray[np.int64]
    classes: npt.NDArray[np.int64]


@dataclass(frozen=True)
class Quality:
    """Stability and silhouette of a clustering."""

    stability: float
    silhouette: float


def fitted(rows: Matrix, k: int, seed: int, n_init: int = 20) -> KMeans:
    """k-means of the rows."""
    return KMeans(n_clusters=k, n_init=n_init, random_state=seed).fit(rows)


def quality(data: Data, k: int, seed: int, bootstraps: int = _BOOTSTRAPS) -> Quality:
    """How stable k clusters are when groups are drawn again, and how far apart."""
    random = np.random.default_rng(seed)
    reference = fitted(data.rows, k, seed, n_init=5).labels_
    members = _members(data.groups)
    scores = []
    for number in range(bootstraps):
        drawn = random.integers(len(members), size=len(members))
        sample = np.concatenate([members[group] for group in drawn])
        again = fitted(data.rows[sample], k, seed + number + 1, n_init=2)
        scores.append(adjusted_rand_score(reference, again.predict(data.rows)))
    return Quality(float(np.mean(scores)), _silhouette(data.rows, reference, seed))


def null_qualities(data: Data, k: int, seed: int) -> list[Quality]:
    """Those of clouds of the same mean and covariance that have no structure."""
    random = np.random.default_rng(seed)
    mean, covariance = data.rows.mean(axis=0), np.cov(data.rows, rowvar=False)
    found = []
    for number in range(_NULLS):
        cloud = random.multivariate_normal(mean, np.atleast_2d(covariance), size=len(data.rows))
        null = Data(cloud, data.groups, data.classes)
        found.append(quality(null, k, seed + 1000 * (number + 1), _BOOTSTRAPS_OF_NULL))
    return found


def valley(rows: Matrix, model: KMeans) -> float:
    """The worst of all clusters: what lies half-way to its nearest neighbour, against either.

    Of the rows of both, on the line through their centroids. A normal cloud that is cut in two has
    1.4, an even one 1.
    """
    centers, labels = model.cluster_centers_, model.labels_
    worst = 0.0
    for one in range(len(centers)):
        gaps = np.linalg.norm(centers - centers[one], axis=1)
        gaps[one] = np.inf
        other = int(np.argmin(gaps))
        both = rows[(labels == one) | (labels == other)]
        worst = max(worst, _between(both, centers[one], centers[other]))
    return worst


def gain(data: Data, k: int, seed: int) -> float:
    """By how much better labels tell a feature they were not made of than the class does.

    The share of squared error that is saved, the mean over features; groups are held out by turns.
    """
    columns = data.rows.shape[1]
    if columns < 2:
        return 0.0
    saved = []
    numbers, of = np.unique(data.groups, return_inverse=True)
    # By chance: every other week may be of one kind.
    turns = np.random.default_rng(seed).permutation(len(numbers))[of] % _FOLDS
    for held_out in range(columns):
        others = np.delete(data.rows, held_out, axis=1)
        target = data.rows[:, held_out]
        errors = np.zeros(2)
        for turn in range(_FOLDS):
            train, test = turns != turn, turns == turn
            if train.sum() <= k or not test.any():
                return 0.0
            model = fitted(others[train], k, seed, n_init=3)
            labels = (model.labels_, model.predict(others[test]))
            classes = (data.classes[train], data.classes[test])
            errors += [_error(target[train], target[test], *told) for told in (labels, classes)]
        if errors[1] > 0:
            saved.append(1 - errors[0] / errors[1])
    return float(np.mean(saved)) if saved else 0.0


def _error(train: Matrix, test: Matrix, of_train: Labels, of_test: Labels) -> float:
    """Squared error of telling each by the mean of its label."""
    overall = float(train.mean())
    means = {label: float(train[of_train == label].mean()) for label in np.unique(of_train)}
    told = np.array([means.get(label, overall) for label in of_test])
    return float(((test - told) ** 2).sum())


def _members(groups: npt.NDArray[np.int64]) -> Sequence[npt.NDArray[np.int64]]:
    order = np.argsort(groups, kind="stable")
    bounds = np.flatnonzero(np.diff(groups[order])) + 1
    return np.split(order, bounds)


def _silhouette(rows: Matrix, labels: Labels, seed: int) -> float:
    if len(np.unique(labels)) < 2:
        return -1.0
    size = min(_SILHOUETTE_ROWS, len(rows))
    return float(silhouette_score(rows, labels, sample_size=size, random_state=seed))


def _between(rows: Matrix, one: Matrix, other: Matrix) -> float:
    """How many rows lie half-way, against how many do around the one of the two with fewer."""
    length = float(np.linalg.norm(other - one))
    places = (rows - one) @ (other - one) / length**2
    at_one, half_way, at_other = (
        int((np.abs(places - center) < _WINDOW).sum()) for center in (0.0, 0.5, 1.0)
    )
    return half_way / max(1, min(at_one, at_other))
