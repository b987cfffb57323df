"""Into which learnt segment something falls: that of the nearest centroid, and why."""

from collections.abc import Sequence
from math import dist, log1p
from typing import NamedTuple

from pipeline.steps.features import Values
from pipeline.steps.segment_model import VERSION, Axis, Cluster, Model
from pipeline.steps.vectors import WANTED, row

#: Scaled values beyond are cut: one odd feature does not decide.
CUT = 4.0


class Assigned(NamedTuple):
    """A segment; `score` is 1 at its centroid, 0 half-way to the next."""

    slug: str
    score: float
    reason: str


def assign(model: Model, values: Values, feature_set: str) -> Assigned | str:
    """The segment of what has these values, or in words why there is none."""
    if model.version != VERSION or model.feature_set != feature_set:
        return "the model is of another version"
    vector = row(values, tuple(axis.name for axis in model.axes))
    if vector is None:
        return "not every feature of the model is known"
    scaled = [scale(axis, value) for axis, value in zip(model.axes, vector, strict=True)]
    distances = sorted(
        (dist(scaled, cluster.centroid), number) for number, cluster in enumerate(model.clusters)
    )
    nearest, number = distances[0]
    second = distances[1][0] if len(distances) > 1 else 2 * nearest + 1
    cluster = model.clusters[number]
    score = 1 - 2 * nearest / (nearest + second) if second else 1.0
    return Assigned(cluster.slug, max(0.0, score), _reason(model, cluster, scaled))


def scale(axis: Axis, value: float) -> float:
    """A value on the axis' own scale."""
    raw = log1p(max(0.0, value)) if axis.is_log else value
    return max(-CUT, min(CUT, (raw - axis.center) / axis.scale))


def _reason(model: Model, cluster: Cluster, scaled: Sequence[float]) -> str:
    """The two features that pull most towards the segment: its own deviations that are shared."""
    pulls = sorted(
        (
            (min(abs(own), abs(value)), axis.name, own)
            for axis, own, value in zip(model.axes, cluster.centroid, scaled, strict=True)
            if own * value > 0
        ),
        reverse=True,
    )
    words = {wanted.name: wanted for wanted in WANTED[model.subject]}
    named = [words[name].much if own > 0 else words[name].little for _, name, own in pulls[:2]]
    return f"like {cluster.name}: {', '.join(named)}" if named else f"nearest to {cluster.name}"
