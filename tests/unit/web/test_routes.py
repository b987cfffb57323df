"""Rules of declaring a route: what is not declared does not start."""

import re
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

from web.api import ROUTES
from web.context import Context
from web.openapi import document
from web.routes import ALL_LIMITS, PUBLIC, READ, READS, BadRoute, Route, route

#: Who may call without a credential; whoever adds one thinks twice.
OPEN = {
    "/health", "/ready", "/dbcheck", "/openapi.json", "/docs",
    "/auth/register", "/auth/login", "/auth/refresh", "/auth/logout", "/auth/reset-password",
    "/erasures/{id}", "/api/0/info", "/feeds/{token}.ics",
}  # fmt: skip

TESTS = Path(__file__).parents[2] / "services"


def declare(handler: Any, path: str = "/x", **changed: Any) -> Route:
    """A good declaration, but for what is changed."""
    parts: dict[str, Any] = {
        "summary": "X", "tags": ("x",), "access": READ, "limit": READS, **changed
    }  # fmt: skip
    return route("GET", path, **parts)(handler)


async def good(context: Context) -> bytes:
    return b""


@pytest.mark.parametrize("part", ["summary", "tags", "access", "limit"])
def test_a_route_without_a_part_cannot_be_declared(part: str) -> None:
    parts: dict[str, Any] = {"summary": "X", "tags": ("x",), "access": READ, "limit": READS}
    del parts[part]
    with pytest.raises(TypeError):
        route("GET", "/x", **parts)


def test_a_route_says_what_it_is_and_what_it_answers() -> None:
    async def silent(context: Context):  # type: ignore[no-untyped-def]
        return b""

    declare(good)
    with pytest.raises(BadRoute, match="answers"):
        declare(silent)
    with pytest.raises(BadRoute, match="summary"):
        declare(good, summary="")
    with pytest.raises(BadRoute, match="tags"):
        declare(good, tags=())


def test_a_handler_takes_its_path_parameters_and_nothing_unknown() -> None:
    async def odd(what: int) -> bytes:
        return b""

    with pytest.raises(BadRoute, match="path parameters"):
        declare(good, path="/x/{id}")
    with pytest.raises(BadRoute, match="nobody gives"):
        declare(odd)


def test_a_public_route_has_no_caller() -> None:
    async def asks(caller: int) -> bytes:
        return b""

    with pytest.raises(BadRoute, match="public"):
        declare(asks, access=PUBLIC)


@pytest.mark.parametrize("one", ROUTES, ids=lambda one: f"{one.method} {one.path}")
def test_every_route_has_a_role_a_limit_and_a_test(one: Route) -> None:
    assert one.access.role or one.path in OPEN
    assert one.limit in ALL_LIMITS
    assert _is_called(one.path), "no test calls it"


def _is_called(path: str) -> bool:
    """Whether a test names the path, or its last part after the others."""
    tests = "".join(file.read_text() for file in TESTS.rglob("*.py"))
    tests = tests.replace("{PATH}", "/api/v1/users/current/heartbeats")
    whole = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path))
    parent, _, last = path.rpartition("/")
    in_parts = f"{parent}/{{" in tests and re.search(rf'"{re.escape(last)}[?"]', tests)
    return bool(in_parts or re.search(rf"{whole}[\"'?/]", tests))


def test_only_logged_in_people_reach_what_has_no_scope() -> None:
    unscoped = {one.path for one in ROUTES if one.access.role and not one.access.scope}
    assert unscoped == {
        "/me", "/me/api-keys", "/me/api-keys/{id}", "/me/export", "/me/password", "/me/retention",
        "/me/sessions", "/me/sessions/{id}", "/me/totp", "/me/totp/confirm",
        "/users/{id}", "/invites", "/invites/{id}",
    }  # fmt: skip


def test_ops_are_for_operators() -> None:
    assert all(one.access.role == "operator" for one in ROUTES if one.path.startswith("/ops"))


def test_the_document_is_valid_openapi() -> None:
    validate(document(ROUTES, "1"))
