"""`timeflow segments`: fitting segments, and what was learnt."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import click

from timeflow.instance import instance
from timeflow.options import data_dir
from timeflow.refusals import Refused

_person = click.option("--user", help="Days of this account (address or id); else of people.")
_as_json = click.option("--json", "as_json", is_flag=True, help="For programs.")


@click.group()
def segments() -> None:
    """Segments that are learnt: of people, or of the days of one person."""


@segments.command()
@_person
@click.option("--dry-run", is_flag=True, help="Keep nothing.")
@_as_json
@data_dir
def fit(user: str | None, dry_run: bool, as_json: bool, **overrides: Any) -> None:
    """Fit now, and say what came of it. Refused is no failure: then rules alone hold."""
    with instance(**overrides) as settings:
        from pipeline import fitting

        try:
            if user is None:
                new = fitting.fit_people(settings, dry=dry_run)
            else:
                now = datetime.now(UTC)
                new = fitting.fit_days(_id_of(user), now, settings, dry=dry_run)
        except fitting.FitFailed as error:
            raise Refused(f"the fit failed: {error}") from None
    if new is None:
        raise Refused("it is being fitted already: wait for that")
    _print(new._asdict(), as_json)


@segments.command()
@_person
@_as_json
@data_dir
def show(user: str | None, as_json: bool, **overrides: Any) -> None:
    """Show the newest fit: segments, what defines them, stability, drift."""
    with instance(**overrides):
        from models import segment_models

        found = segment_models.newest(*_of(user))
        if found is None:
            raise Refused("nothing was fitted yet: timeflow segments fit")
    _print(found._asdict(), as_json)


@segments.command()
@_person
@_as_json
@data_dir
def compare(user: str | None, as_json: bool, **overrides: Any) -> None:
    """Compare the newest two accepted models: what stayed, came and went."""
    with instance(**overrides):
        from models import segment_models
        from pipeline.fitting import model_of

        kept = [row for row in segment_models.fits(*_of(user), limit=50) if model_of(row)]
        if len(kept) < 2:
            raise Refused("there are no two accepted models to compare")
    new, old = ({c["slug"]: c for c in (row.model or {})["clusters"]} for row in kept[:2])
    slugs = {
        "stayed": sorted(new.keys() & old.keys()),
        "came": sorted(new.keys() - old.keys()),
        "went": sorted(old.keys() - new.keys()),
    }
    changes = {
        **slugs,
        "supersedes": {slug: c["supersedes"] for slug, c in new.items() if c["supersedes"]},
        "shares": {slug: [old[slug]["share"], new[slug]["share"]] for slug in new if slug in old},
        "relabelled": kept[0].relabelled,
        "psi": kept[0].psi,
    }
    if as_json:
        click.echo(json.dumps(changes, indent=2))
        return
    for word, named in slugs.items():
        click.echo(f"{word}: {', '.join(named) or 'none'}")
    if kept[0].relabelled is not None:
        click.echo(f"relabelled: {kept[0].relabelled:.1%}")


def _of(user: str | None) -> tuple[Any, UUID | None]:
    return ("user", None) if user is None else ("user_day", _id_of(user))


def _id_of(user: str) -> UUID:
    from models import people
    from web.addresses import is_address

    if is_address(user):
        if found := people.with_address(user):
            return found.id
    else:
        try:
            return UUID(user)
        except ValueError:
            pass
    raise Refused(f"there is no account {user}")


def _print(found: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(found, indent=2, default=str))
        return
    from rich.console import Console
    from rich.table import Table

    from pipeline.steps.segment_model import VERSION

    console = Console()
    console.print(f"{found['rows']} rows, {found['left_out']} left out: {found['reason']}")
    model = found["model"]
    if model and model.get("version") != VERSION:
        console.print("The model is of another version; it is not used, but fitted anew.")
    elif model:
        evidence = model["evidence"]
        table = Table("segment", "share", "defined by", "supersedes")
        for one in model["clusters"]:
            table.add_row(
                one["slug"], f"{one['share']:.0%}", one["definition"], one["supersedes"] or ""
            )
        console.print(table)
        console.print(
            f"k {evidence['k']}; stability {evidence['stability']:.2f}, without structure up to"
            f" {evidence['null_stability']:.2f}; silhouette {evidence['silhouette']:.2f}; tells"
            f" held-out features {evidence['gain']:.0%} better"
        )
    if found["psi"]:
        moved = {name: value for name, value in found["psi"].items() if value >= 0.1}
        console.print(f"drift (PSI 0.1 and more): {moved or 'none'}")
