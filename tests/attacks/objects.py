"""How to make what stands in a path. A new route with an id in its path has its line here."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.services.web.api import Api

#: In every text of the owner's objects; whoever else reads it reads another's data.
MARK = "the-owners-secret"

Maker = Callable[[Api, str], Awaitable[str]]


@dataclass(frozen=True)
class Kind:
    """Objects of people: how their owner makes one (returns its id) and where they see it.

    `bodies` are good ones for the methods that take one.
    """

    make: Maker
    seen_at: str
    bodies: Mapping[str, Any] = field(default_factory=dict)


async def _api_key(api: Api, token: str) -> str:
    body = {"name": MARK, "scopes": ["read"]}
    made = await api.post("/me/api-keys", token, json=body)
    return str(made.json["id"])


#: By the path with the id.
OF_PEOPLE: dict[str, Kind] = {
    "/me/api-keys/{id}": Kind(_api_key, seen_at="/me/api-keys"),
}

#: What belongs to nobody but the instance: the role decides, and an id that is none is not there.
#: Good bodies by method.
OF_THE_INSTANCE: dict[str, dict[str, Any]] = {
    "/users/{id}": {"PATCH": {"disabled": True}},
    "/invites/{id}": {},
    "/ops/dlq/{id}": {},
}

_DAYS = "from=2026-11-01&to=2026-11-03"

#: What a list must be asked with to answer.
QUERIES: dict[str, str] = {
    "/analytics/daily": _DAYS,
    "/analytics/timeline": "date=2026-11-02",
    "/analytics/summary": f"{_DAYS}&group_by=project",
}
