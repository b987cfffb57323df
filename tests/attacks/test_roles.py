"""Who lacks the role of a route gets nothing out of it, whatever else they show."""

from typing import NamedTuple
from uuid import uuid4

import pytest

from tests.instance import PASSWORD
from tests.services.web.api import Answer, Api
from web.api import ROUTES
from web.routes import Route

pytestmark = pytest.mark.services

GUARDED = [route for route in ROUTES if route.access.role]
MORE_THAN_A_USERS = [route for route in GUARDED if route.access.role != "user"]


class People(NamedTuple):
    """A credential of each kind of person."""

    user: str
    analyst: str
    operator: str
    users_key: str
    operators_key: str


@pytest.fixture
async def people(api: Api, token: str) -> People:
    user, analyst = [await api.register(f"{who}@example.org") for who in ("user", "analyst")]
    path, roles = f"/users/{analyst['user']['id']}", {"roles": ["user", "analyst"]}
    assert (await api.call("PATCH", path, token, json=roles)).status == 200
    login = {"email": "analyst@example.org", "password": PASSWORD}
    analyst = (await api.post("/auth/login", json=login)).json
    scopes = ("ingest", "read", "write")
    return People(
        user["access_token"],
        analyst["access_token"],
        token,
        (await api.key(user["access_token"], *scopes))["key"],
        (await api.key(token, *scopes))["key"],
    )


async def test_without_a_credential_every_guarded_route_answers_401(api: Api) -> None:
    for route in GUARDED:
        await _is_refused(api, route, None, 401)


async def test_what_is_for_operators_is_for_no_user_and_no_analyst(
    api: Api, people: People
) -> None:
    assert MORE_THAN_A_USERS
    for route in MORE_THAN_A_USERS:
        await _is_refused(api, route, people.user, 403)
        await _is_refused(api, route, people.users_key, 403)
        if route.access.role == "operator":
            await _is_refused(api, route, people.analyst, 403)


async def test_a_key_without_the_scope_gets_nothing_whoever_made_it(
    api: Api, people: People
) -> None:
    for route in GUARDED:
        if route.access.scope not in ("ingest", "read", "write"):
            await _is_refused(api, route, people.operators_key, 403)


async def test_an_operator_is_let_in_everywhere(api: Api, people: People) -> None:
    for route in MORE_THAN_A_USERS:
        assert (await _call(api, route, people.operator)).status not in (401, 403), route.path


async def _is_refused(api: Api, route: Route, credential: str | None, status: int) -> None:
    answer = await _call(api, route, credential)
    what = f"{route.method} {route.path}"
    assert (what, answer.status) == (what, status)
    assert set(answer.json) <= {"title", "status", "code", "request_id", "detail"}


async def _call(api: Api, route: Route, credential: str | None) -> Answer:
    path = route.path.format(**{name: uuid4() for name in route.parameters})
    return await api.call(route.method, path, credential)
