"""What one local day of a person says of how it was spent: the features of a user-day."""

from datetime import date
from typing import NamedTuple


class UserDay(NamedTuple):
    """A day of which anything is known. Durations are seconds; hours are those of the wall clock.

    `sessions` are stretches of activity without a gap of `SESSION_GAP_S`, their median and longest
    length beside; a `switch` is another category for at least `SWITCH_S`. `focus_s` is of sessions
    of one category of at least 25 minutes, `deep_s` of those of at least 50. `opening_meeting_s` is
    what of the meetings lies in the first hour since activity began. `first_hour` and
    `last_hour` are when activity began and ended, beyond 24 after midnight. `by_wall_hour` has 24
    entries that sum to `active_s`. `estimate_log_error`: mean of ln(actual / estimate) of the tasks
    done, None without any.
    """

    date: date
    length_s: float
    active_s: float
    focus_s: float
    deep_s: float
    tracked_s: float
    meeting_s: float
    opening_meeting_s: float
    night_s: float
    sessions: int
    session_median_s: float
    longest_session_s: float
    switches: int
    first_hour: float | None
    last_hour: float | None
    by_wall_hour: tuple[float, ...]
    by_category: dict[str, float]
    by_project: dict[str, float]
    tasks_created: int
    tasks_done: int
    tasks_planned: int
    planned_s: float
    estimate_log_error: float | None
