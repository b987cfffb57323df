"""The fault by which poison (`tests.faults.poison`) harms, and the workers in which it does."""

from pathlib import Path

from tests.faults.poison import FAULT_FILE, GONE, REFUSED, STANDS
from tests.instance import Instance
from tests.sql import sql


class PoisonedWorker(Instance):
    """A worker in which poison does harm while the fault stands."""

    module = "tests.faults.poisoned"


class Fault:
    """A file that the workers look into; in the database, a constraint."""

    def __init__(self, file: Path, database_url: str) -> None:
        self._file = file
        file.write_bytes(GONE)
        self._database_url = database_url
        self.environment = {
            FAULT_FILE: str(file),
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }

    def begin(self) -> None:
        """From now on poison harms; the database has its tables."""
        self._say(STANDS)
        self._alter(f"ADD CONSTRAINT no_poison CHECK (category <> '{REFUSED}')")

    def end(self) -> None:
        """Poison is as good as any event."""
        self._say(GONE)
        self._alter("DROP CONSTRAINT no_poison")

    def _say(self, word: bytes) -> None:
        with self._file.open("r+b") as file:  # it is mapped: it must not become shorter
            file.write(word)

    def _alter(self, change: str) -> None:
        sql(self._database_url, f"ALTER TABLE usage_event {change}")
