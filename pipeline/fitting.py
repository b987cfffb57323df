"""Has segments fitted: gathers the rows, starts the child process, keeps what comes of it.

One fits at a time (a claim that ends by itself); whoever is not in time is ended. A refused fit is
kept, too: then rules alone hold, and it is said why.
"""

import subprocess
import sys
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from models import segment_models, stage_progress
from models.database import database
from models.segment_models import ModelRow, NewModel, Subject
from pipeline import user_days
from pipeline.periods import periods_of
from pipeline.segment_fitter import Answer, Task
from pipeline.settings import Settings
from pipeline.steps.days import day_at
from pipeline.steps.features import FEATURE_SET
from pipeline.steps.instants import as_us
from pipeline.steps.segment_model import VERSION, Model
from pipeline.steps.vectors import DAYS_BACK, LEAST_WEEKS, USER, Rows, rows_of_days, rows_of_people

_LEASE_SLACK_S = 60.0
#: Fits of a person's days, one a week.
_KEPT = 50


class FitFailed(Exception):
    """The child process ended without an answer."""


def fit_people(settings: Settings, *, dry: bool = False) -> NewModel | None:
    """Fit people; None: somebody else is at it."""
    gathered = _of_people()
    count, least = len(gathered.rows), settings.segment_least_people
    if count < least:
        reason = f"not enough people: {count} of {least}"
        return _refused("user", None, reason, gathered, dry=dry)
    return _fit("user", None, settings, gathered, dry=dry)


def fit_days(
    user_id: UUID, now: datetime, settings: Settings, *, dry: bool = False
) -> NewModel | None:
    """Fit the days of a person that are over; None: somebody else is at it."""
    gathered = _of_days(user_id, day_at(periods_of([user_id])[user_id], as_us(now)))
    weeks = len(set(gathered.groups))
    if weeks < LEAST_WEEKS:
        reason = f"not enough history: {weeks} of {LEAST_WEEKS} active weeks"
        return _refused("user_day", user_id, reason, gathered, dry=dry)
    return _fit("user_day", user_id, settings, gathered, dry=dry)


def model_of(kept: ModelRow | None) -> Model | None:
    """The model of a row, if it is of a version that is known."""
    if kept is None or kept.model is None or kept.model.get("version") != VERSION:
        return None
    return msgspec.convert(kept.model, Model)


def _fit(
    subject: Subject,
    user_id: UUID | None,
    settings: Settings,
    gathered: Rows,
    *,
    dry: bool,
) -> NewModel | None:
    with database.atomic():
        if not segment_models.claim(
            subject, user_id, settings.segment_fit_timeout_s + _LEASE_SLACK_S
        ):
            return None
    try:
        kept = segment_models.fits(subject, user_id, limit=10)
        before = next((model for one in kept if (model := model_of(one))), None)
        answer = in_child(_task(subject, gathered, before, settings), settings)
        new = _new(subject, user_id, answer)
        if not dry:
            _keep(new)
        return new
    finally:
        with database.atomic():
            segment_models.release(subject, user_id)


def _task(subject: Subject, found: Rows, before: Model | None, settings: Settings) -> Task:
    return Task(
        subject=subject,
        feature_set=FEATURE_SET,
        rows=found.rows,
        groups=found.groups,
        classes=found.classes,
        left_out=found.left_out,
        before=before,
        seed=0,
        memory_bytes=settings.segment_fit_memory_bytes,
    )


def in_child(task: Task, settings: Settings) -> Answer:
    """Let the child process answer; raises `FitFailed`."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pipeline.segment_fitter"],
            input=msgspec.json.encode(task),
            capture_output=True,
            timeout=settings.segment_fit_timeout_s,
        )
    except subprocess.TimeoutExpired:
        raise FitFailed(f"not within {settings.segment_fit_timeout_s:.0f} s") from None
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise FitFailed(f"exit code {done.returncode}: {lines[-1] if lines else ''}")
    return msgspec.json.decode(done.stdout, type=Answer)


def _new(subject: Subject, user_id: UUID | None, answer: Answer) -> NewModel:
    fit = answer.fit
    return NewModel(
        subject=subject,
        user_id=user_id,
        feature_set=FEATURE_SET,
        reason=fit.reason,
        model=None if fit.model is None else msgspec.to_builtins(fit.model),
        tried=msgspec.to_builtins(fit.tried),
        rows=fit.rows,
        left_out=fit.left_out,
        relabelled=fit.relabelled,
        psi=answer.psi,
    )


def _refused(
    subject: Subject, user_id: UUID | None, reason: str, found: Rows, *, dry: bool
) -> NewModel:
    rows, left_out = len(found.rows), found.left_out
    new = NewModel(subject, user_id, FEATURE_SET, reason, None, [], rows, left_out, None, {})
    if not dry:
        _keep(new)
    return new


def _keep(new: NewModel) -> None:
    """Keep a fit, and let everybody it says something of be looked at again."""
    with database.atomic():
        id = segment_models.put(new)
        if new.user_id is not None:
            segment_models.prune(new.user_id, _KEPT)
            stage_progress.make_due("segmentation", new.user_id)
            return
        clusters = (new.model or {}).get("clusters", [])
        for one in clusters:
            segment_models.define(
                one["slug"], "user", one["name"], one["definition"], str(id), one["supersedes"]
            )
        segment_models.retire_others([one["slug"] for one in clusters])
        stage_progress.make_all_due("segmentation")


def _of_people() -> Rows:
    names = [wanted.name for wanted in USER]
    return rows_of_people(values for _, values in segment_models.people(FEATURE_SET, names))


def _of_days(user_id: UUID, today: date) -> Rows:
    return rows_of_days(user_days.between(user_id, today - DAYS_BACK, today - timedelta(days=1)))
