"""Every setting of the system: one frozen value, read once from the environment and `.env`.

A field is the variable of the same name in capitals (`port` is `PORT`); its comment gives the
meaning and the unit. An empty variable counts as unset. `.env.example` lists them all.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from dotenv import dotenv_values
from msgspec import Meta

from pipeline import data_directory, keys

Port = Annotated[int, Meta(ge=1, le=65535)]
Count = Annotated[int, Meta(ge=1)]
Seconds = Annotated[float, Meta(gt=0)]
Share = Annotated[float, Meta(gt=0, le=1)]
Rate = Annotated[str, Meta(pattern=r"^[1-9]\d*/(second|minute|hour|day)$")]

_SECRET = frozenset({"database_url", "redis_url", "broker_url", "jwt_key", "pepper"})


class BadSetting(Exception):
    """A variable is missing or cannot be used; the message names it in one sentence."""


def default_data_dir() -> Path:
    """The place for this user's data: of the system for root, per user otherwise."""
    if os.geteuid() == 0:
        return Path("/var/lib/timeflow")
    if sys.platform == "darwin":
        return Path.home() / "Library/Application Support/timeflow"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share") / "timeflow"


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can be set, with its default."""

    # --- where ---------------------------------------------------------------------------------
    #: PostgreSQL 14 or newer; empty: an embedded one in the data directory.
    database_url: str = ""
    #: Redis 7.0 or newer (or Valkey); empty: an embedded one in the data directory.
    redis_url: str = ""
    #: What carries the streams; empty: REDIS_URL. `kafka://host` runs the same stages on Kafka.
    broker_url: str = ""
    #: Directory of embedded servers and of made keys; empty: a place of the user's own.
    data_dir: Path = msgspec.field(default_factory=default_data_dir)
    #: Address the API listens on.
    host: str = "127.0.0.1"
    #: TCP port the API listens on.
    port: Port = 8080

    # --- secrets -------------------------------------------------------------------------------
    #: Signs access tokens, 32 bytes or more; made in the data directory unless DATABASE_URL is set.
    jwt_key: str = ""
    #: Mixed into every password before hashing; like JWT_KEY. Changing it voids all passwords.
    pepper: str = ""
    #: Bearer token that may read /metrics besides an operator; empty: none.
    metrics_token: str = ""
    #: Who may register once the first account exists: anybody, who was invited, or (closed) only
    #: who was invited on the command line.
    registration: Literal["open", "invite", "closed"] = "closed"

    # --- accounts ------------------------------------------------------------------------------
    #: Cost of bcrypt: each step doubles the time of a login; 12 takes about 0.3 s.
    password_cost: Annotated[int, Meta(ge=4, le=20)] = 12
    #: Passwords hashed at a time in one process.
    password_threads: Count = 1
    #: Logins that may wait for their turn before 503.
    password_queue: Count = 32
    #: Life of an access token, seconds.
    access_token_s: Annotated[int, Meta(ge=1, le=900)] = 900
    #: Life of an unused refresh token, seconds.
    refresh_token_s: Count = 2_592_000
    #: Life of a login, however often it is refreshed, seconds.
    session_s: Count = 7_776_000
    #: Seconds a used refresh token is answered again while its successor is unused; 0: never.
    refresh_grace_s: Annotated[float, Meta(ge=0)] = 10.0
    #: Life of an invite, hours.
    invite_hours: Count = 72
    #: Life of a code that sets a new password, hours.
    password_reset_hours: Count = 24
    #: Seconds between two looks for revoked logins and keys, and for new redaction rules.
    revocation_poll_s: Seconds = 0.5
    #: Without a look for so many seconds nobody is let in, and no event is taken (503).
    revocation_stale_s: Seconds = 5.0
    #: Verified tokens and keys that a process remembers.
    credentials_remembered: Count = 20_000

    # --- requests ------------------------------------------------------------------------------
    #: Largest body of a request, bytes, also after decompression.
    max_body_bytes: Count = 2_097_152
    #: Seconds the body of a request may take to arrive.
    body_s: Seconds = 60.0
    #: Seconds a connection may stay without a whole request head; longer than a proxy keeps it.
    idle_connection_s: Seconds = 75.0
    #: Events in one request.
    max_request_events: Count = 1000
    #: Largest `data` of one event, bytes.
    max_event_data_bytes: Count = 16_384
    #: Seconds an event's time may lie in the future.
    max_future_s: Seconds = 86_400.0
    #: Redaction rules one person may have.
    max_redaction_rules: Count = 50
    #: Deletions of one person that hold at a time: each is looked at with each of their events.
    max_deletions: Count = 100
    #: Reports of a bucket that one answer to an ActivityWatch client is made from at most.
    max_bucket_events: Count = 100_000
    #: Seconds one query of such a client may compute.
    query_s: Seconds = 5.0
    #: Seconds such a client's read waits at most until what was posted before it is counted.
    read_own_wait_s: Annotated[float, Meta(ge=0)] = 2.0
    #: Days one question about a person's hours may span.
    max_range_days: Count = 400
    #: Devices one person may label, rank or merge, and names they may bind keys to.
    max_devices: Count = 300
    #: Category rules one person may have.
    max_category_rules: Count = 200
    #: Events over which rules may be tried without keeping them; a second for some 50,000.
    max_dry_run_events: Count = 200_000
    #: Seconds without an event after which a device is shown as silent.
    device_silent_s: Seconds = 259_200.0
    #: Requests with events, per account.
    rate_ingest: Rate = "6000/minute"
    #: Heartbeats of ActivityWatch's watchers, per account.
    rate_heartbeat: Rate = "60000/minute"
    #: Requests that read, per account.
    rate_read: Rate = "1200/minute"
    #: Requests that write, per account.
    rate_write: Rate = "600/minute"
    #: Trials of category rules, per account.
    rate_dry_run: Rate = "30/minute"
    #: Exports of everything, per account.
    rate_export: Rate = "10/hour"
    #: Readings of calendar feeds, per network.
    rate_feed: Rate = "120/minute"
    #: Registrations, logins and refreshes, per network.
    rate_login: Rate = "30/minute"
    #: Requests that need no credential, per network.
    rate_open: Rate = "600/minute"
    #: Requests that ask for the current password, per account.
    rate_proof: Rate = "10/minute"
    #: Codes of the second factor that may be tried, per account; recovery codes do not count.
    rate_code: Rate = "20/hour"
    #: Credentials that are none, per network.
    rate_wrong_credentials: Rate = "60/minute"
    #: Refusals at what is for operators, per network: each is audited; beyond, 429 and no entry.
    rate_ops_refusals: Rate = "60/minute"
    #: Logins with a wrong password, per network.
    rate_failed_logins: Rate = "60/hour"
    #: Logins with a wrong password, per account, beyond which the next rate holds for it.
    rate_failed_logins_of_account: Rate = "20/hour"
    #: Logins with a wrong password, per network and account, while the account is attacked.
    rate_failed_logins_while_attacked: Rate = "3/hour"
    #: Seconds for which the answer to an Idempotency-Key is kept.
    idempotency_s: Count = 86_400
    #: Origins whose pages may call the API, separated by spaces.
    cors_origins: str = ""
    #: Networks of proxies whose X-Forwarded-For, -Proto, -Host are believed, separated by spaces.
    trusted_proxies: Annotated[str, Meta(pattern=r"^[0-9A-Fa-f.:/ ]*$")] = ""
    #: Share of requests that get a log line; server errors always do.
    access_log_share: Annotated[float, Meta(ge=0, le=1)] = 1.0

    # --- streams -------------------------------------------------------------------------------
    #: Partitions of every topic; stored with the topic and never changed afterwards.
    partitions: Annotated[int, Meta(ge=1, le=4096)] = 16
    #: First part of every Redis key.
    redis_prefix: str = "timeflow"
    #: Replicas that must have an append before it is acknowledged (WAIT); 0: none.
    stream_min_replicas: Annotated[int, Meta(ge=0)] = 0
    #: Seconds after which a silent worker loses its partitions.
    lease_s: Seconds = 6.0
    #: Entries of consumed topics are trimmed beyond this age, seconds.
    retention_age_s: Seconds = 604_800.0
    #: Entries of consumed topics are trimmed beyond this many bytes a partition.
    retention_bytes: Count = 67_108_864
    #: Seconds between two looks for entries to trim.
    retention_every_s: Seconds = 60.0
    #: Events one stream entry holds at most.
    entry_max_events: Count = 1000
    #: Bytes one stream entry holds at most.
    entry_max_bytes: Count = 2_097_152
    #: Bytes that may wait for their append in one web process; beyond it answers 503.
    intake_queue_bytes: Count = 33_554_432
    #: Seconds after which an append that Redis does not answer is given up with a 503.
    intake_deadline_s: Seconds = 5.0
    #: Seconds one command to Redis may take.
    redis_timeout_s: Seconds = 2.0
    #: Memory of the embedded Redis, bytes.
    redis_maxmemory_bytes: Count = 536_870_912
    #: Intake answers 503 above this share of Redis' maxmemory.
    intake_memory_share: Share = 0.75

    # --- stages --------------------------------------------------------------------------------
    #: Events one stage transaction takes at most (an entry is never split).
    stage_max_events: Count = 2000
    #: Entries one stage transaction takes at most; as many are looked at with care after a crash.
    stage_max_entries: Count = 500
    #: Transactions of one stage at a time in one process; what waits meanwhile shares the next.
    stage_transactions: Count = 2
    #: Seconds a transaction that is not full waits for more.
    stage_linger_s: Annotated[float, Meta(ge=0)] = 0.005
    #: Seconds a hint to the stages that follow waits for more, so that they go together.
    hint_linger_s: Annotated[float, Meta(ge=0)] = 0.2
    #: Longest pause between two tries of a batch while the environment fails, seconds.
    stage_retry_max_s: Seconds = 2.0
    #: Tries of a failed event before its dead letter is left to a person.
    dead_letter_attempts: Count = 5
    #: Seconds before a failed event is tried again; doubled each time.
    dead_letter_delay_s: Seconds = 5.0
    #: Longest pause between two tries of a failed event, seconds.
    dead_letter_delay_max_s: Seconds = 3600.0
    #: Seconds between two looks for dead letters to try again.
    dead_letter_poll_s: Seconds = 5.0
    #: Dead letters of a partition that are tried in one transaction.
    dead_letter_batch: Count = 100
    #: Dead letters that are kept; beyond, those that are done with go, then the oldest.
    dead_letters_most: Count = 100_000
    #: Seconds that a dead letter is kept.
    dead_letter_age_s: Seconds = 7_776_000.0
    #: Share of either limit from which on there is an alarm.
    dead_letter_alarm_share: Share = 0.8
    #: Seconds between two looks at those limits.
    dead_letter_prune_s: Seconds = 600.0
    #: Dead letters of one job that are replayed at a time.
    replay_in_flight: Count = 5000
    #: Most that one request edits: bytes of the dead letters, times operations of the patch.
    edit_bytes: Count = 100_000_000
    #: Seconds between two looks for jobs of operators to go on with.
    job_poll_s: Seconds = 2.0
    #: Seconds that a job which ended is kept.
    job_age_s: Seconds = 7_776_000.0
    #: Processes an event may end before it is quarantined.
    quarantine_attempts: Count = 3
    #: Events that pass the check process first after one of a new kind ended its process.
    check_events: Count = 20_000
    #: Seconds the check of one event may take in the child process that follows a crash.
    check_timeout_s: Seconds = 30.0
    #: Seconds that child process stays for the next event, when there was one.
    check_linger_s: Seconds = 30.0
    #: Recent events of a stage that the breaker judges by.
    breaker_window_events: Count = 200
    #: Failed events below which the breaker never opens.
    breaker_min_failures: Count = 50
    #: Seconds a stage pauses when most of its events fail; doubled while they go on failing.
    breaker_pause_s: Seconds = 10.0
    #: Longest such pause, seconds.
    breaker_pause_max_s: Seconds = 300.0
    #: Seconds between two reports of a process on its stages; as often it hears of pauses.
    stage_report_s: Seconds = 3.0
    #: Seconds without a report after which a process is not shown any more.
    stage_silent_s: Seconds = 15.0
    #: Seconds between two sweeps for users whose derived rows are behind.
    sweep_s: Seconds = 60.0
    #: Users one transaction of the sweep takes at most.
    sweep_page: Count = 200
    #: Seconds after which a membership of a segment that was not found anew is stale.
    membership_age_s: Seconds = 172_800.0
    #: Seconds between two looks at the age of memberships.
    membership_check_s: Seconds = 300.0
    #: People from whose number on segments of people are learnt.
    segment_least_people: Count = 200
    #: Seconds between two fits of segments of people.
    segment_people_every_s: Seconds = 86_400.0
    #: Seconds between two fits of the kinds of a person's days.
    segment_days_every_s: Seconds = 604_800.0
    #: Seconds between two looks at what is to be fitted.
    segment_fit_poll_s: Seconds = 300.0
    #: Seconds that a fit may take.
    segment_fit_timeout_s: Seconds = 600.0
    #: Bytes of memory that a fit may take.
    segment_fit_memory_bytes: Count = 1_073_741_824
    #: Seconds between two looks at the queue of rebuilds.
    rebuild_poll_s: Seconds = 2.0
    #: Days of one person that a rebuild of an operator derives in one transaction.
    rebuild_days: Count = 31
    #: Seconds before a failed rebuild is tried again; doubled each time, an hour at most.
    rebuild_delay_s: Seconds = 5.0

    #: Changes of work that the relay sends at a time.
    relay_page: Count = 500
    #: Seconds after which the relay looks for changes that it was not told of.
    relay_poll_s: Seconds = 5.0
    #: Seconds between two looks for newly derived days of the people who follow `GET /live`.
    live_poll_s: Seconds = 1.0
    #: Seconds of silence after which `GET /live` says that it is there.
    live_beat_s: Seconds = 15.0
    #: Streams of `GET /live` that one person may have open in one process.
    live_streams: Count = 20
    #: Seconds without activity after which a running timer is held to be forgotten.
    timer_idle_s: Seconds = 3600.0
    #: Seconds after which it is so when the person's devices send no activity at all.
    timer_longest_s: Seconds = 43_200.0
    #: Seconds before its start within which a device has to have been active to count as sending.
    timer_seen_s: Seconds = 604_800.0
    #: Seconds without activity that do not end a draft of a time entry.
    draft_gap_s: Seconds = 300.0
    #: Seconds of activity that a draft has at least.
    draft_least_s: Seconds = 300.0
    #: Goals that one person may have; each costs a millisecond whenever they are listed.
    max_goals: Count = 50
    #: Days over which the streaks of goals are counted.
    goal_history_days: Count = 730
    #: Calendar feeds that one person may have.
    max_feeds: Count = 20
    #: Days that a feed shows of what is over.
    feed_past_days: Count = 90
    #: Seconds after which a calendar is asked to read a feed again.
    feed_refresh_s: Seconds = 900.0
    #: Calendars that one person may have read.
    max_calendars: Count = 20
    #: Whether calendars are also fetched from addresses that are not public.
    calendar_private_addresses: bool = False
    #: Seconds after which a calendar is read again.
    calendar_refresh_s: Seconds = 3600.0
    #: Longest time, seconds, after which one that could not be read is tried again.
    calendar_retry_most_s: Seconds = 86_400.0
    #: Seconds between two looks for calendars that are due.
    calendar_poll_s: Seconds = 30.0
    #: Seconds that fetching a calendar may take.
    calendar_fetch_s: Seconds = 15.0
    #: Largest calendar, bytes.
    calendar_max_bytes: Count = 5_000_000
    #: Seconds of processor time that reading a calendar may take.
    calendar_read_s: Count = 10
    #: Bytes of memory that it may take.
    calendar_read_bytes: Count = 1_000_000_000
    #: Days before today of which a calendar's events count.
    calendar_past_days: Count = 30
    #: Days after today of which they do.
    calendar_future_days: Count = 120
    #: Events of one calendar in that time.
    calendar_max_blocks: Count = 5000

    # --- privacy -------------------------------------------------------------------------------
    #: Seconds between two looks for redactions, deletions and erasures to go on with.
    privacy_poll_s: Seconds = 5.0
    #: Seconds between two sweeps of the raw events that a person does not keep so long.
    raw_retention_every_s: Seconds = 86_400.0
    #: Seconds from `DELETE /me` until the streams are marked; more than ACCESS_TOKEN_S,
    #: REVOCATION_STALE_S and INTAKE_DEADLINE_S together, so that nothing comes after.
    erasure_wait_s: Seconds = 960.0

    # --- database ------------------------------------------------------------------------------
    #: Database threads (= connections) of the API in one process.
    web_database_threads: Count = 4
    #: Database threads (= connections) of the stages in one process.
    stage_database_threads: Count = 4
    #: Seconds a request waits for a free database thread before 503.
    database_deadline_s: Seconds = 2.0
    #: Seconds one statement may take.
    statement_timeout_s: Seconds = 30.0
    #: Seconds one statement may wait for a lock.
    lock_timeout_s: Seconds = 10.0

    # --- process -------------------------------------------------------------------------------
    #: Seconds a worker may take to finish what it has in hand after SIGTERM.
    grace_s: Seconds = 20.0
    #: Lowest level that is logged.
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    #: `json`, `console`, or `auto`: console on a terminal, JSON elsewhere.
    log_format: Literal["auto", "json", "console"] = "auto"

    def __repr__(self) -> str:
        """Without the secrets: a settings value may end up in a log."""
        shown = (f for f in self.__struct_fields__ if f not in _SECRET and "token" not in f)
        return f"Settings({', '.join(f'{f}={getattr(self, f)!r}' for f in shown)})"


def read(environ: Mapping[str, str], **overrides: Any) -> Settings:
    """Settings from `environ`, with `overrides` by field name; the secrets stay as given."""
    names = Settings.__struct_fields__
    given: dict[str, Any] = {f: v for f in names if (v := environ.get(f.upper(), "").strip())}
    given |= {name: value for name, value in overrides.items() if value is not None}
    try:
        return msgspec.convert(given, Settings, strict=False, dec_hook=_path)
    except msgspec.ValidationError as error:
        problem, _, path = str(error).partition(" - at `$.")
        name = path.rstrip("`").upper()
        raise BadSetting(f"{name or 'settings'}: {problem.replace('`', '')}") from None


def load(**overrides: Any) -> Settings:
    """Settings of this process: the environment before `.env`, `overrides` before both.

    Without DATABASE_URL the secrets are made once and kept in the data directory; with it they
    are required, for several machines must share them.
    """
    settings = given(**overrides)
    for name in ("jwt_key", "pepper"):
        settings = msgspec.structs.replace(settings, **{name: _secret(settings, name)})
    return settings


def given(**overrides: Any) -> Settings:
    """As `load`, but the secrets stay as given: none is judged, none is made."""
    environ = {name: value or "" for name, value in dotenv_values(".env").items()} | dict(
        os.environ
    )
    return read(environ, **overrides)


def _secret(settings: Settings, name: str) -> str:
    value: str = getattr(settings, name)
    if value:
        if weakness := keys.weakness(value):
            raise BadSetting(f"{name.upper()} is weak: {weakness}")
        return value
    if settings.database_url:
        raise BadSetting(f"{name.upper()} is required when DATABASE_URL is set")
    data_directory.prepare(settings.data_dir)
    return keys.kept(settings.data_dir / name)


def _path(kind: type, value: Any) -> Any:
    if kind is Path:
        return Path(value).expanduser().absolute()
    raise NotImplementedError(kind)
