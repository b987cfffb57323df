"""Fits segments, or says why there are none.

k is chosen on a sample of the rows; then one fit is made on all. A k is accepted if
- no cluster holds under a twentieth of the rows, nor under five people: what defines it is seen,
- its stability and its silhouette are beyond those of all of twelve clouds without structure,
- between any cluster and its nearest neighbour there is a valley,
- its labels tell features they were not made of better than the weekday does.
Of those accepted the one of the best silhouette is taken. The same rows in another order give the
same model.
"""

from collections.abc import Sequence

import numpy as np

from pipeline.steps.learnt.clusters import (
    Data,
    fitted,
    gain,
    null_qualities,
    quality,
    valley,
)
from pipeline.steps.learnt.drift import of_axis
from pipeline.steps.learnt.naming import named
from pipeline.steps.learnt.scaling import Matrix, axes_of, scaled
from pipeline.steps.segment_model import VERSION, Evidence, Fit, Model
from pipeline.steps.vectors import WANTED

KS = range(2, 9)

#: Rows that k is chosen on: those of stability, which take longest, are fewer.
_MOST_ROWS = 10_000
_STABILITY_ROWS = 3000
_LEAST_SHARE = 0.05
_LEAST_PEOPLE = 5
_LEAST_STABILITY = 0.75
_VALLEY = 0.8
_LEAST_GAIN = 0.02


def fit(
    subject: str,
    feature_set: str,
    rows: Sequence[Sequence[float]],
    groups: Sequence[int],
    classes: Sequence[int],
    *,
    left_out: int = 0,
    before: Model | None = None,
    seed: int = 0,
) -> Fit:
    """Fit the rows: [value of each wanted feature], none missing.

    Of each row its group (a person, a week) is drawn again as a whole, and its class (a weekday)
    is what labels must beat.
    """
    wanted = WANTED[subject]
    values = np.asarray(rows, dtype=float).reshape(len(rows), len(wanted))
    if len(values) < 4 * KS[0]:
        return Fit(None, f"not enough rows: {len(values)}", [], len(values), left_out)
    order = np.lexsort((*values.T, np.asarray(classes), np.asarray(groups)))
    values = values[order]
    axes = axes_of(values, wanted)
    if len(axes) < 2:
        return Fit(None, "all rows are alike", [], len(values), left_out)
    data = Data(scaled(values, wanted, axes), np.asarray(groups)[order], np.asarray(classes)[order])
    least_rows = _LEAST_PEOPLE if subject == "user" else 1
    tried = _tried(data, least_rows, seed)
    accepted = [one for one in tried if _objection(one) is None]
    if not accepted:
        return Fit(None, _why(tried), tried, len(values), left_out)
    best = max(accepted, key=lambda one: one.silhouette)
    final = fitted(data.rows, best.k, seed)
    counts = np.bincount(final.labels_, minlength=best.k)
    if counts.min() < least_rows:
        reason = f"a segment of {best.k} would hold under {least_rows} people"
        return Fit(None, reason, tried, len(values), left_out)
    shares = (counts / len(values)).tolist()
    old = _labels_before(values, before)
    overlaps = _overlaps(final.labels_, best.k, old, before)
    clusters = named(subject, axes, final.cluster_centers_, shares, before, overlaps)
    model = Model(VERSION, subject, feature_set, axes, clusters, best, len(values), seed)
    relabelled = None
    if before is not None and old is not None:
        slugs = np.array([cluster.slug for cluster in clusters])[final.labels_]
        known = np.array([cluster.slug for cluster in before.clusters])[old]
        relabelled = float((slugs != known).mean())
    return Fit(model, "accepted", tried, len(values), left_out, relabelled)


