"""Every table that holds something of a person, once: what is exported, and what is erased.

A new table is a line here; a test fails as long as it is missing. The order is that of erasing:
what points to another row comes before it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from models.by_index import by_index
from models.database import execute


@dataclass(frozen=True)
class PersonalTable:
    """A table, and which of its rows are a person's.

    `order` are columns that tell a person's rows apart. `secret` columns are never exported; `raw`
    are of bytes that are readable text, or null. Without `about` nothing is exported, for the rows
    say nothing of the person. `erased_too`: rows that may hold something of others besides.
    """

    name: str
    order: tuple[str, ...]
    about: str = ""
    of_person: str = "user_id = %(user_id)s"
    erased_too: str = "false"
    secret: tuple[str, ...] = ()
    raw: tuple[str, ...] = ()

    def page(
        self, user_id: UUID, after: Sequence[str] | None, limit: int
    ) -> list[tuple[str, list[str]]]:
        """The next rows as (JSON, place in the order); `after` is such a place."""
        columns = ", ".join(self.order)
        places = ", ".join(f"{column}::text" for column in self.order)
        values: dict[str, Any] = {
            f"after_{column}": at for column, at in zip(self.order, after or (), strict=False)
        }
        beyond = f"AND ({columns}) > ({', '.join(f'%({v})s' for v in values)})" if values else ""
        page = (
            f"SELECT (to_jsonb(t) - %(secret)s::text[])::text, ARRAY[{places}] FROM {self.name} t"
            f" WHERE {self.of_person} {beyond} ORDER BY {columns} LIMIT %(limit)s"
        )
        values |= {"user_id": user_id, "secret": list(self.secret), "limit": limit}
        with by_index():
            return list(execute(page, values).fetchall())

    def erase_page(self, user_id: UUID, limit: int) -> int:
        """Delete some of the person's rows; how many."""
        condition = f"({self.of_person} OR {self.erased_too})"
        done = execute(
            f"DELETE FROM {self.name} WHERE {condition} AND ctid = ANY(ARRAY("
            f"SELECT ctid FROM {self.name} WHERE {condition} LIMIT %(limit)s))",
            {"user_id": user_id, "limit": limit},
        )
        return int(done.rowcount)


_SESSIONS = "SELECT id FROM login_session WHERE user_id = %(user_id)s"
_KEYS = "SELECT id FROM api_key WHERE user_id = %(user_id)s"
_DEVICES = "SELECT id FROM device WHERE user_id = %(user_id)s"

