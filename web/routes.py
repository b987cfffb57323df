"""How a route is declared: one place for all that is checked, documented and enforced of it.

A handler is a typed coroutine. It names what it needs: its path parameters, `query`, `body`,
`caller`, `context`, `write` (its one transaction), `audit` (what puts into the audit log),
`if_match`, `request`; and returns its answer. A body that may be None may be left out:

    @route("GET", "/analytics/daily", summary="Hours of each day", tags=("analytics",),
           access=READ, limit=READS)
    async def daily(context: Context, caller: Caller, query: Range) -> Daily: ...

`web.endpoint` enforces the declaration, `web.openapi` tells it. A route that lacks a part of it
cannot be made, so the process does not start.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import NoneType
from typing import Any, Literal, get_type_hints

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
Role = Literal["user", "analyst", "operator"]
#: What a key may be given.
Scope = Literal["ingest", "read", "write", "ops"]
Handler = Callable[..., Awaitable[Any]]

#: What a handler may name besides its path parameters.
ARGUMENTS = frozenset(
    {"audit", "body", "caller", "context", "if_match", "query", "request", "write"}
)

JSON = "application/json"


class BadRoute(Exception):
    """A route is declared incompletely or in contradiction to its handler."""


@dataclass(frozen=True)
class Access:
    """Who may call: the role, and the scope (or the other) that an API key needs besides.

    No role: anybody. A role without a scope: logged-in people, never an API key.
    """

    role: Role | None
    scope: Scope | Literal["metrics"] | None = None
    or_scope: Scope | None = None


PUBLIC = Access(None)
ACCOUNT = Access("user")
INGEST = Access("user", "ingest")
READ = Access("user", "read")
INGEST_OR_READ = Access("user", "ingest", or_scope="read")
WRITE = Access("user", "write")
#: Of all people, by pseudonyms.
ANALYST = Access("analyst", "read")
OPS = Access("operator", "ops")
#: What makes operators takes one: a key that leaks makes none.
OPERATOR = Access("operator")
#: The scope of METRICS_TOKEN, and part of `ops`.
METRICS = Access("operator", "metrics")


@dataclass(frozen=True)
class Limit:
    """How often: the rate is the setting `rate_<name>`, counted per account or per network."""

    name: str
    by: Literal["account", "network"] = "account"


INGESTS = Limit("ingest")
#: Of watchers, which drop for good what is refused: a queue is sent after an outage at once.
HEARTBEATS = Limit("heartbeat")
READS = Limit("read")
WRITES = Limit("write")
DRY_RUNS = Limit("dry_run")
EXPORTS = Limit("export")
LOGINS = Limit("login", by="network")
OPENS = Limit("open", by="network")
#: Calendars that read a feed, which has no account until it is found.
FEEDS = Limit("feed", by="network")
#: What asks for the current password: a stolen token must not be good for guessing it.
PROOFS = Limit("proof")
#: Codes of a second factor; counted by whoever checks them.
CODES = Limit("code")
#: Credentials that turned out to be none; counted by whoever verifies them.
WRONG_CREDENTIALS = Limit("wrong_credentials", by="network")
#: Refusals at what is for operators, each of which is audited; counted by the door.
OPS_REFUSALS = Limit("ops_refusals", by="network")

#: Wrong passwords; counted by `web.login_tries`.
FAILED_LOGINS = Limit("failed_logins", by="network")
FAILED_LOGINS_OF_ACCOUNT = Limit("failed_logins_of_account")
FAILED_LOGINS_WHILE_ATTACKED = Limit("failed_logins_while_attacked", by="network")

ALL_LIMITS = (
    INGESTS,
    HEARTBEATS,
    READS,
    WRITES,
    DRY_RUNS,
    EXPORTS,
    LOGINS,
    OPENS,
    FEEDS,
    PROOFS,
    CODES,
    WRONG_CREDENTIALS,
    OPS_REFUSALS,
    FAILED_LOGINS,
    FAILED_LOGINS_OF_ACCOUNT,
    FAILED_LOGINS_WHILE_ATTACKED,
)


@dataclass(frozen=True)
class Route:
    """One route, complete: its handler, types, access, limit and words."""

    method: Method
    path: str
    handler: Handler
    summary: str
    tags: tuple[str, ...]
    access: Access
    limit: Limit
    status: int
    errors: frozenset[int]
    media: str
    headers: tuple[str, ...]
    arguments: Mapping[str, Any]
    accepts: Any
    answer: Any

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The path parameters with their types."""
        return {name: self.arguments[name] for name in re.findall(r"{(\w+)}", self.path)}


def route(
    method: Method,
    path: str,
    *,
    summary: str,
    tags: tuple[str, ...],
    access: Access,
    limit: Limit,
    status: int = 200,
    errors: tuple[int, ...] = (),
    media: str = JSON,
    accepts: Any = None,
    headers: tuple[str, ...] = (),
) -> Callable[[Handler], Route]:
    """Declare the decorated handler as a route.

    Errors are the statuses beyond those that follow from the declaration itself. A handler that
    takes `body: bytes` reads it by itself; `accepts` then says what it expects there. `headers` are
    those that it reads of the request besides.
    """

    def declare(handler: Handler) -> Route:
        arguments = get_type_hints(handler, include_extras=True)
        answer = arguments.pop("return", BadRoute)
        declared = Route(
            method,
            path,
            handler,
            summary,
            tags,
            access,
            limit,
            204 if answer is NoneType else status,
            frozenset(errors) | _implied_errors(path, arguments, access),
            media,
            headers,
            arguments,
            accepts or arguments.get("body"),
            answer,
        )
        _check(declared)
        return declared

    return declare


def _implied_errors(path: str, arguments: Mapping[str, Any], access: Access) -> set[int]:
    # 400: also of a head that cannot be read, and of one too long.
    errors = {400, 429, 503}
    if access.role:
        errors |= {401, 403}
    if "{" in path:
        errors |= {404, 422}
    if "query" in arguments:
        errors.add(422)
    if "body" in arguments:
        errors |= {408, 413, 415, 422}
    if "write" in arguments:
        errors |= {408, 413, 422}
    if "if_match" in arguments:
        errors.add(412)
    return errors


def _is_deed_of_operator(route: Route) -> bool:
    return route.access.role == "operator" and route.method != "GET"


def _check(route: Route) -> None:
    in_path = set(re.findall(r"{(\w+)}", route.path))
    wrong = (
        (not route.summary or not route.tags, "has no summary or no tags"),
        (route.answer is BadRoute, "does not say what it answers"),
        (in_path - set(route.arguments), "does not take its path parameters"),
        (set(route.arguments) - in_path - ARGUMENTS, "takes what nobody gives"),
        ("body" in route.arguments and route.accepts is bytes, "does not say what it accepts"),
        ("caller" in route.arguments and not route.access.role, "is public, yet wants a caller"),
        (_is_deed_of_operator(route) and "audit" not in route.arguments, "is not audited"),
        ("write" in route.arguments and route.media != JSON, "writes, yet does not answer JSON"),
    )
    if reasons := [reason for is_wrong, reason in wrong if is_wrong]:
        raise BadRoute(f"{route.method} {route.path} {', '.join(reasons)}")
