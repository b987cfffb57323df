"""What people are described by: the set of features, and the caller's."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from models import feature_values, stage_progress
from pipeline.steps.features import FEATURE_SET, WINDOWS, definitions
from web.callers import Caller
from web.context import Context
from web.routes import READ, READS, route

#: Active days from which on the values of a window are said to be known.
_LEAST_ACTIVE_DAYS = 8


class Feature(msgspec.Struct, frozen=True, kw_only=True):
    """A feature; `window_days` null: it is of all days."""

    name: str
    window_days: int | None
    unit: str
    description: str


class FeatureSet(msgspec.Struct, frozen=True, kw_only=True):
    """All features of the set that is in force."""

    feature_set: str
    items: list[Feature]


class MyFeatures(msgspec.Struct, frozen=True, kw_only=True):
    """The caller's features as of a day of theirs; null where a value cannot be known.

    `watermark` is when the activity ended that is in them, `behind` whether something newer has
    been applied meanwhile. `state` says in words how much they rest on.
    """

    feature_set: str
    as_of: date | None
    watermark: datetime | None
    computed_at: datetime | None
    behind: bool
    state: str
    values: dict[str, float | None]


@route(
    "GET",
    "/features",
    summary="What people are described by",
    tags=("intelligence",),
    access=READ,
    limit=READS,
)
async def get_features(caller: Caller) -> FeatureSet:
    """List the definitions."""
    items = [Feature(**one._asdict()) for one in definitions()]
    return FeatureSet(feature_set=FEATURE_SET, items=items)


@route(
    "GET",
    "/features/me",
    summary="What you are described by",
    tags=("intelligence",),
    access=READ,
    limit=READS,
)
async def get_my_features(context: Context, caller: Caller) -> MyFeatures:
    """Read the caller's."""
    return await context.database.run(_mine, caller.user_id)


def _mine(user_id: UUID) -> MyFeatures:
    found = feature_values.find(user_id, FEATURE_SET)
    return MyFeatures(
        feature_set=FEATURE_SET,
        as_of=found.as_of if found else None,
        watermark=found.watermark if found else None,
        computed_at=found.computed_at if found else None,
        behind=stage_progress.is_behind("segmentation", user_id),
        state=_state(found.values if found else {}),
        values=found.values if found else {},
    )


def _state(values: dict[str, float | None]) -> str:
    window = min(WINDOWS)
    days = values.get(f"active_days_{window}") or 0.0
    known = f"{days:.0f} active days in {window}"
    if days >= _LEAST_ACTIVE_DAYS:
        return known
    return f"not enough history: {days:.0f} of {_LEAST_ACTIVE_DAYS} active days in {window}"
