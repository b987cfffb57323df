"""Fetches a text from an address that somebody gave: nothing of our own network, nothing endless.

The addresses a name stands for are checked where the connection is made, so a name that changes its
mind in between leads nowhere else.
"""

import asyncio
import re
import socket
from ipaddress import ip_address
from typing import NamedTuple

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from pipeline.settings import Settings
from pipeline.steps.public_addresses import is_public

_CHUNK = 65_536
#: As RFC 9110 has it, and no longer than is worth keeping; others are not sent back.
_is_etag = re.compile(r'(W/)?"[\x21\x23-\x7e]{0,1000}"').fullmatch


class NotFetched(Exception):
    """In words: why there is no text."""


class Fetched(NamedTuple):
    """The text, and the entity tag of this version of it."""

    text: str
    etag: str


class _PublicResolver(AbstractResolver):
    """Knows public addresses only."""

    def __init__(self) -> None:
        self._all = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses of the name, unless one of them is not public."""
        found = await self._all.resolve(host, port, family)
        if not all(is_public(one["host"]) for one in found):
            raise NotFetched("Leads to an address that is not public")
        return found

    async def close(self) -> None:
        """Nothing is open."""
        await self._all.close()


def source_of(url: str, settings: Settings) -> URL:
    """The address to fetch; raises `NotFetched` for one that is none, or not public."""
    try:
        source = URL(url)
    except ValueError:
        raise NotFetched("Is no address") from None
    if source.scheme in ("webcal", "webcals"):
        source = source.with_scheme("https")
    if source.scheme not in ("http", "https") or not source.host:
        raise NotFetched("Is no address that begins with https://")
    if source.user or source.password:
        raise NotFetched("Holds a name or a password")
    if not settings.calendar_private_addresses and _is_private(source.host):
        raise NotFetched("Leads to an address that is not public")
    return source


async def fetch(url: str, etag: str, settings: Settings) -> Fetched | None:
    """The text at the address; None: it is still the version of the tag. Raises `NotFetched`."""
    source = source_of(url, settings)
    private = settings.calendar_private_addresses
    connector = aiohttp.TCPConnector(
        resolver=None if private else _PublicResolver(), use_dns_cache=False
    )
    headers = {"Accept": "text/calendar, */*;q=0.1", "Accept-Encoding": "identity"}
    if etag:
        headers["If-None-Match"] = etag
    try:
        async with (
            asyncio.timeout(settings.calendar_fetch_s),
            aiohttp.ClientSession(connector=connector, auto_decompress=False) as client,
            client.get(source, headers=headers, allow_redirects=False) as answer,
        ):
            return await _text(answer, settings.calendar_max_bytes)
    except TimeoutError:
        raise NotFetched("Takes too long to answer") from None
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise NotFetched(f"Cannot be read: {type(error).__name__}") from None


async def _text(answer: aiohttp.ClientResponse, most: int) -> Fetched | None:
    if answer.status == 304:
        return None
    if 300 <= answer.status < 400:
        host = URL(answer.headers.get("Location", "")).host
        elsewhere = f" to {host}" if host else ""
        raise NotFetched(f"Redirects{elsewhere}: give the address that it leads to")
    if answer.status != 200:
        raise NotFetched(f"Answers {answer.status}")
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        raise NotFetched("Is compressed though it was asked not to be")
    body = bytearray()
    async for chunk in answer.content.iter_chunked(_CHUNK):
        body += chunk
        if len(body) > most:
            raise NotFetched(f"Is larger than {most} bytes")
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise NotFetched("Is not UTF-8") from None
    etag = answer.headers.get("ETag", "")
    return Fetched(text, etag if _is_etag(etag) else "")


def _is_private(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False  # a name: the resolver looks at what it stands for
    return not is_public(host)