TABLES: tuple[PersonalTable, ...] = (
    PersonalTable(
        "usage_event",
        ("source", "event_id"),
        "Your raw events: what your devices sent, as it is kept. `duration_us` is microseconds.",
    ),
    PersonalTable(
        "usage_interval",
        ("local_date", "start_at", "device", "entity", "category", "project"),
        "What each device was used for, from when to when; derived from the events."
        " `active_us` is what no later begun interval covers.",
    ),
    PersonalTable(
        "daily_activity",
        ("local_date",),
        "What each of your local days adds up to, in microseconds; derived from the events.",
    ),
    PersonalTable(
        "daily_work",
        ("local_date",),
        "What each of your local days holds of tasks and time entries; derived from them.",
    ),
    PersonalTable(
        "user_day",
        ("local_date",),
        "What your days are described by, and their types; derived from the tables before.",
    ),
    PersonalTable(
        "entity_month", ("month",), "What each of your months holds of each entity; derived."
    ),
    PersonalTable(
        "feature_value", ("feature_set",), "What you are described by as of a day; derived."
    ),
    PersonalTable(
        "segment_membership", ("id",), "Which segments you are and were in, and why; derived."
    ),
    PersonalTable(
        "recommendation", ("id",), "What was recommended to you, why, and what you said of it."
    ),
    PersonalTable("segment_model", ("id",), "What kinds of days were learnt of you, and how well."),
    PersonalTable("segment_fit", ("subject",), of_person="owner = %(user_id)s"),
    PersonalTable("insight", ("id",), "What was told to you of your days, and on what it rests."),
    PersonalTable("insight_state", ("user_id",)),
    PersonalTable("task_ranking", ("user_id",), "How your tasks are ranked, as learnt from you."),
    PersonalTable("pseudonym", ("user_id",), "By which analysts of this instance know you."),
    PersonalTable("audit_person", ("person",)),
    PersonalTable("outbox", ("id",)),
    PersonalTable("goal_target", ("goal_id", "valid_from"), "What each goal asked for, and since."),
    PersonalTable("goal", ("id",), "Your goals, also the deleted ones."),
    PersonalTable("time_entry", ("id",), "Your time entries; without an end: the running timer."),
    PersonalTable("task", ("id",), "Your tasks, also the deleted ones."),
    PersonalTable("tag", ("id",), "Your tags."),
    PersonalTable("project", ("id",), "Your projects."),
    PersonalTable(
        "busy_block",
        ("calendar_id", "start_at", "uid"),
        "When you are busy by your calendars; derived from them.",
    ),
    PersonalTable("calendar", ("id",), "The calendars that are read for you."),
    PersonalTable(
        "feed", ("id",), "Your calendar feeds, without their addresses.", secret=("hash",)
    ),
    PersonalTable("work_state", ("user_id",)),
    PersonalTable("job_item", ("job_id", "number")),
    PersonalTable(
        "dead_letter",
        ("id",),
        "Events of yours that could not be applied, and why.",
        # An entry that cannot be taken apart is nobody's, but may hold anybody's events.
        erased_too="user_id IS NULL"
        " AND position(convert_to(%(user_id)s::text, 'UTF8')"
        " IN event || coalesce(original, '')) > 0",
        raw=("event", "original"),
    ),
    PersonalTable("job", ("id",), of_person="position(%(user_id)s::text IN request::text) > 0"),
    PersonalTable("stage_progress", ("stage",)),
    PersonalTable("rebuild_request", ("user_id",)),
    PersonalTable("idempotent_answer", ("key",)),
    PersonalTable(
        "device_seen",
        ("device_id", "source"),
        "When each device was seen first and last, to within ten minutes.",
        of_person=f"device_id IN ({_DEVICES})",
    ),
    PersonalTable("device", ("id",), "Your devices, and how they are counted."),
    PersonalTable("category_rule", ("id",), "Your category rules; `position` is their order."),
    PersonalTable("bucket", ("id",), "Your ActivityWatch buckets, whose events are usage events."),
    PersonalTable("client_setting", ("key",), "Settings that your clients keep here."),
    PersonalTable(
        "redaction_rule", ("id",), "Your redaction rules, in the order in which they apply."
    ),
    PersonalTable("redaction_change", ("user_id",)),
    PersonalTable("redaction_run", ("id",), "The last run of the rules over your history."),
    PersonalTable(
        "deletion",
        ("id",),
        "What you deleted: holds for what happened until `made_at` (microseconds since 1970).",
    ),
    PersonalTable("retention", ("user_id",), "How long your raw events are kept."),
    PersonalTable(
        "user_parameters",
        ("valid_from",),
        "Your time zone, day start and timeout, and from when on each held.",
    ),
    PersonalTable(
        "revocation",
        ("revoked_at",),
        of_person=f"subject IN ({_SESSIONS} UNION ALL {_KEYS} UNION ALL SELECT %(user_id)s::uuid)",
    ),
    PersonalTable(
        "refresh_token", ("hash",), of_person=f"session_id IN ({_SESSIONS})", secret=("hash",)
    ),
    PersonalTable(
        "invite",
        ("id",),
        "Invites of yours that nobody used yet.",
        of_person="invited_by = %(user_id)s",
        secret=("hash",),
    ),
    PersonalTable("password_reset", ("user_id",), secret=("hash",)),
    PersonalTable("recovery_code", ("hash",), secret=("hash",)),
    PersonalTable(
        "totp", ("user_id",), "Whether a second factor is on, and since when.", secret=("secret",)
    ),
    PersonalTable("login_session", ("id",), "Your logins: when, and with which program."),
    PersonalTable("api_key", ("id",), "Your API keys, without the keys.", secret=("hash",)),
    PersonalTable(
        "account",
        ("id",),
        "Who you are here.",
        of_person="id = %(user_id)s",
        secret=("password_hash",),
    ),
    # The last: who has no state is not known to any stage.
    PersonalTable("user_state", ("user_id",)),
)

#: Tables with a column `user_id` that are not in the list, and why.
ELSEWHERE: dict[str, str] = {
    "erasure": "is the erasure itself, which forgets the id when it is done",
}


def columns_named_user_id() -> set[str]:
    """The tables of the database that have such a column; a partition counts as its whole."""
    rows: Any = execute(
        "SELECT table_name FROM information_schema.columns JOIN pg_class c ON relname = table_name"
        " WHERE column_name = 'user_id' AND table_schema = 'public' AND relkind IN ('r', 'p')"
        " AND NOT relispartition"
    )
    return {name for (name,) in rows.fetchall()}
