"""Gathers a person's situation from the tables."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from models import (
    calendars,
    daily_activity,
    recommendations,
    task_history,
    task_rankings,
    usage_intervals,
)
from models.recommendations import Said
from models.task_history import PastTask
from pipeline import user_days
from pipeline.periods import periods_of
from pipeline.steps.choices import Choice
from pipeline.steps.day_features import runs_of
from pipeline.steps.days import DAY_US, Period, Piece, begin_of, day_at, elapsed_hours, period_at
from pipeline.steps.estimate_ranges import Finished, Ranges
from pipeline.steps.hours import Interval, Run
from pipeline.steps.instants import as_datetime, as_us
from pipeline.steps.overlap import Thing
from pipeline.steps.ranking import MODEL, Ranking, habits_of, learn
from pipeline.steps.situation import Day, Situation
from pipeline.steps.urgency import Task
from pipeline.terms import terms_of

#: How far back choices are learnt from, and how far ahead times are looked for.
_PAST = timedelta(days=365)
_DAYS_AHEAD = 7
_RECENT = timedelta(days=28)
_MOST_FINISHED = 300
_ONE_DAY = timedelta(days=1)
#: What a person says of a next task that tells a choice.
_ANSWERS = ("accepted", "dismissed", "done")


def situation_of(user_id: UUID, now: datetime) -> Situation:
    """The person's situation; the ranking is learnt anew on the first look of a day."""
    periods = periods_of([user_id])[user_id]
    instant, since = as_us(now), now - _PAST
    today = day_at(periods, instant)
    past = [task_of(row, periods) for row in task_history.tasks(user_id, since)]
    said = recommendations.said(user_id, since)
    choices = choices_of(user_id, since, said, {task.id: task for task in past}, periods)
    days = _days_ahead(periods, today)
    busy = calendars.busy(user_id, as_datetime(days[0].start), as_datetime(days[-1].end))
    return Situation(
        now=instant,
        hour=_hour(periods, instant),
        tasks=[task for task in past if task.done is None],
        ranges=Ranges([Finished(*row) for row in task_history.finished(user_id, _MOST_FINISHED)]),
        ranking=_ranking(user_id, past, choices, today),
        habits=habits_of(choices),
        days=days,
        recent=user_days.between(user_id, today - _RECENT, today),
        runs=_runs_of_today(user_id, today),
        busy=[Piece(as_us(start), as_us(end)) for _, _, start, end, all_day in busy if not all_day],
        put_off=_put_off(said, days[0]),
    )


def task_of(row: PastTask, periods: tuple[Period, ...]) -> Task:
    """The task, whose days are the person's."""
    due = row.due
    if row.due_on is not None:
        due = begin_of(periods, row.due_on + _ONE_DAY)
    return Task(
        id=row.id,
        created=row.created,
        project=row.project,
        priority=row.priority,
        estimate_s=row.estimate_s,
        due=due,
        planned=begin_of(periods, row.planned_on) if row.planned_on else None,
        wait_until=row.wait_until,
        is_waiting=row.is_waiting,
        is_doing=row.is_doing,
        tags=tuple(row.tags),
        blocked_by=frozenset(row.blocked_by),
        done=row.done,
    )


def choices_of(
    user_id: UUID,
    since: datetime,
    said: Sequence[Said],
    tasks: dict[str, Task],
    periods: tuple[Period, ...],
) -> list[Choice]:
    """What the person turned to, and what they said of tasks that were recommended, in order.

    Whoever turns to a task within a day of accepting it does what was recommended.
    """
    answers = [one for one in said if one.kind == "next_task" and one.state in _ANSWERS]
    accepted: dict[str, list[int]] = defaultdict(list)
    for one in answers:
        if one.state != "dismissed":
            accepted[one.subject].append(as_us(one.acted_at))
    found = []
    for at, id, project in task_history.choices(user_id, since):
        is_recommended = any(0 <= at - when < DAY_US for when in accepted[id])
        chosen = Choice(at, _hour(periods, at), id, project, is_recommended=is_recommended)
        found.append(chosen)
    for one in answers:
        at = as_us(one.acted_at)
        if task := tasks.get(one.subject):
            answer = Choice(at, _hour(periods, at), task.id, task.project, is_recommended=True)
            found.append(answer._replace(is_chosen=one.state != "dismissed"))
    return sorted(found, key=lambda choice: (choice.at, choice.task))


def _ranking(
    user_id: UUID, tasks: Sequence[Task], choices: Sequence[Choice], today: date
) -> Ranking:
    known = task_rankings.find(user_id, MODEL)
    if known and known[1] == today:
        return msgspec.convert(known[0], Ranking)
    ranking = learn(tasks, choices)
    task_rankings.put(user_id, MODEL, msgspec.to_builtins(ranking), today)
    return ranking


def _days_ahead(periods: tuple[Period, ...], today: date) -> list[Day]:
    """Today and the next days, without such as do not exist."""
    found = []
    for number in range(_DAYS_AHEAD):
        day = today + timedelta(days=number)
        if hours := elapsed_hours(periods, day):
            found.append(Day(day, [(_hour(periods, hour.start), hour) for hour in hours]))
    return found


def _hour(periods: tuple[Period, ...], instant: int) -> int:
    """Which hour the wall clock shows."""
    zone = ZoneInfo(period_at(periods, instant).zone)
    return as_datetime(instant).astimezone(zone).hour


def _runs_of_today(user_id: UUID, today: date) -> list[Run]:
    if not daily_activity.of_days([(user_id, today)]):
        return []
    intervals = [
        Interval(start, end, Thing(*thing), events, active_us)
        for _, start, end, *thing, events, active_us in usage_intervals.of_days([(user_id, today)])
    ]
    return runs_of(intervals, terms_of([user_id])[user_id].priorities)


def _put_off(said: Sequence[Said], today: Day) -> dict[tuple[str, str], int]:
    """Until when the person wants to hear nothing of a subject: that of the last word counts."""
    found = {}
    for one in said:
        until = 0
        if one.state == "snoozed" and one.snoozed_until:
            until = as_us(one.snoozed_until)
        elif one.state == "dismissed" and as_us(one.acted_at) >= today.start:
            until = today.end
        found[one.kind, one.subject] = until
    return {subject: until for subject, until in found.items() if until}
