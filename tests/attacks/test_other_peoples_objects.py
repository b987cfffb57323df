"""Whose id it is decides: another's object is not there, by no verb and in no list."""

from io import BytesIO
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import pytest

from tests.attacks.objects import MARK, OF_PEOPLE, OF_THE_INSTANCE, OTHERWISE, QUERIES, Kind
from tests.services.web.api import Answer, Api
from web.api import ROUTES
from web.routes import Route

pytestmark = pytest.mark.services

WITH_ID = [route for route in ROUTES if route.parameters]
#: A stream has no end to wait for: tests/services/work/test_live.py.
LISTS = [
    route for route in ROUTES
    if route.method == "GET" and route.access.role == "user" and not route.parameters
    and route.media != "text/event-stream"
]  # fmt: skip


def test_every_path_with_an_id_says_how_to_make_its_object() -> None:
    told = {*OF_PEOPLE, *OF_THE_INSTANCE, *OTHERWISE}
    assert told == {route.path for route in WITH_ID}, "tests/attacks/objects.py lists them"
    of_operators = {route.path for route in WITH_ID if route.access.role == "operator"}
    assert set(OF_THE_INSTANCE) == of_operators


@pytest.fixture
async def owner(api: Api, token: str) -> Any:
    """A person who is no operator."""
    return await api.register("owner@example.org")


@pytest.fixture
async def other(api: Api, owner: Any) -> str:
    """Somebody else's token."""
    return str((await api.register("other@example.org"))["access_token"])


@pytest.mark.parametrize("path", OF_PEOPLE)
async def test_anothers_object_is_not_there_and_stays_as_it_is(
    api: Api, owner: Any, other: str, path: str
) -> None:
    kind, mine = OF_PEOPLE[path], owner["access_token"]
    id = await kind.make(api, mine)
    before = await api.get(kind.seen_at, mine)
    assert MARK in before.body.decode()
    for route in _of(path):
        if route.method in kind.makes:
            continue
        for whose, which in ((other, id), (other, str(uuid4())), (mine, str(uuid4()))):
            answer = await _call(api, route, which, whose, kind)
            assert (route.method, answer.status) == (route.method, 404)
            assert MARK not in answer.body.decode()
            assert answer.json["code"] == "not-found"
    assert (await api.get(kind.seen_at, mine)).json == before.json


@pytest.mark.parametrize("path", OF_THE_INSTANCE)
async def test_an_id_that_is_none_is_not_there(api: Api, token: str, path: str) -> None:
    for route in _of(path):
        body = OF_THE_INSTANCE[path].get(route.method)
        what = {} if body is None else {"json": body}
        (name,) = route.parameters
        answer = await api.call(route.method, path.format(**{name: uuid4()}), token, **what)
        assert answer.status == 404


async def test_no_list_shows_what_is_anothers(api: Api, owner: Any, other: str) -> None:
    mine = owner["access_token"]
    for kind in OF_PEOPLE.values():
        await kind.make(api, mine)
    told = {}
    for route in LISTS:
        query = f"?{QUERIES[route.path]}" if route.path in QUERIES else ""
        shown, hidden = [await api.get(route.path + query, one) for one in (mine, other)]
        assert (route.path, shown.status, hidden.status) == (route.path, 200, 200)
        told[route.path] = MARK.encode() in _plain(shown)
        for secret in (MARK, "owner@example.org", owner["user"]["id"]):
            assert secret.encode() not in _plain(hidden), route.path
    # Else nothing was there that could have been shown.
    for path in (
        "/changes",
        "/events",
        "/analytics/timeline",
        "/devices",
        "/me/export",
        "/api/0/export",
    ):
        assert told[path], path


async def _call(api: Api, route: Route, id: str, token: str, kind: Kind) -> Answer:
    (name, *_) = route.parameters
    path = route.path.format_map({name: id, **kind.others})
    body = kind.bodies.get(route.method)
    what = {} if body is None else {"json": body}
    return await api.call(route.method, f"{path}?{kind.query}".rstrip("?"), token, **what)


def _plain(answer: Answer) -> bytes:
    """What is said, unpacked."""
    if answer.headers["Content-Type"] != "application/zip":
        return answer.body
    with ZipFile(BytesIO(answer.body)) as files:
        return b"".join(map(files.read, files.namelist()))


def _of(path: str) -> list[Route]:
    return [route for route in ROUTES if route.path == path]
