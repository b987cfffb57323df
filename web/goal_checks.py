"""What a goal may ask for."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from models import goals
from pipeline.settings import Settings
from web.problems import Problem, invalid

#: Of what a goal may be besides, and of which metric only.
SCOPES: Mapping[str, str] = {
    "category": "active_s",
    "project": "active_s",
    "project_id": "tracked_s",
}
EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)


def check_target(op: str, target: float) -> None:
    """Raise `Problem` 422 for what is always reached."""
    if op == "at_least" and target == 0:
        raise invalid("target", "Always reached")


def check_weekdays(period: str, weekdays: Sequence[int]) -> None:
    """Raise `Problem` 422 unless a goal of the period may hold on these days only."""
    if period != "day" and {*weekdays} != {*EVERY_DAY}:
        raise invalid("weekdays", "Only of a daily goal")


def require_room(user_id: UUID, settings: Settings) -> None:
    """Raise `Problem` 409 when the person has as many goals as they may."""
    if goals.count(user_id) >= settings.max_goals:
        raise Problem(
            409, "too-many-goals", f"There may be {settings.max_goals}: delete one first."
        )
