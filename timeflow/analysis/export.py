"""`timeflow export`: the views for analysts as files."""

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click

from timeflow.instance import instance
from timeflow.options import data_dir
from timeflow.refusals import Refused

#: By what is asked for: the view, and its order.
_VIEWS = {
    "segments": ("segment_memberships", "member, entered_at, family"),
    "features": ("features", "member, feature"),
    "user-days": ("user_days", "member, local_date"),
}
#: Rows that are in memory at a time.
_PAGE = 20_000


@click.command()
@click.argument("what", type=click.Choice(sorted(_VIEWS)))
@click.option("--format", "as_", type=click.Choice(("csv", "parquet")), default="csv")
@click.option("--to", type=click.Path(path_type=Path, dir_okay=False), help="A file; else stdout.")
@data_dir
def export(what: str, as_: str, to: Path | None, **overrides: Any) -> None:
    """Write the memberships, features or days of all people, pseudonymous, as analysts see them.

    Nothing is in it while fewer than five people are known here.
    """
    if as_ == "parquet" and to is None:
        raise click.UsageError("parquet needs --to FILE")
    view, order = _VIEWS[what]
    with instance(**overrides):
        count = _parquet(view, order, to) if as_ == "parquet" and to else _csv(view, order, to)
    click.echo(f"{count} rows of {what}", err=True)


def _csv(view: str, order: str, to: Path | None) -> int:
    from models import analyst_views

    with to.open("w", newline="") if to else nullcontext(sys.stdout) as file:
        return analyst_views.copy_csv(view, order, file)


def _parquet(view: str, order: str, to: Path) -> int:
    from models import analyst_views
    from models.database import database

    try:
        import pyarrow as pa
        from pyarrow.parquet import ParquetWriter
    except ImportError:
        raise Refused("parquet needs pyarrow: pip install 'timeflow[parquet]'") from None
    of = {
        "int4": pa.int32(),
        "int8": pa.int64(),
        "float8": pa.float64(),
        "float8[]": pa.list_(pa.float64()),
        "date": pa.date32(),
        "timestamptz": pa.timestamp("us", "UTC"),
    }
    # What is none of these is text: names, reasons, ids.
    named = analyst_views.columns(view)
    schema = pa.schema([(name, of.get(type, pa.string())) for name, type in named])
    texts = {number for number, (_, type) in enumerate(named) if type not in of}
    count = 0
    with database.atomic(), ParquetWriter(to, schema) as writer:
        for rows in analyst_views.pages(view, order, _PAGE):
            columns = [
                [None if value is None else str(value) for value in column]
                if number in texts
                else list(column)
                for number, column in enumerate(zip(*rows, strict=True))
            ]
            arrays = [
                pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)
            ]
            writer.write_batch(pa.record_batch(arrays, schema=schema))
            count += len(rows)
    return count
