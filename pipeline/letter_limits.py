"""How many dead letters are kept, and how long; an alarm comes before any of them goes."""

from datetime import UTC, datetime
from typing import NamedTuple

import structlog

from models import dead_letter_limits
from pipeline import metrics
from pipeline.settings import Settings

log = structlog.get_logger(__name__)

#: Letters deleted in one transaction.
PAGE = 1000


class Limits(NamedTuple):
    """How many, how long (seconds), and the share of either from which on there is an alarm."""

    most: int
    age_s: float
    alarm_share: float

    @classmethod
    def of(cls, settings: Settings) -> "Limits":
        """By the settings."""
        return cls(
            settings.dead_letters_most,
            settings.dead_letter_age_s,
            settings.dead_letter_alarm_share,
        )


class Standing(NamedTuple):
    """How it is; `alarm` is empty as long as nothing is about to go."""

    letters: int
    most: int
    oldest_at: datetime | None
    age_s: float
    alarm: str


def standing(limits: Limits) -> Standing:
    """Count; only letters that wait for somebody raise the alarm by their age."""
    letters, oldest_at, waiting_since = dead_letter_limits.counted()
    alarm = _alarm(limits, letters, waiting_since)
    return Standing(letters, limits.most, oldest_at, limits.age_s, alarm)


def prune(limits: Limits) -> int:
    """Raise the alarm if there is need, and let go what is beyond a limit; how many went."""
    found = standing(limits)
    metrics.dead_letters_kept.set(found.letters)
    metrics.dead_letters_share.set(found.letters / limits.most)
    if found.alarm:
        log.error("dead letters are about to be lost", why=found.alarm)
    gone = 0
    while some := dead_letter_limits.prune(limits.most, limits.age_s, PAGE):
        gone += some
    if gone:
        metrics.dead_letters_pruned.inc(gone)
        log.error("dead letters beyond the limit are gone", letters=gone)
    return gone


def _alarm(limits: Limits, letters: int, waiting_since: datetime | None) -> str:
    if letters >= limits.most * limits.alarm_share:
        return f"{letters} dead letters of {limits.most} that are kept (DEAD_LETTERS_MOST)"
    if waiting_since is None:
        return ""
    age_s = (datetime.now(UTC) - waiting_since).total_seconds()
    if age_s >= limits.age_s * limits.alarm_share:
        return (
            f"one has waited for {age_s / 86_400:.0f} of the {limits.age_s / 86_400:.0f} days"
            " that dead letters are kept (DEAD_LETTER_AGE_S)"
        )
    return ""
