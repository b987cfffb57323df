"""The next task: the first of the person's ranking, with why."""

from collections.abc import Sequence

from pipeline.steps.ranking import MODEL, scores
from pipeline.steps.situation import Reason, Recommendation, Situation
from pipeline.steps.urgency import Term, urgencies

KIND = "next_task"

_MOST = 10
_REASONS = 3


def recommend(situation: Situation) -> Sequence[Recommendation]:
    """The tasks that can be worked on now, the most fitting first."""
    terms = urgencies(situation.tasks, situation.now)
    ranked = scores(
        situation.tasks, situation.now, situation.hour, situation.ranking, situation.habits
    )
    ready = [
        task
        for task in situation.tasks
        if situation.is_ready(task) and not situation.is_put_off(KIND, task.id)
    ]
    ready.sort(key=lambda task: (-ranked[task.id][0], task.created, task.id))
    version = "learnt" if situation.ranking.is_learnt else "urgency"
    found = []
    for task in ready[:_MOST]:
        score, habits = ranked[task.id]
        span = situation.span_of(task)
        found.append(
            Recommendation(
                kind=KIND,
                subject=task.id,
                score=score,
                reasons=_reasons(terms[task.id], habits),
                model_version=f"{MODEL} {version}",
                expires=situation.today.end,
                p50_s=span.p50_s if span else None,
                p80_s=span.p80_s if span else None,
                features={"urgency": sum(term.value for term in terms[task.id]), **habits},
            )
        )
    return found


_HABIT_WORDS = {
    "task recency": "you worked on it lately",
    "project recency": "you worked on its project lately",
    "project at this hour": "you do its project at this time of day",
    "newness": "it is new, and new tasks are what you take up",
}


def _reasons(terms: Sequence[Term], habits: dict[str, float]) -> list[Reason]:
    told = [Reason(term.words, term.value) for term in terms if term.words]
    told += [Reason(_HABIT_WORDS[name], value) for name, value in habits.items() if value > 0.05]
    told.sort(key=lambda reason: -abs(reason.weight))
    return told[:_REASONS] or [Reason("nothing is more urgent", 0.0)]
