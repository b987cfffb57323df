"""A process' life on its loop: services started in order, drained at a signal.

The first SIGTERM or SIGINT stops the services in reverse order: the API takes no more, the stages
finish the transaction in hand and leave their groups. After the grace time, or at a second
signal, the process ends at once; whatever it held is taken over as after a crash. At SIGUSR1 it
logs what every task waits for.
"""

import asyncio
import os
import signal
from collections.abc import Sequence

import mode
import structlog

from timeflow import stacks

log = structlog.get_logger(__name__)


class Worker(mode.Worker):
    """Runs services until a signal, or until one of them crashes."""

    def __init__(self, services: Sequence[mode.Service], grace_s: float) -> None:
        super().__init__(*services, override_logging=False, redirect_stdouts=False, quiet=True)
        self._grace_s = grace_s

    async def run(self) -> None:
        """Return after an orderly end; raise what crashed a service."""
        try:
            await self.start()
        finally:
            await (self._signal_stop_future or self.stop())
        if self.crash_reason is not None:
            raise self.crash_reason

    def install_signal_handlers(self) -> None:
        """Ours: mode prints to the terminal at SIGINT and starts a debugger at SIGUSR2."""
        for number in (signal.SIGINT, signal.SIGTERM):
            self.loop.add_signal_handler(number, self._on_signal, number)
        self.loop.add_signal_handler(signal.SIGUSR1, self._tell_stacks)

    def _tell_stacks(self) -> None:
        for line in stacks.of_all_tasks():
            log.info("task", stack=line)

    def _on_signal(self, number: signal.Signals) -> None:
        if self._signal_stop_future is not None:
            log.warning("a second signal: ending at once", signal=number.name)
            os._exit(128 + number)
        log.info("stopping", signal=number.name)
        self.loop.call_later(self._grace_s, self._out_of_time)
        self._signal_stop_future = asyncio.ensure_future(self.stop())

    def _out_of_time(self) -> None:
        log.error("not drained within the grace time: ending at once", grace_s=self._grace_s)
        os._exit(1)
