"""How large a segment was, and on what a learnt one rests; for analysts."""

from datetime import date, datetime

import msgspec

from models import segment_models, segment_sizes, segments
from models.segments import LEAST_GROUP
from pipeline.fitting import model_of
from pipeline.steps.segment_model import Cluster, Model
from web.context import Context
from web.problems import invalid, not_found
from web.routes import ANALYST, READS, route


class SegmentSize(msgspec.Struct, frozen=True):
    """How many people it held on a day; null: under five."""

    day: date
    members: int | None


class Deviation(msgspec.Struct, frozen=True):
    """A feature of its middle: so many distances of the quartiles above or below the median."""

    feature: str
    by: float


class SegmentFit(msgspec.Struct, frozen=True, kw_only=True):
    """The fit that made it, of so many `segments` and `people`.

    `stability` is the mean adjusted Rand index of bootstraps, `null_stability` the highest of
    clouds without structure; `silhouette` how far apart segments are, -1 to 1; `relabelled` the
    share of people who are elsewhere than by the fit before, null: there was none. `deviations`,
    the largest first, are empty where it was made of fewer than five people.
    """

    fitted_at: datetime
    segments: int
    people: int
    stability: float
    null_stability: float | None
    silhouette: float
    relabelled: float | None
    deviations: list[Deviation]


class SegmentHistory(msgspec.Struct, frozen=True):
    """Days of the last year on which it held anybody.

    No `fit`: it is a rule, or is retired, or its model is of another version.
    """

    sizes: list[SegmentSize]
    fit: SegmentFit | None


@route(
    "GET",
    "/segments/{slug}/history",
    summary="How large a segment was, and on what it rests",
    tags=("intelligence",),
    access=ANALYST,
    limit=READS,
    errors=(422,),
)
async def get_segment_history(slug: str, context: Context) -> SegmentHistory:
    """Read both."""
    return await context.database.run(_history, slug)


def _history(slug: str) -> SegmentHistory:
    segment = segments.find(slug)
    if segment is None:
        raise not_found()
    if segment.subject != "user":
        raise invalid("slug", "A segment of days has no members")
    sizes = [SegmentSize(*row) for row in segment_sizes.of(slug)]
    return SegmentHistory(sizes, _fit(slug))


def _fit(slug: str) -> SegmentFit | None:
    kept = segment_models.newest("user", None)
    model = model_of(kept)
    if kept is None or model is None:
        return None
    cluster = next((one for one in model.clusters if one.slug == slug), None)
    if cluster is None:
        return None
    return SegmentFit(
        fitted_at=kept.created_at,
        segments=model.evidence.k,
        people=model.rows,
        stability=model.evidence.stability,
        null_stability=model.evidence.null_stability,
        silhouette=model.evidence.silhouette,
        relabelled=kept.relabelled,
        deviations=_deviations(model, cluster),
    )


def _deviations(model: Model, cluster: Cluster) -> list[Deviation]:
    if round(cluster.share * model.rows) < LEAST_GROUP:
        return []
    named = zip(model.axes, cluster.centroid, strict=True)
    found = [Deviation(axis.name, by) for axis, by in named]
    return sorted(found, key=lambda one: -abs(one.by))
