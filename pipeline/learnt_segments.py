"""What the learnt models say of a person and of their days, beside the rules.

A refused or missing model says nothing, so what it had said before is taken back. Whoever is near
the border of two segments does not go to and fro: a move is made when two days say so.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from models import memberships, segment_models
from models import user_days as rows
from models.memberships import Held, Membership
from pipeline import user_days
from pipeline.fitting import model_of
from pipeline.steps.assignment import assign
from pipeline.steps.features import FEATURE_SET, Values
from pipeline.steps.segment_model import Model
from pipeline.steps.user_day import UserDay
from pipeline.steps.vectors import DAYS_BACK, of_day

FAMILY = "learnt"


def segment_of(
    user_id: UUID, values: Values, standing: Membership | None, today: date
) -> Held | None:
    """The segment of people that the person is in by the model of now; None: none."""
    kept = segment_models.newest("user", None)
    model = model_of(kept)
    if kept is None or model is None:
        return None
    found = assign(model, values, FEATURE_SET)
    if isinstance(found, str):
        return None
    held = Held(FAMILY, found.slug, found.score, found.reason, str(kept.id))
    if standing is None or found.slug == standing.segment:
        memberships.set_pending(user_id, FAMILY, None, None)
        return held
    is_known = standing.segment in {cluster.slug for cluster in model.clusters}
    is_again = standing.pending == found.slug and (standing.pending_since or today) < today
    if is_again or not is_known:
        return held
    if standing.pending != found.slug:
        memberships.set_pending(user_id, FAMILY, found.slug, today)
    return Held(FAMILY, standing.segment, standing.score, standing.reason, standing.model_version)


def type_days(user_id: UUID, changed: Sequence[date], today: date) -> None:
    """Type the days that changed by the person's own model; all of them, if it is another."""
    kept = segment_models.newest("user_day", user_id)
    if kept is None:
        return
    if not segment_models.is_applied(kept.id):
        days = user_days.between(user_id, today - DAYS_BACK, today)
        segment_models.note_applied(kept.id)
    elif changed:
        days = user_days.between(user_id, changed[0], changed[-1])
    else:
        return
    model = model_of(kept)
    rows.write_learnt(user_id, [(day.date, *_typed(day, model)) for day in days])


def _typed(day: UserDay, model: Model | None) -> tuple[str, str]:
    values = of_day(day) if model else None
    if model is None or values is None:
        return "", ""
    found = assign(model, values, FEATURE_SET)
    return ("", found) if isinstance(found, str) else (found.slug, found.reason)
