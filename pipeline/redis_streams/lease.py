"""The thread that keeps a member alive, off the event loop.

A handler that computes for half a minute must not lose its partitions, so the lease is renewed
here. But a process whose loop stands still for good must: when the loop has answered no beat for
a minute, the thread ends the process. Between beats it waits for changes of the group, so that a
member that leaves is noticed at once, and one that died the moment its lease is over.

The thread itself never logs: a handler's lock, or a full pipe behind it, would hold it for as long
as the loop.
"""

import asyncio
import logging
import os
import threading
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from pipeline.redis_streams.backoff import Backoff, Seldom
from pipeline.redis_streams.connections import redis_url
from pipeline.redis_streams.membership import BEAT, Membership
from pipeline.redis_streams.options import Options

log = logging.getLogger(__name__)

#: What the process ends with when its loop stands still.
EXIT_STATUS = 70


class Beat(NamedTuple):
    """What a renewal said."""

    is_member: bool
    generation: int


class Lease:
    """Renews the lease of `membership`; `on_beat` is called on the loop."""

    def __init__(
        self,
        url: str,
        membership: Membership,
        options: Options,
        on_beat: Callable[[Beat], None],
    ) -> None:
        self._membership, self._on_beat = membership, on_beat
        self._lease_ms = round(options.lease_s * 1000)
        self._interval_s = options.lease_s / options.beats
        self._last_words_s = options.last_words_s
        self._silent_beats = max(1, round(options.loop_deadline_s / self._interval_s))
        self._loop = asyncio.get_running_loop()
        self._posted = self._answered = 0
        self._stopping = threading.Event()
        self._thread = threading.Thread(
            target=self._run, name=f"lease-{membership.group}", daemon=True
        )
        self._client = redis.Redis.from_url(
            redis_url(url),
            protocol=2,
            socket_timeout=options.timeout_s + self._interval_s,
            socket_connect_timeout=options.timeout_s,
            retry=Retry(NoBackoff(), 0),
        )

    def start(self) -> None:
        """Begin to renew."""
        self._thread.start()

    def stop(self) -> None:
        """Renew no more; the thread ends by itself within a beat."""
        self._stopping.set()

    def _run(self) -> None:
        backoff, may_say = Backoff(), Seldom()
        while not self._stopping.is_set():
            self._watch_loop()
            try:
                self._beat()
                backoff.reset()
            except (redis.RedisError, OSError) as error:
                if may_say and not self._stopping.is_set():
                    self._on_loop(partial(_say_missed, self._membership.group, str(error)))
                self._stopping.wait(min(backoff.next_s(), self._interval_s))
        self._client.close()

    def _beat(self) -> None:
        keys = self._membership.keys
        reply: Any = self._evaluate(keys, [self._membership.member, self._lease_ms])
        is_member, generation, next_end_ms, last_change = reply
        self._post(Beat(bool(is_member), generation))
        wait_ms = max(1, min(round(self._interval_s * 1000), next_end_ms + 1))
        self._client.xread({keys[-1]: last_change}, count=1, block=wait_ms)

    def _evaluate(self, keys: list[str], arguments: list[str | int]) -> Any:
        try:
            return self._client.evalsha(BEAT.sha, len(keys), *keys, *arguments)
        except redis.exceptions.NoScriptError:
            return self._client.eval(BEAT.source, len(keys), *keys, *arguments)

    def _post(self, beat: Beat) -> None:
        def arrive() -> None:
            self._answered = self._posted
            self._on_beat(beat)

        self._posted += 1
        self._on_loop(arrive)

    def _on_loop(self, call: Callable[[], None]) -> None:
        try:
            self._loop.call_soon_threadsafe(call)
        except RuntimeError:
            # The loop is closed: so is this member.
            self._stopping.set()

    def _watch_loop(self) -> None:
        # Counted in beats, not in seconds: a process that was stopped as a whole is no offender.
        if self._posted - self._answered < self._silent_beats:
            return
        saying = threading.Thread(target=self._say_end, name="last-words", daemon=True)
        saying.start()
        saying.join(self._last_words_s)
        os._exit(EXIT_STATUS)

    def _say_end(self) -> None:
        log.critical(
            "group %s: the event loop has stood still for %s beats of %.1f s; ending the process",
            self._membership.group,
            self._silent_beats,
            self._interval_s,
        )


def _say_missed(group: str, error: str) -> None:
    log.warning("group %s: no beat: %s", group, error)
