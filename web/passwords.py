"""Passwords: bcrypt over a keyed hash, a few at a time, never on the loop.

bcrypt reads 72 bytes; HMAC-SHA-384 makes 64 characters of a password of any length, and its key,
the pepper, is not in the database.
"""

import asyncio
import base64
import hmac
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import bcrypt

from pipeline.settings import Settings
from web.problems import unavailable

T = TypeVar("T")


class Passwords:
    """Hashes and checks on threads of its own; refuses when too many wait."""

    def __init__(self, settings: Settings) -> None:
        self._pepper = settings.pepper.encode()
        self._cost = settings.password_cost
        self._threads = ThreadPoolExecutor(settings.password_threads, "passwords")
        self._most = settings.password_threads + settings.password_queue
        self._in_hand = 0
        # Costs a stranger's login what a known person's costs; nothing hashes to it.
        self._nobody = (bcrypt.gensalt(self._cost) + b"." * 31).decode()

    async def hash(self, password: str) -> str:
        """The hash to keep."""
        salt = bcrypt.gensalt(self._cost)
        return (await self._run(bcrypt.hashpw, self._keyed(password), salt)).decode()

    async def verify(self, password: str, kept: str | None) -> bool:
        """Whether this is the password; None, for an unknown person, costs the same."""
        keyed, known = self._keyed(password), (kept or self._nobody).encode()
        return await self._run(bcrypt.checkpw, keyed, known) and kept is not None

    def is_outdated(self, kept: str) -> bool:
        """Whether the hash was made at a lower cost than now asked for."""
        return int(kept.split("$")[2]) < self._cost

    def close(self) -> None:
        """Let what runs end."""
        self._threads.shutdown()

    def _keyed(self, password: str) -> bytes:
        text = unicodedata.normalize("NFC", password).encode()
        return base64.b64encode(hmac.digest(self._pepper, text, "sha384"))

    async def _run(self, function: Callable[[bytes, bytes], T], first: bytes, second: bytes) -> T:
        if self._in_hand >= self._most:
            raise unavailable("busy", "Too many logins at once.")
        self._in_hand += 1
        work = self._threads.submit(function, first, second)
        loop = asyncio.get_running_loop()
        work.add_done_callback(lambda _: loop.call_soon_threadsafe(self._done))
        return await asyncio.shield(asyncio.wrap_future(work))

    def _done(self) -> None:
        self._in_hand -= 1
