"""A person with a year of everything, written straight into the tables and derived by the stages.

A million events of a window watcher, each another thing than the one before; 10,000 tasks, of which
a fifth is open; 20,000 time entries; all by numbers, so that every run has the same.
"""

import os
from datetime import UTC, date, datetime
from uuid import UUID

from agents.usage import rebuild
from models.database import configure, database, execute
from pipeline import profiles, restrictions
from pipeline.transaction import Transaction

DAYS = 365
FIRST = date(2025, 11, 1)
EVENTS = int(os.environ.get("READS_EVENTS", "1000000"))
TASKS = 10_000
ENTRIES = 20_000

# A day begins at eight; a thing lasts 18 seconds. 400 things of 12 categories and 25 projects.
_EVENTS = """
INSERT INTO usage_event (user_id, source, event_id, hash, type, time, duration_us, device, entity,
                         category, project, data, received_at)
SELECT %(user)s, 'api', n::text, md5(n::text), 'usage.interval', at, 18000000,
       CASE n %% 9 WHEN 0 THEN 'phone' ELSE 'desk' END, 'thing ' || thing,
       'work/' || thing %% 12, 'project ' || thing %% 25, '{}', at
FROM (
    SELECT n, (%(first)s::date + n / %(a_day)s + interval '8 hours'
               + n %% %(a_day)s * interval '18 seconds') AT TIME ZONE 'UTC' AS at,
           (n %% 400 * 7919 + n / 13) %% 400 AS thing
    FROM generate_series(0, %(events)s - 1) AS n
) AS numbered
"""

# Ids are by time as they are of the API.
_ID = "(lpad(to_hex({at}), 12, '0') || '7' || substr(md5({name} || n), 1, 19))::uuid"
_AT = (
    "(extract(epoch FROM %(first)s::date) * 1000)::bigint"
    " + n * ({days} * 86400000::bigint / {count})"
)

_PROJECTS = f"""
INSERT INTO project (id, user_id, version, name, color, created_at, updated_at)
SELECT {_ID.format(at=_AT.format(days=1, count=25), name="'project'")}, %(user)s, n + 1,
       'project ' || n, '#2f9e44', %(first)s, %(first)s
FROM generate_series(0, 24) AS n
"""

_TASKS = f"""
WITH known AS (SELECT array_agg(id ORDER BY id) AS projects FROM project WHERE user_id = %(user)s),
numbered AS (
    SELECT n, {_AT.format(days=DAYS, count=TASKS)} AS ms FROM generate_series(0, {TASKS - 1}) AS n
)
INSERT INTO task (id, user_id, version, project_id, title, notes, status, priority, tags,
                  estimate_s, due_at, due_on, planned_on, position, created_at, updated_at, done_at)
SELECT {_ID.format(at="ms", name="'task'")}, %(user)s, 100 + n, projects[1 + n %% 25],
       (ARRAY['Write', 'Read', 'Review', 'Mend', 'Plan', 'Call', 'Answer'])[1 + n %% 7] || ' the '
       || (ARRAY['report', 'garden', 'letter', 'figures', 'draft'])[1 + n / 7 %% 5] || ' ' || n,
       repeat('Ask Grace for the figures of last year. ', n %% 6),
       CASE WHEN n %% 5 > 0 THEN 'done' WHEN n %% 3 = 0 THEN 'doing' ELSE 'todo' END,
       n %% 4, ARRAY['tag ' || n %% 30], CASE WHEN n %% 3 > 0 THEN 900 * (1 + n %% 16) END,
       CASE WHEN n %% 4 = 0 THEN at + interval '9 days' END,
       CASE WHEN n %% 4 = 1 THEN at::date + 9 END, at::date + 2, n, at, at,
       CASE WHEN n %% 5 > 0 THEN at + interval '3 days' END
FROM (SELECT *, to_timestamp(ms / 1000.0) AS at FROM numbered) AS made, known
"""

_ENTRIES = f"""
WITH known AS (
    SELECT array_agg(id ORDER BY id) AS tasks, array_agg(project_id ORDER BY id) AS projects
    FROM task WHERE user_id = %(user)s
),
numbered AS (
    SELECT n, {_AT.format(days=DAYS, count=ENTRIES)} AS ms
    FROM generate_series(0, {ENTRIES - 1}) AS n
)
INSERT INTO time_entry (id, user_id, version, task_id, project_id, start_at, end_at, time_zone,
                        description, tags, source, created_at, updated_at)
SELECT {_ID.format(at="ms", name="'entry'")}, %(user)s, 20000 + n, tasks[1 + n / 2],
       projects[1 + n / 2], at, at + interval '20 minutes', 'UTC', 'Draft ' || n,
       ARRAY['tag ' || n %% 30], 'timer', at, at
FROM (SELECT *, to_timestamp(ms / 1000.0) AS at FROM numbered) AS made, known
"""


def fill(url: str, user_id: UUID) -> None:
    """Give the person their year, and the tables their statistics."""
    configure(url, lease_s=600, statement_timeout_s=600, lock_timeout_s=60)
    values = {
        "user": user_id, "first": FIRST, "events": EVENTS, "a_day": -(-EVENTS // DAYS)
    }  # fmt: skip
    with database.connection_context():
        with database.atomic():
            for statement in (_EVENTS, _PROJECTS, _TASKS, _ENTRIES):
                execute(statement, values)
            execute("INSERT INTO work_state VALUES (%s, 100000)", (user_id,))
        with database.atomic():
            revs, heeded = restrictions.lock({user_id})
            rebuild(user_id, Transaction(revs, datetime.now(UTC), heeded))
        with database.atomic():
            profiles.describe(user_id, revs[user_id], datetime.now(UTC))
        execute("VACUUM ANALYZE")
