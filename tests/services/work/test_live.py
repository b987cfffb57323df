"""What happens is told as it happens, and nobody who was cut off misses any of it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from aiohttp import ClientResponse

from models import user_state
from models.database import database
from pipeline.settings import Settings
from tests.services.web.api import Api

pytestmark = [pytest.mark.services, pytest.mark.timeout(60)]


class Stream:
    """An open stream."""

    def __init__(self, response: ClientResponse) -> None:
        self._response = response
        self.status = response.status
        self.id = ""

    async def event(self) -> tuple[str, Any] | None:
        """The next event with its data; None: the stream has ended."""
        name, data = "", ""
        while line := (await self._response.content.readline()).decode():
            field, _, value = line.rstrip("\n").partition(": ")
            if field == "id":
                self.id = value
            elif field == "event":
                name = value
            elif field == "data":
                data = value
            elif not field and name:
                return name, json.loads(data)
        return None

    async def begun(self) -> None:
        """Wait until it says where it stands."""
        while not self.id:
            line = (await self._response.content.readline()).decode()
            self.id = line.partition("id: ")[2].strip()

    async def changes(self) -> list[dict[str, Any]]:
        """The items of the next page of changes."""
        while found := await self.event():
            if found[0] == "changes":
                items: list[dict[str, Any]] = found[1]["items"]
                return items
        raise AssertionError("the stream has ended")


@asynccontextmanager
async def live(api: Api, token: str, last: str = "") -> AsyncIterator[Stream]:
    headers = {"Authorization": f"Bearer {token}"} | ({"Last-Event-ID": last} if last else {})
    async with api.client.get("/live", headers=headers) as response:
        stream = Stream(response)
        if stream.status == 200:
            await stream.begun()
        yield stream


async def tag(api: Api, token: str, name: str) -> None:
    assert (await api.post("/tags", token, json={"name": name})).status == 201


def derive(user: UUID) -> None:
    """Raise the revision of the person's days, as whoever derives them does."""
    with database.connection_context(), database.atomic():
        user_state.lock([user])


def names(items: list[dict[str, Any]]) -> list[str]:
    return [item["object"]["name"] for item in items]


async def test_a_change_is_told_at_once(api: Api, token: str) -> None:
    await tag(api, token, "before")
    async with live(api, token) as one, live(api, token) as other:
        await tag(api, token, "now")
        assert names(await one.changes()) == ["now"]
        assert names(await other.changes()) == ["now"]


async def test_who_comes_back_is_told_what_happened_meanwhile(api: Api, token: str) -> None:
    async with live(api, token) as stream:
        await tag(api, token, "first")
        await stream.changes()
    for number in range(150):
        await tag(api, token, f"meanwhile {number}")
    async with live(api, token, stream.id) as again:
        found = [*names(await again.changes()), *names(await again.changes())]
        assert found == [f"meanwhile {number}" for number in range(150)]


async def test_nobody_is_told_of_another(api: Api, token: str) -> None:
    eve = (await api.register("eve@example.org"))["access_token"]
    async with live(api, eve) as stream:
        await tag(api, token, "ada's")
        await tag(api, eve, "eve's")
        assert names(await stream.changes()) == ["eve's"]


async def test_days_that_are_derived_anew_are_told(api: Api, token: str) -> None:
    user = UUID((await api.get("/me", token)).json["id"])
    async with live(api, token) as stream:
        revs = []
        for _ in range(2):
            await asyncio.to_thread(derive, user)
            found = await stream.event()
            assert found is not None
            assert found[0] == "activity"
            revs.append(found[1]["rev"])
    assert revs[0] < revs[1]


async def test_days_as_they_were_at_the_beginning_are_told_only_to_who_comes_back(
    api: Api, token: str
) -> None:
    user = UUID((await api.get("/me", token)).json["id"])
    await asyncio.to_thread(derive, user)
    async with live(api, token) as stream, live(api, token, stream.id) as again:
        # Both are told by one look at the days.
        found = await again.event()
        assert found is not None
        assert found[0] == "activity"
        await asyncio.to_thread(derive, user)
        assert await stream.event() == ("activity", {"rev": found[1]["rev"] + 1})


async def test_a_silent_stream_says_that_it_is_there(configured: Callable[..., Settings]) -> None:
    async with Api(configured(live_beat_s=0.05)) as api:
        token = (await api.register())["access_token"]
        async with api.client.get(
            "/live", headers={"Authorization": f"Bearer {token}"}
        ) as response:
            assert response.headers["Content-Type"] == "text/event-stream"
            async for line in response.content:
                if line == b":\n":
                    break


async def test_a_stream_ends_with_the_login(
    configured: Callable[..., Settings],
) -> None:
    async with Api(configured(live_beat_s=0.05)) as api:
        token = (await api.register())["access_token"]
        async with live(api, token) as stream:
            assert (await api.post("/auth/logout", token, json={})).status in (200, 204)
            while await stream.event():
                pass


async def test_a_stream_ends_with_its_token(configured: Callable[..., Settings]) -> None:
    async with Api(configured(access_token_s=2)) as api:
        token = (await api.register())["access_token"]
        async with live(api, token) as stream:
            assert await stream.event() is None


async def test_a_process_that_stops_ends_its_streams(configured: Callable[..., Settings]) -> None:
    async with Api(configured(live_beat_s=600)) as api:
        token = (await api.register())["access_token"]
        async with live(api, token) as stream:
            ending = asyncio.create_task(stream.event())
            await api.client.server.close()
            assert await ending is None


async def test_a_person_has_so_many_streams_at_most(configured: Callable[..., Settings]) -> None:
    async with Api(configured(live_streams=1)) as api:
        token = (await api.register())["access_token"]
        eve = (await api.register("eve@example.org"))["access_token"]
        async with live(api, token), live(api, token) as second, live(api, eve) as others:
            assert (second.status, others.status) == (429, 200)


async def test_who_is_gone_leaves_room_at_once(configured: Callable[..., Settings]) -> None:
    async with Api(configured(live_streams=1, live_beat_s=600)) as api:
        token = (await api.register())["access_token"]
        async with live(api, token):
            pass

        async def status() -> int:
            async with live(api, token) as again:
                return again.status

        while (found := await status()) == 429:  # until the server has seen the connection close
            await asyncio.sleep(0.01)
        assert found == 200


@pytest.mark.parametrize("last", ["x", f"99-{UUID(int=0)}"])
async def test_a_place_that_is_none_is_refused(api: Api, token: str, last: str) -> None:
    async with live(api, token, last) as stream:
        assert stream.status == 422
