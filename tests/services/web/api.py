"""The API as its users see it: over HTTP, with a login or a key."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

from aiohttp import ClientResponse, DummyCookieJar
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import BaseRunner

from pipeline.database import DatabaseThreads
from pipeline.intake import Intake
from pipeline.redis_streams.connections import Connections
from pipeline.settings import Settings
from tests.instance import PASSWORD
from tests.sql import sql
from web.context import make_context
from web.door import Runner
from web.server import make_app


class Server(TestServer):
    """Like the real one it lets a handler end whose client is gone."""

    async def _make_runner(self, **kwargs: Any) -> BaseRunner:
        return Runner(self.app, **kwargs | {"handler_cancellation": False})


class Answer:
    """Status, headers and body of an answer."""

    def __init__(self, status: int, headers: Any, body: bytes, json: Any) -> None:
        self.status = status
        self.headers = headers
        self.body = body
        self.json = json


class Api:
    """One running web process, as far as HTTP can tell."""

    def __init__(self, settings: Settings, *, declare: bool = True) -> None:
        self._declare = declare
        self.settings = settings
        self.connections = Connections(settings.redis_url, timeout_s=settings.redis_timeout_s)
        self.threads = DatabaseThreads("web", 4, settings.database_deadline_s)
        self.intake = Intake(self.connections, settings)
        context = make_context(settings, self.intake, self.threads, self.connections)
        # What a test sends is what it says, cookies too.
        self.client = TestClient(Server(make_app(context)), cookie_jar=DummyCookieJar())

    async def __aenter__(self) -> "Api":
        if self._declare:
            await self.intake.declare()
        await self.client.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.close()
        await self.intake.close()
        await self.connections.close()
        self.threads.close()

    async def call(self, method: str, path: str, token: str | None = None, **what: Any) -> Answer:
        """One request; `token` is an access token or a key."""
        headers = dict(what.pop("headers", {}))
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        async with self.client.request(method, path, headers=headers, **what) as response:
            return await _answer(response)

    async def get(self, path: str, token: str | None = None, **what: Any) -> Answer:
        return await self.call("GET", path, token, **what)

    async def post(self, path: str, token: str | None = None, **what: Any) -> Answer:
        return await self.call("POST", path, token, **what)

    async def register(self, email: str = "ada@example.org", **more: Any) -> Any:
        """A new account's login."""
        body = {"email": email, "password": PASSWORD, **more}
        answer = await self.post("/auth/register", json=body)
        assert answer.status == 201, answer.body
        return answer.json

    async def key(self, token: str, *scopes: str) -> Any:
        """A new key of the caller."""
        body = {"name": "test", "scopes": list(scopes)}
        answer = await self.post("/me/api-keys", token, json=body)
        assert answer.status == 201, answer.body
        return answer.json

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """What its database says."""
        return sql(self.settings.database_url, statement, values)


async def _answer(response: ClientResponse) -> Answer:
    body = await response.read()
    is_json = "json" in response.content_type
    return Answer(
        response.status, response.headers, body, json.loads(body) if is_json and body else None
    )


async def wait_refused(api: Api, token: str) -> None:
    """Wait until a token lets nobody in any more."""
    while (await api.get("/me", token)).status != 401:
        await asyncio.sleep(0.02)
