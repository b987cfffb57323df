"""The embedded PostgreSQL: the wheel's programs on a private directory and a private socket."""

import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

import psycopg2

from pipeline.data_directory import UnfitDataDirectory
from pipeline.embedded import account, programs
from pipeline.embedded.account import Account
from pipeline.embedded.process import Plan, Process, ServerFailed, running
from pipeline.embedded.socket_path import short

DATABASE = "timeflow"
#: Major versions the wheel brings; a new directory gets the last.
MAJORS = (16, 18)
_SOCKET = ".s.PGSQL.5432"


class Postgres:
    """PostgreSQL on `directory`, which holds `data` (private to the server), `log` and `ENGINE`."""

    def __init__(
        self, directory: Path, *, shared_buffers_mb: int = 64, max_connections: int = 100
    ) -> None:
        self.directory = directory
        self.data = directory / "data"
        self.settings = {
            "listen_addresses": "",
            "port": "5432",
            "unix_socket_permissions": "0700",
            "cluster_name": "timeflow",
            "max_connections": str(max_connections),
            "shared_buffers": f"{shared_buffers_mb}MB",
            # One machine's data on few cores: no helpers that only sit in memory.
            "jit": "off",
            "max_parallel_workers": "0",
            "max_parallel_workers_per_gather": "0",
            "max_logical_replication_workers": "0",
            "autovacuum_max_workers": "1",
            "autovacuum_work_mem": "32MB",
            # No replica reads this log.
            "wal_level": "minimal",
            "max_wal_senders": "0",
            "max_wal_size": "512MB",
            "log_checkpoints": "off",
            # Statements and details of errors hold what people sent: an erasure cannot reach a log.
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
        }
        self.process: Process | None = None

    @property
    def url(self) -> str:
        """Where the server is, or will be, reached."""
        host = quote(str(short(self.data, _SOCKET)), safe="")
        return f"postgresql://postgres@/{DATABASE}?host={host}"

    def answers(self) -> bool:
        """Whether a server answers now, whoever started it."""
        try:
            psycopg2.connect(self.url, connect_timeout=2).close()
        except psycopg2.OperationalError:
            return False
        return True

    def start(self) -> str:
        """Start or adopt the server and return its URL, once it answers."""
        self.directory.mkdir(mode=0o700, exist_ok=True)
        who = account.choose(self.data)
        major = self._major()
        programs_of = programs.postgres(major, who)
        if not self.data.exists():
            self._make(programs_of, who)
        settings = self.settings | ({"io_method": "sync"} if major >= 18 else {})
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self.process = Process(
            Plan(
                name="PostgreSQL",
                data=self.data,
                log=self.directory / "log",
                pid_file=self.data / "postmaster.pid",
                stale=(self.data / "postmaster.pid", self.data / f"{_SOCKET}.lock"),
                account=who,
                # SIGTERM would wait for every client.
                stop_signal=signal.SIGINT,
                command=lambda data: [programs_of / "postgres", "-D", data, "-k", data, *options],
                answers=self.answers,
            )
        )
        self.process.start()
        (self.directory / "ENGINE").write_text(f"PostgreSQL {major}\n")
        return self.url

    def stop(self) -> None:
        """Stop the server; every committed row is kept."""
        if self.process is not None:
            self.process.stop()

    def ended(self) -> bool:
        """Whether the server died by itself."""
        return self.process is not None and self.process.ended()

    def _major(self) -> int:
        if not self.data.exists():
            return MAJORS[-1]
        version = self.data / "PG_VERSION"
        if not version.exists():
            raise UnfitDataDirectory(f"{self.data} holds no PostgreSQL data")
        text = version.read_text().strip()
        if text not in map(str, MAJORS):
            raise UnfitDataDirectory(
                f"{self.data} holds data of PostgreSQL {text}, but this is PostgreSQL {MAJORS[-1]}"
            )
        return int(text)

    def _make(self, programs_of: Path, who: Account | None) -> None:
        """Make the data directory beside its place, so that it appears whole or not at all."""
        draft = self.directory / "data.new"
        if draft.exists():
            shutil.rmtree(draft)
        draft.mkdir(mode=0o700)
        if who is not None:
            who.own(draft)
        encoding = ["-E", "UTF8", "--locale=C", "--locale-provider=builtin"]
        encoding += ["--builtin-locale=C.UTF-8"]
        self._run(
            draft, who, [programs_of / "initdb", "-U", "postgres", "-A", "trust", *encoding, "-D"]
        )
        self._run(
            draft,
            who,
            [programs_of / "postgres", "--single", "-D"],
            ["postgres"],
            f"CREATE DATABASE {DATABASE}\n",
        )
        draft.rename(self.data)

    def _run(
        self,
        data: Path,
        who: Account | None,
        command: Sequence[str | Path],
        after: Sequence[str] = (),
        stdin: str = "",
    ) -> None:
        directory = os.open(data, os.O_RDONLY | os.O_DIRECTORY)
        name, how = running(data, directory, who)
        done = subprocess.run(
            [*command, name, *after],
            input=stdin.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            **how,
        )
        os.close(directory)
        with (self.directory / "log").open("ab") as log:
            log.write(done.stdout)
        if done.returncode != 0:
            said = done.stdout.decode(errors="replace").strip().splitlines()
            raise ServerFailed(
                f"{self.data} cannot be made: {said[-1] if said else 'no reason given'}"
            )
