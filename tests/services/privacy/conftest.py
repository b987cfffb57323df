"""A whole instance whose waiting times are short, and what a person does with it."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.instance import SECRETS, WebInstance, wait_until
from tests.instance import Instance as Process
from tests.sql import sql

#: Nobody must be waited for long: the ways are the same.
QUICK = {
    "REVOCATION_POLL_S": "0.1",
    "REVOCATION_STALE_S": "1",
    "INTAKE_DEADLINE_S": "1",
    "PRIVACY_POLL_S": "0.1",
    "REBUILD_POLL_S": "0.1",
    "PASSWORD_COST": "4",
    "REGISTRATION": "open",
    "PARTITIONS": "2",
    "ERASURE_WAIT_S": "1",
}


class Instance(WebInstance):
    """A running instance and its database."""

    def __init__(self, database_url: str, *args: Any) -> None:
        super().__init__(*args)
        self.database_url = database_url

    def rows(
        self, statement: str, values: Sequence[object] | Mapping[str, object] = ()
    ) -> list[tuple[Any, ...]]:
        """What its database says."""
        return sql(self.database_url, statement, values)

    def call(self, method: str, path: str, token: str, body: object = None) -> Any:
        """The answer to a request that succeeds."""
        status, answer = self.request(method, path, body, token)
        assert status < 300, answer
        return answer

    def post(self, token: str, *events: dict[str, Any]) -> None:
        """Post events, and wait until all events of this person are applied."""
        taken = self.call("POST", "/events", token, {"events": list(events)})
        assert taken["accepted"] == len(events), taken
        self.settle()

    def settle(self) -> None:
        """Wait until nothing is on its way."""
        wait_until(
            lambda: not self.rows("SELECT 1 FROM rebuild_request") and self._applied(),
            what="all that was posted is applied",
        )

    def _applied(self) -> bool:
        lags = self.call("GET", "/ops/streams", self.operator)["items"]
        return all(lag["lag_entries"] == 0 for lag in lags if lag["end"])

    @property
    def operator(self) -> str:
        """The METRICS_TOKEN cannot do it: the token of the first account."""
        return self._operator

    def first(self) -> dict[str, Any]:
        """Register the first account, the operator."""
        login = self.register("operator@example.org", time_zone="UTC")
        self._operator: str = login["access_token"]
        return login


class Servers:
    """Makes processes on the same servers, with settings given by name."""

    def __init__(self, directory: Path, database_url: str, redis_url: str) -> None:
        self._directory, self._database_url = directory, database_url
        self._environment = {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
        self._environment |= {**SECRETS, **QUICK}
        self.made: list[Process] = []

    def instance(self, *arguments: str, **settings: str) -> Instance:
        """A process with an API, ready."""
        what = [list(arguments or ("up",)), self._log(), self._environment | settings]
        made = Instance(self._database_url, *what)
        self.made.append(made)
        made.start_ready()
        return made

    def worker(self, *stages: str) -> Process:
        """A process with these stages."""
        made = Process(["worker", *stages], self._log(), self._environment)
        self.made.append(made)
        made.start()
        return made

    def _log(self) -> Path:
        return self._directory / f"{len(self.made)}.log"


@pytest.fixture
def servers(tmp_path: Path, database_url: str, redis_url: str) -> Iterator[Servers]:
    """Ends all that it made."""
    servers = Servers(tmp_path, database_url, redis_url)
    yield servers
    for process in servers.made:
        process.stop()


@pytest.fixture
def instance(servers: Servers) -> Instance:
    """One instance with its operator."""
    made = servers.instance()
    made.first()
    return made


def heartbeat(time: str, **fields: Any) -> dict[str, Any]:
    """A heartbeat on 2 March 2026."""
    return {"type": "usage.heartbeat", "time": f"2026-03-02T{time}:00Z", **fields}