def moved(before: Model | None, rows: Sequence[Sequence[float]]) -> dict[str, float]:
    """The population stability index of each feature of the model before."""
    if before is None or before.version != VERSION or not rows:
        return {}
    names = [one.name for one in WANTED[before.subject]]
    values = np.asarray(rows, dtype=float)
    return {
        axis.name: of_axis(axis, values[:, names.index(axis.name)])
        for axis in before.axes
        if axis.name in names
    }


def _tried(data: Data, least_rows: int, seed: int) -> list[Evidence]:
    """What speaks for each k."""
    random = np.random.default_rng(seed)
    sample = _sample(data, _MOST_ROWS, random)
    small = _sample(sample, _STABILITY_ROWS, random)
    found = []
    for k in KS:
        if len(small.rows) < 4 * k:
            break
        model = fitted(sample.rows, k, seed, n_init=5)
        smallest = np.bincount(model.labels_, minlength=k).min()
        if smallest < max(_LEAST_SHARE * len(sample.rows), least_rows):
            continue
        between = valley(sample.rows, model)
        found.append(_evidence(small, sample, k, between, seed))
    return found


def _evidence(small: Data, sample: Data, k: int, between: float, seed: int) -> Evidence:
    own = quality(small, k, seed)
    # What has no valley is refused whatever else it is: no need to make clouds for it.
    nulls = null_qualities(small, k, seed) if between <= _VALLEY else []
    return Evidence(
        k=k,
        stability=own.stability,
        null_stability=max((one.stability for one in nulls), default=None),
        silhouette=own.silhouette,
        null_silhouette=max((one.silhouette for one in nulls), default=None),
        valley=between,
        gain=gain(sample, k, seed) if nulls else None,
    )


def _sample(data: Data, most: int, random: np.random.Generator) -> Data:
    if len(data.rows) <= most:
        return data
    chosen = np.sort(random.choice(len(data.rows), most, replace=False))
    return Data(data.rows[chosen], data.groups[chosen], data.classes[chosen])


def _objection(one: Evidence) -> str | None:
    """Why a k is not accepted."""
    if one.null_stability is None or one.null_silhouette is None or one.gain is None:
        return f"nothing lies apart: half-way between two are {one.valley:.0%} as many as around"
    if one.stability < _LEAST_STABILITY:
        return f"not stable: adjusted Rand index {one.stability:.2f} of bootstraps"
    if one.stability <= one.null_stability:
        return (
            f"no more stable ({one.stability:.2f}) than clouds without structure"
            f" (up to {one.null_stability:.2f})"
        )
    if one.silhouette <= one.null_silhouette:
        return f"no further apart (silhouette {one.silhouette:.2f}) than without structure"
    if one.gain < _LEAST_GAIN:
        return f"its labels tell held-out features no better: {one.gain:+.0%}"
    return None


def _why(tried: Sequence[Evidence]) -> str:
    if not tried:
        return "of any number of clusters one is too small: a twentieth of the rows, or five people"
    best = max(tried, key=lambda one: one.silhouette)
    return f"no k is accepted; the best, {best.k}: {_objection(best)}"


def _labels_before(values: Matrix, before: Model | None) -> Matrix | None:
    """To which cluster of the model before each row belongs, by number."""
    if before is None or before.version != VERSION:
        return None
    wanted = WANTED[before.subject]
    if not {axis.name for axis in before.axes} <= {one.name for one in wanted}:
        return None
    rows = scaled(values, wanted, before.axes)
    centroids = np.array([cluster.centroid for cluster in before.clusters])
    distances = ((rows[:, None, :] - centroids[None, :, :]) ** 2).sum(axis=2)
    labels: Matrix = distances.argmin(axis=1)
    return labels


def _overlaps(labels: Matrix, k: int, old: Matrix | None, before: Model | None) -> Matrix | None:
    if old is None or before is None:
        return None
    found = np.zeros((k, len(before.clusters)))
    for new in range(k):
        for known in range(len(before.clusters)):
            one, other = labels == new, old == known
            either = (one | other).sum()
            found[new, known] = (one & other).sum() / either if either else 0.0
    return found
