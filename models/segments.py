"""The segments that there are."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from models.bulk import columns
from models.database import execute

#: Of a group of fewer people analysts see nobody.
LEAST_GROUP = 5

_DEFINE = """
INSERT INTO segment AS s (slug, subject, family, kind, name, definition, version)
SELECT slug, subject, family, 'rule', name, definition, %(version)s
FROM unnest(%(slugs)s::text[], %(subjects)s::text[], %(families)s::text[], %(names)s::text[],
            %(definitions)s::text[]) AS given (slug, subject, family, name, definition)
ON CONFLICT (slug) DO UPDATE
SET (subject, family, name, definition, version, retired_at)
    = ROW (excluded.subject, excluded.family, excluded.name, excluded.definition,
           excluded.version, NULL)
WHERE (s.subject, s.family, s.name, s.definition, s.version, s.retired_at)
    IS DISTINCT FROM (excluded.subject, excluded.family, excluded.name, excluded.definition,
                      excluded.version, NULL)
"""

_ALL = """
SELECT slug, subject, family, kind, name, definition, version, supersedes, retired_at
FROM segment ORDER BY subject, family, slug
"""


class SegmentRow(NamedTuple):
    """A segment as it is documented; `subject` is what it holds: `user` or `user_day`."""

    slug: str
    subject: str
    family: str
    kind: str
    name: str
    definition: str
    version: str
    supersedes: str | None
    retired_at: datetime | None


def define(rules: Iterable[tuple[str, str, str, str, str]], version: str) -> None:
    """Keep the segments of rules (slug, subject, family, name, definition); others are retired."""
    slugs, subjects, families, names, definitions = columns(rules)
    values = {
        "version": version,
        "slugs": slugs,
        "subjects": subjects,
        "families": families,
        "names": names,
        "definitions": definitions,
    }
    execute(_DEFINE, values)
    execute(
        "UPDATE segment SET retired_at = now()"
        " WHERE kind = 'rule' AND slug <> ALL(%s) AND retired_at IS NULL",
        (slugs,),
    )


def all_segments() -> list[SegmentRow]:
    """Every segment, by subject and family."""
    return [SegmentRow(*row) for row in execute(_ALL).fetchall()]


def find(slug: str) -> SegmentRow | None:
    """The segment of this name."""
    return next((row for row in all_segments() if row.slug == slug), None)
