"""Names of clusters, from a fixed dictionary, and the same ones from fit to fit."""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

from pipeline.steps.learnt.scaling import Matrix
from pipeline.steps.segment_model import Axis, Cluster, Model
from pipeline.steps.vectors import WANTED, Wanted

_WORDS = 2
#: Of members that two clusters have, how many both must have to be the same one.
_SAME = 0.5
_PREFIX = {"user_day": "days", "user": "people"}


def named(
    subject: str,
    axes: Sequence[Axis],
    centroids: Matrix,
    shares: Sequence[float],
    before: Model | None,
    overlaps: Matrix | None,
) -> list[Cluster]:
    """The clusters with their names; one that is as before keeps its slug.

    `overlaps` has the Jaccard index of the members of each, and of each of the model before.
    """
    kept, successors = _matched(axes, centroids, before, overlaps)
    # A name of the model before is of its cluster alone, also when that is gone.
    taken, found = {one.slug for one in before.clusters} if before else set(), []
    words = {one.name: one for one in WANTED[subject]}
    for number, centroid in enumerate(centroids):
        parts = _parts(axes, centroid, words)
        slug = kept.get(number) or _unique(f"{_PREFIX[subject]}-{'-'.join(parts[:_WORDS])}", taken)
        taken.add(slug)
        found.append(
            Cluster(
                slug=slug,
                name=" and ".join(part.replace("-", " ") for part in parts[:_WORDS]),
                definition=_definition(axes, centroid),
                centroid=centroid.tolist(),
                share=shares[number],
                supersedes=successors.get(number),
            )
        )
    return found


def _parts(axes: Sequence[Axis], centroid: Matrix, words: dict[str, Wanted]) -> list[str]:
    """The words of what deviates most, the most first."""
    order = np.argsort(-np.abs(centroid), kind="stable")
    return [
        words[axes[n].name].much if centroid[n] > 0 else words[axes[n].name].little for n in order
    ]


def _unique(slug: str, taken: set[str]) -> str:
    number, found = 2, slug
    while found in taken:
        found, number = f"{slug}-{number}", number + 1
    return found


def _definition(axes: Sequence[Axis], centroid: Matrix) -> str:
    """The three features that deviate most, in units of the quartiles' distance."""
    order = np.argsort(-np.abs(centroid), kind="stable")[:3]
    return ", ".join(f"{axes[n].name} {centroid[n]:+.1f}" for n in order)


def _matched(
    axes: Sequence[Axis], centroids: Matrix, before: Model | None, overlaps: Matrix | None
) -> tuple[dict[int, str], dict[int, str]]:
    """By number the slugs that are kept, and those whose place a new one takes.

    Each cluster is matched with one of the model before by the least distance of the centroids
    (Kuhn 1955), of equal ones by the members they share.
    """
    if (
        before is None
        or overlaps is None
        or [a.name for a in axes] != [a.name for a in before.axes]
    ):
        return {}, {}
    old = np.array([cluster.centroid for cluster in before.clusters])
    distances = np.linalg.norm(centroids[:, None, :] - old[None, :, :], axis=2)
    pairs = zip(*linear_sum_assignment(distances - 0.001 * overlaps), strict=True)
    kept: dict[int, str] = {}
    successors: dict[int, str] = {}
    for new, known in pairs:
        slug = before.clusters[known].slug
        (kept if overlaps[new, known] >= _SAME else successors)[int(new)] = slug
    return kept, successors
