"""A running TimeFlow in a directory of its own, with people whose keys may post."""

import os
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2

from pipeline.embedded.postgres import Postgres
from pipeline.embedded.redis import Redis
from tests.instance import UNLIMITED, WebInstance, wait_until

ENVIRONMENT = {
    "DATABASE_URL": "",
    "REDIS_URL": "",
    "REGISTRATION": "open",
    "PASSWORD_COST": "4",
    **UNLIMITED,
    "LOG_LEVEL": "warning",
}


class Rig:
    """The running instance and the API keys of its people."""

    def __init__(self, instance: WebInstance, people: int) -> None:
        self.instance = instance
        self.keys = []
        for number in range(people):
            token = instance.register(f"bench-{number}@example.org")["access_token"]
            ops = () if number else ("ops",)  # the first account is the operator's
            self.keys.append(instance.api_key(token, "ingest", "read", *ops))

    def lag_events(self) -> int | None:
        """Events on the stream that the usage stage has not applied; None: not known now."""
        status, answer = self.instance.request("GET", "/ops/streams", token=self.keys[0])
        if status != 200:
            raise RuntimeError(f"/ops/streams answered {status}: {answer}")
        lags = [item["lag_events"] for item in answer["items"] if item["group"] == "timeflow-usage"]
        return None if None in lags else sum(lags)

    def drain(self) -> None:
        """Wait until everything posted is applied."""
        wait_until(lambda: self.lag_events() == 0, timeout_s=300, what="lag 0")


@contextmanager
def running(people: int = 1) -> Iterator[Rig]:
    """`timeflow up`: start, make the people, and stop at the end."""
    with _directory() as directory:
        arguments = ["up", "--data-dir", str(directory / "data")]
        with _ready(WebInstance(arguments, directory / "up.log", ENVIRONMENT)) as instance:
            yield Rig(instance, people)


@contextmanager
def running_web(people: int = 1, settings: Mapping[str, str] | None = None) -> Iterator[Rig]:
    """`timeflow web` alone, on servers of the rig's own; with these settings besides."""
    with _directory() as directory, ExitStack() as stack:
        postgres = Postgres(directory / "postgres")
        redis = Redis(directory / "redis", maxmemory_bytes=2 << 30)
        environment = {
            **ENVIRONMENT,
            "DATABASE_URL": postgres.start(),
            "REDIS_URL": redis.start(),
            "DATA_DIR": str(directory / "data"),
            "JWT_KEY": secrets.token_urlsafe(48),
            "PEPPER": secrets.token_urlsafe(48),
            **(settings or {}),
        }
        stack.callback(postgres.stop)
        stack.callback(redis.stop)
        with _ready(WebInstance(["web"], directory / "web.log", environment)) as instance:
            yield Rig(instance, people)


@contextmanager
def _directory() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="timeflow-bench-") as name:
        os.chmod(name, 0o755)  # as root, the servers run under another uid
        yield Path(name)


@contextmanager
def _ready(instance: WebInstance) -> Iterator[WebInstance]:
    instance.start_ready()
    try:
        yield instance
    finally:
        instance.stop()


def fresh_database(url: str, name: str) -> str:
    """Make a database; its URL."""
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name}")
    return urlsplit(url)._replace(path=f"/{name}").geturl()
