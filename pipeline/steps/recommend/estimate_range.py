"""How long the tasks take that are near: a range for each that has an estimate."""

from collections.abc import Sequence

from pipeline.steps.estimate_ranges import LEAST_TASKS, MODEL, Span
from pipeline.steps.situation import Reason, Recommendation, Situation
from pipeline.steps.urgency import total, urgencies

KIND = "estimate_range"

_MOST = 20


def recommend(situation: Situation) -> Sequence[Recommendation]:
    """The ranges of the most urgent tasks with an estimate."""
    urgency = urgencies(situation.tasks, situation.now)
    near = [
        task
        for task in situation.tasks
        if task.estimate_s is not None and not situation.is_put_off(KIND, task.id)
    ]
    near.sort(key=lambda task: (-total(urgency[task.id]), task.id))
    # Until a day's end, so that it is the same from look to look.
    until = situation.days[:2][-1].end
    found = []
    for task in near[:_MOST]:
        if span := situation.span_of(task):
            found.append(
                Recommendation(
                    kind=KIND,
                    subject=task.id,
                    score=total(urgency[task.id]),
                    reasons=[Reason(_words(span), 1.0)],
                    model_version=MODEL,
                    expires=until,
                    p50_s=span.p50_s,
                    p80_s=span.p80_s,
                    features={"estimate_s": task.estimate_s or 0.0, "tasks": span.tasks},
                )
            )
    return found


def _words(span: Span) -> str:
    if span.is_shifted:
        return f"{span.tasks} tasks of yours took longer or shorter than estimated like this"
    if span.tasks < LEAST_TASKS:
        return f"not enough history to shift it: {span.tasks} of {LEAST_TASKS} tasks"
    return f"over {span.tasks} tasks your own estimate was the best middle"
