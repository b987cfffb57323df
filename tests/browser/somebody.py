"""A person with an account of their own, whose day is in its afternoon whenever tests run."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from pipeline.embedded.postgres import Postgres
from tests.instance import PASSWORD, WebInstance, wait_until
from tests.sql import sql

#: The hour that it is for everybody here.
AFTERNOON_H = 15

_numbers: Iterator[int] = count(1)


class Somebody:
    """Speaks to the API as another of the person's devices would."""

    def __init__(self, server: WebInstance, zone: str | None = None) -> None:
        self.server = server
        self.email = f"somebody{next(_numbers)}@example.org"
        self.password = PASSWORD
        #: Hours that the person's wall clock is ahead of UTC.
        self.ahead_h = (AFTERNOON_H - datetime.now(UTC).hour + 12) % 24 - 12
        # POSIX turns the sign round.
        afternoon = f"Etc/GMT{-self.ahead_h:+d}" if self.ahead_h else "Etc/GMT"
        self.token: str = server.register(self.email, time_zone=zone or afternoon)["access_token"]

    def call(self, method: str, path: str, body: object = None) -> Any:
        """The answer, which must be one of success."""
        status, answer = self.server.request(method, path, body, self.token)
        assert status < 300, (status, answer)
        return answer

    def at(self, hour: float) -> datetime:
        """Today at this hour of the wall clock."""
        now = datetime.now(UTC) + timedelta(hours=self.ahead_h)
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight + timedelta(hours=hour - self.ahead_h)

    @property
    def today(self) -> str:
        """The date on the person's wall."""
        return (datetime.now(UTC) + timedelta(hours=self.ahead_h)).date().isoformat()

    def uses(self, begin: float, end: float, project: str = "website", **more: object) -> None:
        """An interval of use between two hours of today; waits until it counts."""
        event = {
            "type": "usage.interval",
            "time": self.at(begin).isoformat(),
            "duration": (end - begin) * 3600,
            "device": "laptop",
            "entity": "main.py",
            "category": "coding",
            "project": project,
            **more,
        }
        before = self._active_s()
        self.call("POST", "/events", {"events": [event]})
        wait_until(lambda: self._active_s() > before, what="the use to count")

    def enters(self, begin: float, end: float, description: str, **more: object) -> Any:
        """A time entry between two hours of today."""
        times = {"start": self.at(begin).isoformat(), "end": self.at(end).isoformat()}
        return self.call("POST", "/time-entries", {**times, "description": description, **more})

    def adds(self, title: str, **more: object) -> Any:
        """A task."""
        return self.call("POST", "/tasks", {"title": title, **more})

    def adds_many(self, number: int) -> None:
        """Tasks called "Task 0" and so on, put into the table: one by one takes minutes."""
        directory = Path(self.server.environment["DATA_DIR"]) / "postgres"
        sql(
            Postgres(directory).url,
            "INSERT INTO task (id, user_id, version, title, position, created_at, updated_at)"
            " SELECT gen_random_uuid(), %s, 1, 'Task ' || n, n, now(), now()"
            " FROM generate_series(0, %s - 2) n",
            (self.call("GET", "/me")["id"], number),
        )
        self.adds(f"Task {number - 1}", position=number)

    def titles(self) -> list[str]:
        """Of the open tasks."""
        return [each["title"] for each in self.call("GET", "/tasks?status=open")["items"]]

    def entries(self) -> list[dict[str, Any]]:
        """The time entries of today."""
        found: list[dict[str, Any]] = self.call(
            "GET", f"/time-entries?from={self.today}&to={self.today}"
        )["items"]
        return found

    def _active_s(self) -> float:
        daily = self.call("GET", f"/analytics/daily?from={self.today}&to={self.today}")
        return float(daily["days"][0]["active_s"])
