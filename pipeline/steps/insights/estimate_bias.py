"""Whether tasks take longer, or shorter, than they were estimated to."""

from collections.abc import Sequence
from math import exp, log
from statistics import median

from pipeline.steps.findings import Finding, View
from pipeline.steps.statistics import median_bounds, signed_rank

KIND = "estimate_bias"
EVERY_DAY = False

_WINDOW_DAYS = 91
_LEAST_DAYS = 20
_FLOOR = log(1.2)


def find(view: View) -> Sequence[Finding]:
    """One test of the days on which tasks were done that had an estimate."""
    errors = [
        day.estimate_log_error
        for day in view.within(_WINDOW_DAYS)
        if day.estimate_log_error is not None
    ]
    if len(errors) < _LEAST_DAYS:
        return []
    middle = median(errors)
    low, high = median_bounds(errors, 0.95)
    word = "longer" if middle > 0 else "shorter"
    quarter = f"{view.day.year}Q{(view.day.month + 2) // 3}"
    return [
        Finding(
            kind=KIND,
            metric="estimate_log_error",
            day=view.day,
            key=f"estimate_bias:{word}:{quarter}",
            value=middle,
            baseline=0.0,
            method="Wilcoxon signed rank of the days' mean ln(actual / estimate)",
            n=len(errors),
            window_days=_WINDOW_DAYS,
            text=f"Your tasks take {word} than you estimate: {exp(middle):.1f} times as long in the"
            f" middle ({exp(low):.1f} to {exp(high):.1f}), over {len(errors)} days.",
            score=middle,
            p=signed_rank(errors) if abs(middle) >= _FLOOR else 1.0,
            evidence={"ratio": exp(middle), "interval": [exp(low), exp(high)]},
        )
    ]
