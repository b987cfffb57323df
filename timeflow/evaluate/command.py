"""`timeflow evaluate`: what recommendations would have been worth, replayed from history."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from timeflow.instance import instance
from timeflow.options import data_dir
from timeflow.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.steps.evaluation.history import History
    from pipeline.steps.learnt.refits import Segments


@click.command()
@click.option("--user", help="One person: an id or e-mail address. Else all.")
@click.option(
    "--csv",
    "table",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A table instead of the database: a line for each task of a person.",
)
@click.option("--zone", default="UTC", show_default=True, help="Of the table.")
@click.option("--seed", default=0, show_default=True, help="Of ties and intervals.")
@click.option(
    "--learn-every",
    type=click.IntRange(1, 366),
    default=7,
    show_default=True,
    help="Days after which habits are learnt anew; the stage learns every day.",
)
@click.option(
    "--fit-every",
    type=click.IntRange(1, 366),
    default=28,
    show_default=True,
    help="Days after which segments are fitted anew.",
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@data_dir
def evaluate(
    user: str | None,
    table: Path | None,
    zone: str,
    seed: int,
    learn_every: int,
    fit_every: int,
    as_json: bool,
    **overrides: Any,
) -> None:
    """Replay history in time order and say how well was told what came next and what it took.

    How stable segments would have been is said of the database: a table has no days.

    Nothing is known at an instant that came later, but that priorities, due dates and estimates
    are those of today. The columns of a table are task_id, person, project, priority, estimate_s,
    actual_s, created_at, started_at and finished_at.
    """
    from pipeline.steps.evaluation.sections import SECTIONS, Settings

    if user and table:
        raise click.UsageError("--user is of the database, not of a table")
    settings = Settings(seed, learn_every)
    sections: dict[str, Any] = {name: section(settings) for name, section in SECTIONS.items()}
    people = 0
    with _histories(user, table, zone, overrides) as (histories, least_people):
        if least_people is not None:
            sections["segments"] = _segments(fit_every, least_people, seed)
        for people, history in enumerate(histories, 1):  # noqa: B007
            for section in sections.values():
                section.add(history)
        found = {name: one.found() for name, one in sections.items()}
    _tell(people, settings, found, as_json)


@contextmanager
def _histories(
    user: str | None, table: Path | None, zone: str, overrides: dict[str, Any]
) -> Iterator["tuple[Iterable[History], int | None]"]:
    """Histories, and from how many people on segments are learnt; None: there are no days."""
    if table:
        yield _of_table(table, zone), None
        return
    with instance(**overrides) as settings:
        from timeflow.evaluate import instance_histories

        user_id = instance_histories.find(user) if user else None
        if user and not user_id:
            raise Refused(f"there is nobody with the id or address {user!r}")
        yield instance_histories.histories(user_id), settings.segment_least_people


def _segments(fit_every: int, least_people: int, seed: int) -> "Segments":
    from threadpoolctl import threadpool_limits

    from pipeline.steps.learnt.refits import Segments

    # Rows are few: more threads cost more than they save.
    threadpool_limits(1)
    return Segments(timedelta(days=fit_every), least_people, seed)


def _of_table(table: Path, zone: str) -> "list[History]":
    from timeflow.evaluate.table import Unfit, histories

    try:
        return histories(table, ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError):
        raise Refused(f"{zone!r} is no IANA time zone") from None
    except Unfit as error:
        raise Refused(str(error)) from None


def _tell(people: int, settings: Any, found: dict[str, Any], as_json: bool) -> None:
    import msgspec

    from timeflow.evaluate.printed import show, show_segments

    if as_json:
        told = msgspec.to_builtins({"people": people, "settings": settings, "sections": found})
        click.echo(json.dumps(told, indent=2))
    else:
        segments = found.pop("segments", None)
        show(people, found)
        if segments:
            show_segments(segments)
