"""A fitted model of segments as it is kept: plain numbers, never a pickle."""

import msgspec

#: Raised whenever what a kept model means changes: one of another version is not used.
VERSION = "kmeans@1"


class Axis(msgspec.Struct, frozen=True):
    """A feature as it is scaled: log(1 + x) first if `is_log`, then (x - center) / scale, cut."""

    name: str
    is_log: bool
    center: float
    scale: float
    #: Of the training rows, as they came: what drift is told by.
    deciles: list[float]


class Cluster(msgspec.Struct, frozen=True):
    """A segment; its centroid is scaled. `share` is of the training rows."""

    slug: str
    name: str
    definition: str
    centroid: list[float]
    share: float
    supersedes: str | None = None


class Evidence(msgspec.Struct, frozen=True):
    """What the choice of k rests on; None: there is no valley, so nothing else was tried.

    `stability` is the mean adjusted Rand index of bootstraps, beside the highest of clouds without
    structure; so is `silhouette`. `valley` is how many rows lie half-way between two neighbours,
    against around either, the worst of all. `gain` is by how much better the labels tell a
    feature that was held out than the weekday (of days) or nothing (of people) does.
    """

    k: int
    stability: float
    null_stability: float | None
    silhouette: float
    null_silhouette: float | None
    valley: float
    gain: float | None


class Model(msgspec.Struct, frozen=True):
    """A model of a subject: `user` (people) or `user_day` (days of one person)."""

    version: str
    subject: str
    feature_set: str
    axes: list[Axis]
    clusters: list[Cluster]
    evidence: Evidence
    rows: int
    seed: int


class Fit(msgspec.Struct, frozen=True):
    """What came of a fit: a model, or in words why there is none; and what was tried.

    `left_out` rows had no value of some feature. `relabelled` is the share of rows whose segment is
    another than by the model before; None: there was none.
    """

    model: Model | None
    reason: str
    tried: list[Evidence]
    rows: int
    left_out: int
    relabelled: float | None = None
