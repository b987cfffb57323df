"""The API as the commands of a person call it: one request after the other."""

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp
import click

from timeflow.person.logins import Login
from timeflow.refusals import Refused

_PATIENCE_S = 30.0


class Problem(click.ClickException):
    """What the server says against it, in its words; exit code 1."""

    exit_code = 1

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code

    def show(self, file: Any = None) -> None:
        """Print the one line."""
        click.echo(f"timeflow: {self.message}", err=True)


class Server:
    """Answers JSON; raises `Problem`, and `Refused` when there is no answer of an API."""

    def __init__(self, login: Login) -> None:
        self._url = login.server.rstrip("/")
        self._headers = {"Authorization": f"Bearer {login.key}"} if login.key else {}

    def get(self, path: str, **query: Any) -> Any:
        """What is there."""
        given = {name: str(value) for name, value in query.items() if value is not None}
        return self.call("GET", path, query=given)

    def post(self, path: str, body: Any = None) -> Any:
        """What comes of it."""
        return self.call("POST", path, body=body)

    def call(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        query: Mapping[str, str] | None = None,
        token: str | None = None,
    ) -> Any:
        """One request; with the token instead of the key, if one is given."""
        return asyncio.run(self._call(method, path, body, query or {}, token))

    async def _call(
        self, method: str, path: str, body: Any, query: Mapping[str, str], token: str | None
    ) -> Any:
        headers = {"Authorization": f"Bearer {token}"} if token else self._headers
        what: dict[str, Any] = {} if body is None else {"json": body}
        patience = aiohttp.ClientTimeout(total=_PATIENCE_S)
        try:
            async with (
                aiohttp.ClientSession(timeout=patience) as client,
                client.request(
                    method, self._url + path, headers=headers, params=query, **what
                ) as answer,
            ):
                said = await answer.json(content_type=None) if answer.status != 204 else None
        except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError):
            raise Refused(f"{self._url!r} is no address of a server") from None
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Refused(f"{self._url} does not answer: {error or 'too slow'}") from None
        except ValueError:
            raise Refused(f"{self._url} is no TimeFlow: it does not answer JSON") from None
        if answer.status >= 400:
            raise _problem(said, answer.status)
        return said


def _problem(said: Any, status: int) -> Problem:
    if not isinstance(said, dict) or "code" not in said:
        return Problem("unknown", f"the server answered {status}")
    wrong = [f"{error['path']}: {error['message']}" for error in said.get("errors", [])]
    return Problem(said["code"], "; ".join(wrong) or said.get("detail") or said["title"])
