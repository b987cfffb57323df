"""How long the event loop keeps what is due waiting."""

import asyncio

import mode

from pipeline import metrics

_EVERY_S = 0.5


class LoopLag(mode.Service):
    """Measures the delay of a timer, all the time."""

    @mode.Service.task
    async def _measure(self) -> None:
        loop = asyncio.get_running_loop()
        while not self.should_stop:
            due = loop.time() + _EVERY_S
            await asyncio.sleep(_EVERY_S)
            metrics.loop_lag_seconds.set(max(0.0, loop.time() - due))
