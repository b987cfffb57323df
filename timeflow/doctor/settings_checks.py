"""What the settings say before any server is asked: secrets, contradictions, the data directory."""

import stat
from collections.abc import Iterator

from pipeline import data_directory, keys
from pipeline.data_directory import UnfitDataDirectory
from pipeline.settings import Settings
from timeflow.doctor.finding import Finding, ok, together, warning, wrong

#: Renewals that a lease should have room for while a command to Redis takes its longest.
_SLOW_COMMANDS_A_LEASE = 2


def secrets(settings: Settings) -> Finding:
    """Whether the secrets are there, strong and nobody else's."""
    found = [_secret(settings, name) for name in ("jwt_key", "pepper")]
    if settings.jwt_key and settings.jwt_key == settings.pepper:
        found.append(warning("JWT_KEY and PEPPER are the same.", "Make another JWT_KEY."))
    if settings.metrics_token and (weakness := keys.weakness(settings.metrics_token)):
        found.append(warning(f"METRICS_TOKEN is weak: {weakness}.", _make("METRICS_TOKEN")))
    return together(found, "JWT_KEY and PEPPER are there and strong.")


def contradictions(settings: Settings) -> Finding:
    """Whether settings stand against each other."""
    found = (warning(f"{what}.", f"{advice}.") for what, advice in _contradictions(settings))
    return together(found, "No setting stands against another.")


def directory(settings: Settings) -> Finding:
    """Whether the data directory can be used, and by its owner alone."""
    path = settings.data_dir
    if settings.database_url and settings.redis_url and not path.exists():
        return ok("Not needed: both servers are your own.")
    try:
        data_directory.require(path)
    except UnfitDataDirectory as error:
        return wrong(
            f"{error}.",
            "Name the instance's own directory with --data-dir or DATA_DIR and run this as its "
            "owner; `timeflow up` makes a new instance.",
        )
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        return warning(f"{path} is open to others: mode {mode:04o}.", f"chmod 700 {path}")
    return ok(f"{path} is fit, and its owner's alone.")


CHECKS = {"secrets": secrets, "settings": contradictions, "data directory": directory}


def _secret(settings: Settings, field: str) -> Finding:
    name = field.upper()
    value: str = getattr(settings, field)
    if value:
        return _judged(name, value)
    if settings.database_url:
        return wrong(f"{name} is not set; DATABASE_URL requires it.", _make(name))
    file = settings.data_dir / field
    try:
        mode, value = stat.S_IMODE(file.stat().st_mode), file.read_text().strip()
    except FileNotFoundError:
        return warning(f"{name} is not made yet.", "`timeflow up` makes it.")
    except OSError as error:
        return wrong(f"{file} cannot be read: {error.strerror}.", "Run this as its owner.")
    if mode & 0o077:
        return wrong(f"{file} is open to others: mode {mode:04o}.", f"chmod 600 {file}")
    return _judged(name, value)


def _judged(name: str, value: str) -> Finding:
    if weakness := keys.weakness(value):
        return wrong(f"{name} is weak: {weakness}.", _make(name))
    return ok("")


def _make(name: str) -> str:
    how = f"Set {name} to what `openssl rand -base64 48` prints, the same for all processes."
    return f"{how} A new PEPPER voids all passwords." if name == "PEPPER" else how


def _contradictions(settings: Settings) -> Iterator[tuple[str, str]]:
    s = settings
    late_s = s.access_token_s + s.revocation_stale_s + s.intake_deadline_s
    if s.erasure_wait_s <= late_s:
        yield (
            f"ERASURE_WAIT_S ({s.erasure_wait_s:g}) is not more than ACCESS_TOKEN_S, "
            f"REVOCATION_STALE_S and INTAKE_DEADLINE_S together ({late_s:g}): events may come "
            "after an erasure",
            f"Set ERASURE_WAIT_S above {late_s:g}",
        )
    least_s = _SLOW_COMMANDS_A_LEASE * s.redis_timeout_s
    if s.lease_s < least_s:
        yield (
            f"LEASE_S ({s.lease_s:g}) is short for a REDIS_TIMEOUT_S of {s.redis_timeout_s:g}: a "
            "slow command takes partitions from a worker that lives",
            f"Set LEASE_S to {least_s:g} or more",
        )
    for less, more, what in _ORDERED:
        if getattr(s, less) > getattr(s, more):
            yield (
                f"{less.upper()} ({getattr(s, less):g}) is more than {more.upper()} "
                f"({getattr(s, more):g}): {what}",
                f"Lower {less.upper()} or raise {more.upper()}",
            )


#: What must not be more than what, and what happens if it is.
_ORDERED = (
    ("revocation_poll_s", "revocation_stale_s", "nobody is let in between two looks"),
    ("refresh_token_s", "session_s", "the login ends before"),
    ("max_event_data_bytes", "max_body_bytes", "such an event cannot be sent"),
    ("max_body_bytes", "intake_queue_bytes", "such a body is never taken"),
    ("entry_max_bytes", "intake_queue_bytes", "such an entry is never appended"),
    ("redis_timeout_s", "intake_deadline_s", "appends are given up before Redis may answer"),
    ("lock_timeout_s", "statement_timeout_s", "a statement ends before its wait for a lock"),
    ("breaker_min_failures", "breaker_window_events", "the breaker never opens"),
    ("breaker_pause_s", "breaker_pause_max_s", "the longest pause is shorter than the first"),
    (
        "dead_letter_delay_s",
        "dead_letter_delay_max_s",
        "the longest pause is shorter than the first",
    ),
)
