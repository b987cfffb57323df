"""Replays the fits of segments: how stable each was, and whom it gave another segment.

Each fit sees the days before it only, and the model that was accepted before it, as in life.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from statistics import fmean

import msgspec

from pipeline.steps.evaluation.history import History
from pipeline.steps.features import FEATURE_SET, Values, features, is_active
from pipeline.steps.features import History as Days
from pipeline.steps.learnt.fit import fit
from pipeline.steps.segment_model import Evidence, Model
from pipeline.steps.vectors import (
    DAYS_BACK,
    LEAST_WEEKS,
    USER,
    Rows,
    rows_of_days,
    rows_of_people,
    week,
)

#: What a window of a person's features that are fitted looks back.
_WINDOW = timedelta(days=28)


class Refit(msgspec.Struct, frozen=True):
    """A fit as of a day, with how many segments it has; None: it was refused, as `reason` says.

    `evidence` is that of the model, or of the best that was refused; None: no k was tried.
    """

    as_of: date
    rows: int
    reason: str
    segments: int | None
    evidence: Evidence | None
    relabelled: float | None


class Refits(msgspec.Struct, frozen=True):
    """The fits of a subject in time order; without any `state` says why. Means are of accepted."""

    name: str
    state: str | None
    fits: Sequence[Refit] = ()
    accepted: int = 0
    stability: float | None = None
    null_stability: float | None = None
    relabelled: float | None = None


class Replayed(msgspec.Struct, frozen=True):
    """Fits of people together, and of each person's days."""

    users: Refits
    user_days: Sequence[Refits]


class Segments:
    """Fits every `every` of time, people from `least_people` on."""

    def __init__(self, every: timedelta, least_people: int, seed: int = 0) -> None:
        self._every = every
        self._least_people = least_people
        self._seed = seed
        self._days: list[Refits] = []
        self._people: dict[date, list[Values]] = defaultdict(list)

    def add(self, history: History) -> None:
        """Replay the fits of a person's days, and keep their features for those of people."""
        active = [day.date for day in history.days if is_active(day)]
        self._days.append(self._of_days(history, active))
        if active:
            for as_of in self._dates(active[0], active[-1]):
                self._people[as_of].append(_features(history, active, as_of))

    def found(self) -> Replayed:
        """What all of them say."""
        gathered = [(as_of, rows_of_people(all)) for as_of, all in sorted(self._people.items())]
        most = max((len(found.rows) for _, found in gathered), default=0)
        if most < self._least_people:
            state = f"not enough people: {most} of {self._least_people}"
            return Replayed(Refits("people", state), self._days)
        enough = (one for one in gathered if len(one[1].rows) >= self._least_people)
        return Replayed(self._replayed("people", "user", enough), self._days)

    def _of_days(self, history: History, active: Sequence[date]) -> Refits:
        weeks = len(set(map(week, active)))
        if weeks < LEAST_WEEKS:
            state = f"not enough history: {weeks} of {LEAST_WEEKS} active weeks"
            return Refits(history.person, state)
        return self._replayed(history.person, "user_day", self._rows_of_days(history, active))

    def _rows_of_days(
        self, history: History, active: Sequence[date]
    ) -> Iterator[tuple[date, Rows]]:
        for as_of in self._dates(active[0], active[-1]):
            rows = rows_of_days(d for d in history.days if as_of - DAYS_BACK <= d.date < as_of)
            if len(set(rows.groups)) >= LEAST_WEEKS:
                yield as_of, rows

    def _replayed(self, name: str, subject: str, gathered: Iterator[tuple[date, Rows]]) -> Refits:
        fits, before = [], None
        for as_of, rows in gathered:
            one, model = self._refit(subject, as_of, rows, before)
            fits.append(one)
            before = model or before
        accepted = [one for one in fits if one.segments is not None]
        evidence = [one.evidence for one in accepted if one.evidence]
        return Refits(
            name=name,
            state=None if fits else "too much is not known of the days",
            fits=fits,
            accepted=len(accepted),
            stability=_mean(one.stability for one in evidence),
            null_stability=_mean(one.null_stability for one in evidence),
            relabelled=_mean(one.relabelled for one in accepted),
        )

    def _refit(
        self, subject: str, as_of: date, rows: Rows, before: Model | None
    ) -> tuple[Refit, Model | None]:
        found = fit(
            subject, FEATURE_SET, rows.rows, rows.groups, rows.classes,
            left_out=rows.left_out, before=before, seed=self._seed,
        )  # fmt: skip
        model = found.model
        refused = max(found.tried, key=lambda one: one.silhouette, default=None)
        return Refit(
            as_of=as_of,
            rows=found.rows,
            reason=found.reason,
            segments=len(model.clusters) if model else None,
            evidence=model.evidence if model else refused,
            relabelled=found.relabelled,
        ), model

    def _dates(self, first: date, last: date) -> Iterator[date]:
        """The days of fits after `first`, the same for everybody, until all days were seen."""
        every = self._every.days
        as_of = date.fromordinal((first.toordinal() // every + 1) * every)
        while as_of <= last + self._every:
            yield as_of
            as_of += self._every


def _features(history: History, active: Sequence[date], as_of: date) -> Values:
    """Those of the person that are fitted, as of the evening before."""
    last = as_of - timedelta(days=1)
    days = [day for day in history.days if last - _WINDOW < day.date <= last]
    before = [day for day in active if day <= last]
    found = features(Days(last, days, before[0], before[-1]))
    # Of everybody and every fit they are in memory together: no more than is wanted.
    return {wanted.name: found[wanted.name] for wanted in USER}


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None
