"""A rule for what has no category yet: the site of an address, the directory of a file, the name.

The rule matches the entity it is proposed for, and what is sensibly of its kind.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from pipeline.steps import patterns
from pipeline.steps.categories import Rule

#: Characters of an entity that a pattern takes at most: what begins like that is meant.
_MOST_LETTERS = 150

#: Characters of one step of a category's path.
_MOST_OF_A_STEP = 60

_host_in = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#]*@)?(?:www\.)?([^/?#:@]+)").match


class Suggestion(NamedTuple):
    """The entity, its active time, and the rule that would give it a category."""

    entity: str
    active_us: int
    rule: Rule


def suggest(entities: Iterable[tuple[str, int]]) -> Iterator[Suggestion]:
    """A suggestion for each (entity, time) that the rules suggested before do not match."""
    known: list[Any] = []
    for entity, time in entities:
        if any(pattern.search(entity) for pattern in known):
            continue
        rule = propose(entity)
        known.append(patterns.compiled(rule.pattern))
        yield Suggestion(entity, time, rule)


def propose(entity: str) -> Rule:
    """The rule for an entity."""
    if host := _host_in(entity):
        name = host[1].lower()
        site = r"(?i)^[a-z][a-z0-9+.-]*://([^/?#]*[@.])?" + quote(name) + "([:/?#]|$)"
        if len(name) <= _MOST_LETTERS and patterns.compiled(site).search(entity):
            return Rule("entity", site, _path("web", name))
    directory, separator, _ = _parts(entity)
    name = _parts(directory)[2]
    if name and not name.endswith(":"):
        begin = (directory + separator)[:_MOST_LETTERS]
        return Rule("entity", "^" + quote(begin), _path("files", name))
    end = "$" if len(entity) <= _MOST_LETTERS else ""
    return Rule("entity", f"^{quote(entity[:_MOST_LETTERS])}{end}", _path("apps", entity))


def quote(text: str) -> str:
    """The pattern that matches just this text; a person shall read it, so no more is escaped."""
    return re.sub(r"([\\.+*?()|\[\]{}^$])", r"\\\1", text)


def _parts(path: str) -> tuple[str, str, str]:
    """A path's directory, the separator behind it, and its last step."""
    separator = "/" if "/" in path else "\\"
    return path.rpartition(separator)


def _path(kind: str, name: str) -> str:
    step = " ".join(re.sub(r"[/\x00-\x1f\x7f]", " ", name)[:_MOST_OF_A_STEP].split())
    return f"{kind}/{step or 'other'}"
