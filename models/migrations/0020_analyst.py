"""What analysts may read: views of pseudonymous people, without names of things.

Nothing is shown while fewer than five people are known here; of a segment, and of a category, of
fewer than five people nobody is shown.
"""

from typing import Any

ENOUGH = "(SELECT count(*) FROM public.pseudonym) >= 5"

#: By view: its query, what it is, and what each column is.
VIEWS: dict[str, tuple[str, str, dict[str, str]]] = {
    "user_days": (
        f"""
        SELECT p.id AS member, d.local_date, extract(isodow FROM d.local_date)::integer AS weekday,
               d.day_type, d.length_s, d.active_s, d.focus_s, d.deep_s, d.meeting_s,
               d.opening_meeting_s, d.night_s,
               d.tracked_s, d.sessions, d.session_median_s, d.longest_session_s, d.switches,
               d.first_hour, d.last_hour, d.by_wall_hour, d.tasks_created, d.tasks_done,
               d.tasks_planned, d.planned_s, d.estimate_log_error, d.feature_set, d.computed_at
        FROM public.user_day d JOIN public.pseudonym p USING (user_id) WHERE {ENOUGH}
        """,
        "Each day of each person of which anything is known. Durations are seconds.",
        {
            "member": "Pseudonym of the person",
            "local_date": "Day of the person, in their own time zone, from their own day start",
            "weekday": "1 is Monday",
            "day_type": "off, late, meetings, deep, fragmented, short or regular",
            "length_s": "How long the day is: 23 to 25 hours; 0 without activity",
            "active_s": "Time with activity on any device",
            "focus_s": "Of it, in stretches of one category of 25 minutes or more",
            "deep_s": "Of it, in stretches of one category of 50 minutes or more",
            "meeting_s": "Of the activity, in meetings and calls",
            "opening_meeting_s": "Of the meetings, in the first hour since activity began",
            "night_s": "Of the activity, from 22:00 to 6:00",
            "tracked_s": "Sum of the time entries",
            "sessions": "Stretches of activity without a pause of five minutes",
            "session_median_s": "Their median length",
            "longest_session_s": "The longest",
            "switches": "Changes of category that lasted half a minute",
            "first_hour": "When activity began, in hours of the wall clock",
            "last_hour": "When it ended; beyond 24 after midnight",
            "by_wall_hour": "Activity by hour of the wall clock, 24 numbers",
            "tasks_created": "Tasks made on the day",
            "tasks_done": "Tasks done on the day",
            "tasks_planned": "Tasks planned for the day",
            "planned_s": "Sum of their estimates",
            "estimate_log_error": "Mean of ln(actual / estimate) of the tasks done",
            "feature_set": "Version of what the columns mean",
            "computed_at": "When the row was derived",
        },
    ),
    "category_days": (
        f"""
        WITH each AS (
            SELECT d.user_id, d.local_date, c.key AS category, c.value::double precision AS active_s
            FROM public.user_day d CROSS JOIN jsonb_each_text(d.by_category) AS c
        ), common AS (
            SELECT category FROM each GROUP BY category HAVING count(DISTINCT user_id) >= 5
        )
        SELECT p.id AS member, local_date, category, active_s
        FROM each JOIN common USING (category) JOIN public.pseudonym p USING (user_id)
        WHERE {ENOUGH}
        """,
        "Activity of each day by category, of categories that five people have or more.",
        {
            "member": "Pseudonym of the person",
            "local_date": "Day of the person",
            "category": "As the person's rules or devices name it",
            "active_s": "Seconds",
        },
    ),
    "features": (
        f"""
        SELECT p.id AS member, f.feature_set, f.as_of, v.key AS feature,
               v.value::double precision AS value, f.watermark, f.rev, f.computed_at
        FROM public.feature_value f JOIN public.pseudonym p USING (user_id)
        CROSS JOIN jsonb_each_text(f.values) AS v WHERE {ENOUGH}
        """,
        "What each person is described by as of their last day; GET /features documents each.",
        {
            "member": "Pseudonym of the person",
            "feature_set": "Version of what the features mean",
            "as_of": "Day of the person",
            "feature": "Name of the feature",
            "value": "Null where it cannot be known",
            "watermark": "When the last activity ended that is in it",
            "rev": "Revision of the person's tables that is in it",
            "computed_at": "When it was computed",
        },
    ),
    "segments": (
        """
        SELECT slug AS segment, subject, family, kind, name, definition, version, supersedes,
               retired_at
        FROM public.segment
        """,
        "The segments of people and of days.",
        {
            "segment": "Name for programs",
            "subject": "What it holds: user or user_day",
            "family": "A person is in one segment of a family at a time",
            "kind": "rule or learnt",
            "name": "Name for people",
            "definition": "When it holds",
            "version": "Of the rules or of the model",
            "supersedes": "The segment whose place it takes",
            "retired_at": "Since when nothing names it any more",
        },
    ),
    "segment_memberships": (
        f"""
        WITH large AS (
            SELECT segment FROM public.segment_membership
            GROUP BY segment HAVING count(DISTINCT user_id) >= 5
        )
        SELECT p.id AS member, segment, m.family, m.entered_on, m.left_on, m.score, m.reason,
               m.model_version, m.entered_at, m.left_at, m.computed_at
        FROM public.segment_membership m JOIN large USING (segment)
        JOIN public.pseudonym p USING (user_id) WHERE {ENOUGH}
        """,
        "Who was in which segment from when to when, of segments that ever held five people.",
        {
            "member": "Pseudonym of the person",
            "segment": "Name for programs",
            "family": "A person is in one segment of a family at a time",
            "entered_on": "First day, the person's own",
            "left_on": "First day on which it did not hold any more; null: it holds",
            "score": "0 to 1: how clearly it holds",
            "reason": "Why, in words",
            "model_version": "Of the rules or of the model",
            "entered_at": "When it was found to hold",
            "left_at": "When it was found not to hold any more",
            "computed_at": "When it was last found to hold",
        },
    ),
    "user_segments_current": (
        f"""
        WITH large AS (
            SELECT segment FROM public.segment_membership WHERE left_at IS NULL
            GROUP BY segment HAVING count(*) >= 5
        )
        SELECT p.id AS member, m.family, segment, m.score, m.reason, m.model_version, m.entered_on,
               m.computed_at
        FROM public.segment_membership m JOIN large USING (segment)
        JOIN public.pseudonym p USING (user_id) WHERE m.left_at IS NULL AND {ENOUGH}
        """,
        "The segments that hold now, of those that hold five people or more.",
        {
            "member": "Pseudonym of the person",
            "family": "A person is in one segment of a family at a time",
            "segment": "Name for programs",
            "score": "0 to 1: how clearly it holds",
            "reason": "Why, in words",
            "model_version": "Of the rules or of the model",
            "entered_on": "First day, the person's own",
            "computed_at": "When it was last found to hold",
        },
    ),
    "segment_sizes": (
        f"""
        SELECT day::date, segment, nullif(
            count(*) * (count(*) >= 5)::integer, 0
        )::bigint AS members
        FROM generate_series(current_date - 365, current_date, interval '1 day') AS day
        JOIN public.segment_membership m
          ON m.entered_on <= day AND (m.left_on IS NULL OR m.left_on > day)
        WHERE {ENOUGH} GROUP BY day, segment
        """,
        "How many people each segment held on each of the last 366 days.",
        {
            "day": "The day",
            "segment": "Name for programs",
            "members": "How many; null: fewer than five",
        },
    ),
    "freshness": (
        """
        SELECT 'user_days' AS what, max(computed_at) AS newest, min(computed_at) AS oldest
        FROM public.user_day
        UNION ALL SELECT 'features', max(computed_at), min(computed_at) FROM public.feature_value
        UNION ALL SELECT 'user_segments_current', max(computed_at), min(computed_at)
        FROM public.segment_membership WHERE left_at IS NULL
        """,
        "When what stands in the views was computed.",
        {
            "what": "The view",
            "newest": "When the newest row was computed",
            "oldest": "When the oldest was: memberships are found anew every day",
        },
    ),
}


def up(migrator: Any, db: Any) -> None:
    """Make the schema and its views, which read with the rights of their owner."""
    db.execute_sql("CREATE SCHEMA analyst")
    db.execute_sql("COMMENT ON SCHEMA analyst IS 'For analysts: pseudonymous, read only'")
    for name, (query, about, columns) in VIEWS.items():
        db.execute_sql(f"CREATE VIEW analyst.{name} WITH (security_barrier) AS {query}")
        db.execute_sql(f"COMMENT ON VIEW analyst.{name} IS {_quoted(about)}")
        for column, meaning in columns.items():
            db.execute_sql(f"COMMENT ON COLUMN analyst.{name}.{column} IS {_quoted(meaning)}")


def _quoted(text: str) -> str:
    escaped = text.replace("'", "''")
    return f"'{escaped}'"
