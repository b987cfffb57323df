"""Sends what resembles deadly events through the check process before a worker touches it."""

from collections.abc import Mapping, Sequence

from pipeline.batch import Parts, Place
from pipeline.check_processes import CheckProcesses
from pipeline.quarantine import ending
from pipeline.resemblance import Resemblance

#: Deaths that quarantine an event which resembles others: these have had all of theirs.
_DEATHS = 1

#: An event of several batches: the number of its batch, and where it stands there.
_Key = tuple[int, Place]


class Screening:
    """Of one stage in this process."""

    def __init__(self, processes: CheckProcesses, resemblance: Resemblance) -> None:
        self._processes = processes
        self._resemblance = resemblance

    async def deadly(self, batches: Sequence[Sequence[Parts]]) -> list[set[Place]]:
        """Where in each of `batches` suspects stand that end the process which touches them."""
        suspects, others = self._parted(batches) if self._resemblance else ({}, [])
        deadly = await self._ending(suspects) if suspects else set()
        survivors = [raw for key, raw in suspects.items() if key not in deadly]
        if suspects:
            # What resembles nothing will survive, too; it clears what it shares with the deadly.
            self._resemblance.learn(
                [suspects[key] for key in deadly], survivors + others if deadly else survivors
            )
        return [{place for n, place in deadly if n == number} for number in range(len(batches))]

    def _parted(self, batches: Sequence[Sequence[Parts]]) -> tuple[dict[_Key, bytes], list[bytes]]:
        suspects: dict[_Key, bytes] = {}
        others: list[bytes] = []
        falls_on = self._resemblance.falls_on
        for number, parts in enumerate(batches):
            for part in parts:
                if not falls_on(part.entry.value):
                    others += part.events
                    continue
                for item in part.items():
                    if falls_on(item.raw):
                        suspects[number, item.place] = item.raw
                    else:
                        others.append(item.raw)
        return suspects, others

    async def _ending(self, suspects: Mapping[_Key, bytes]) -> set[_Key]:
        """First by the check; of what survives that the handler is tried, at once if that goes."""
        processes = self._processes
        async with processes.turn():
            deadly = await ending(processes, suspects, _DEATHS)
            alive = {key: raw for key, raw in suspects.items() if key not in deadly}
            if alive and not await processes.passes(list(alive.values())):
                deadly |= await ending(processes, alive, _DEATHS, trial=True)
        return deadly
