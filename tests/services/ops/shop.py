"""A running instance of several processes, and an operator of it."""

from pathlib import Path
from typing import Any

from tests.instance import SECRETS, UNLIMITED, Instance, WebInstance, wait_until

QUICK = {**SECRETS, **UNLIMITED, "PARTITIONS": "4", "STAGE_REPORT_S": "0.2", "JOB_POLL_S": "0.2",
         "STAGE_SILENT_S": "3", "LEASE_S": "2", "DEAD_LETTER_POLL_S": "0.2"}  # fmt: skip


class Shop:
    """An API process, a worker of the usage stage, and an operator."""

    def __init__(self, tmp_path: Path, servers: dict[str, str]) -> None:
        self.environment = {**QUICK, **servers}
        self.web = WebInstance(["web"], tmp_path / "web.log", self.environment)
        self.worker = Instance(["worker", "usage"], tmp_path / "worker.log", self.environment)
        self.web.start_ready()
        self.worker.start()
        self.token = self.web.register()["access_token"]

    def stage(self, name: str = "usage") -> Any:
        """How a stage is."""
        status, answer = self.web.request("GET", "/ops/stages", token=self.token)
        assert status == 200, answer
        return next(stage for stage in answer["items"] if stage["stage"] == name)

    def wait_owned(self) -> None:
        """Wait until the worker owns every partition."""

        def is_owned() -> bool:
            partitions = self.stage()["partitions"]
            return len(partitions) == 4 and all(one["process"] for one in partitions)

        self.until(is_owned, "all partitions are owned")

    def post(self, path: str, body: object) -> tuple[int, Any]:
        return self.web.request("POST", path, body, self.token)

    def send(self, number: int) -> None:
        """One event more."""
        event = {"id": str(number), "type": "usage.heartbeat",
                 "time": f"2026-03-02T09:{number:02}:00Z"}  # fmt: skip
        assert self.post("/events", {"events": [event]})[0] == 202

    def events(self) -> int:
        """How many events count."""
        path = "/analytics/daily?from=2026-03-02&to=2026-03-02"
        status, answer = self.web.request("GET", path, token=self.token)
        assert status == 200, answer
        days = answer["days"]
        return int(days[0]["events"]) if days else 0

    def until(self, condition: Any, what: str) -> None:
        wait_until(condition, what=what)
