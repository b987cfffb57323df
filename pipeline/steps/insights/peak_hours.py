"""The hours of the day that hold more activity than the person's others."""

from collections.abc import Sequence
from statistics import fmean

from pipeline.steps.durations import hours
from pipeline.steps.features import is_active
from pipeline.steps.findings import Finding, View
from pipeline.steps.statistics import mean_bounds

KIND = "peak_hours"
EVERY_DAY = False

_WINDOW_DAYS = 56
_LEAST_DAYS = 20
#: Of the busiest hour, what makes another the person's own; by how much a peak is above these.
_OWN = 0.25
_ABOVE = 1.2
#: Sure of each of 24 hours together (Bonferroni).
_LEVEL = 1 - 0.01 / 24


def find(view: View) -> Sequence[Finding]:
    """The hours whose lower bound is beyond the mean of all of the person's; a fact, if any."""
    days = [day for day in view.within(_WINDOW_DAYS) if is_active(day)]
    if len(days) < _LEAST_DAYS:
        return []
    by_hour = [[day.by_wall_hour[hour] for day in days] for hour in range(24)]
    means = [fmean(values) for values in by_hour]
    own = [hour for hour in range(24) if means[hour] >= _OWN * max(means)]
    usual = fmean(means[hour] for hour in own)
    peaks = [hour for hour in own if mean_bounds(by_hour[hour], _LEVEL)[0] > _ABOVE * usual]
    if not peaks:
        return []
    named = ", ".join(f"{hour}:00" for hour in peaks)
    value = fmean(means[hour] for hour in peaks)
    others = fmean(means[hour] for hour in own if hour not in peaks)
    bounds = {hour: mean_bounds(by_hour[hour], _LEVEL) for hour in peaks}
    return [
        Finding(
            kind=KIND,
            metric="active_s",
            day=view.day,
            key=f"peak_hours:{','.join(map(str, peaks))}",
            value=value,
            baseline=others,
            method="lower bound of the hour's mean (99 % for all hours) against the mean of all",
            n=len(days),
            window_days=_WINDOW_DAYS,
            text=f"You are most active in the hours from {named}: {hours(value)} of each; your"
            f" other hours hold {hours(others)}, over {len(days)} days.",
            evidence={"bounds_s": bounds, "hours": own},
        )
    ]
