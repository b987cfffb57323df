"""Lets the check process touch what may end the process before a worker does.

That is what resembles events that ended one; and when a new kind of these was found, every event is
checked first for a while: it rarely comes alone, and what they have in common shows in the second.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from pipeline.batch import Parts, Place
from pipeline.check_processes import CheckProcesses
from pipeline.quarantine import ending
from pipeline.resemblance import Resemblance
from pipeline.settings import Settings

#: The last dead letters of this kind that a process hears of.
MOST_LETTERS = 100

#: Events of several batches: by the number of the batch, and where they stand there.
_Events = dict[tuple[int, Place], bytes]


class Screening:
    """Of one stage in this process."""

    def __init__(self, processes: CheckProcesses, settings: Settings) -> None:
        self.resemblance = Resemblance()
        self._processes = processes
        self._settings = settings
        self._alert_events = 0
        #: The dead letters that it has heard of.
        self.heard: tuple[UUID, ...] = ()

    @property
    def alert(self) -> bool:
        """Whether every event is checked first."""
        return self._alert_events > 0

    async def deadly(self, batches: Sequence[Sequence[Parts]]) -> list[set[Place]]:
        """Where in each of `batches` events stand that must not be touched.

        Raises `CheckUnavailable` when that cannot be found out now.
        """
        places: list[set[Place]] = [set() for _ in batches]
        if self.resemblance or self.alert:
            async with self._processes.turn():
                for number, place in await self._screen(*self._parted(batches)):
                    places[number].add(place)
        return places

    def learn(self, deadly: Sequence[bytes], survived: Sequence[bytes]) -> None:
        """Events ended the process that touched them, and others of their batch did not."""
        if not all(map(self.resemblance.falls_on, deadly)):
            self._alert_events = self._settings.check_events
        self.resemblance.learn(deadly, survived)

    def hear(self, letters: Mapping[UUID, bytes]) -> None:
        """Events ended processes anywhere: the newest dead letters of this kind."""
        if letters:
            self.heard = (*self.heard, *letters)[-MOST_LETTERS:]
            self.learn(list(letters.values()), ())

    def _parted(self, batches: Sequence[Sequence[Parts]]) -> tuple[_Events, _Events]:
        """What resembles deadly events, and the others."""
        suspects: _Events = {}
        others: _Events = {}
        falls_on = self.resemblance.falls_on
        for number, parts in enumerate(batches):
            for part in parts:
                may_hold_some = falls_on(part.entry.value)
                for position, raw in enumerate(part.events):
                    some = suspects if may_hold_some and falls_on(raw) else others
                    some[number, Place(part.entry.offset, position)] = raw
        return suspects, others

    async def _screen(self, suspects: _Events, others: _Events) -> set[tuple[int, Place]]:
        """Which are deadly, in a turn of the processes; learns from it."""
        attempts = self._settings.quarantine_attempts
        # What resembles others that had all of their tries has one.
        deadly = await self._ending(suspects, 1 if self.resemblance.is_founded else attempts)
        if self.alert:
            deadly |= await ending(self._processes, others, attempts)
            self._alert_events -= len(others)
        if suspects or deadly:
            # Of the others it is of interest only what they share with what was none.
            everything = suspects if deadly <= suspects.keys() else {**suspects, **others}
            self.learn(
                [everything[key] for key in deadly],
                [raw for key, raw in everything.items() if key not in deadly],
            )
        return deadly

    async def _ending(self, suspects: _Events, attempts: int) -> set[tuple[int, Place]]:
        """By the check, or by the handler: one by one only if a child dies of all at once.

        What raises there, with thousands that were suspected by chance, is not looked for here.
        """
        processes = self._processes
        deadly = await ending(processes, suspects, attempts)
        alive = {key: raw for key, raw in suspects.items() if key not in deadly}
        if alive and not await processes.survives(list(alive.values())):
            deadly |= await ending(processes, alive, attempts, trial=True)
        return deadly
