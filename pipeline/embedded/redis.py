"""The embedded Redis: the wheel's Valkey on a private directory, without any TCP port."""

import re
import signal
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from redis import Redis as Client
from redis.exceptions import RedisError

from pipeline.data_directory import UnfitDataDirectory
from pipeline.embedded import account, programs
from pipeline.embedded.process import Plan, Process
from pipeline.embedded.socket_path import short

_SOCKET = "redis.sock"
#: What `valkey-server --version` and `ENGINE` begin with: name and version.
_ENGINE = re.compile(r"(\w+)[^\d]*(\d+)\.(\d+)")


class Redis:
    """Valkey on `directory`, which holds `data` (private to the server), `log` and `ENGINE`."""

    def __init__(self, directory: Path, *, maxmemory_bytes: int) -> None:
        self.directory = directory
        self.data = directory / "data"
        self.settings = {
            "port": "0",
            "unixsocketperm": "700",
            "daemonize": "no",
            "appendonly": "yes",
            # An acknowledged event is on the disk: appends are grouped, so this is affordable.
            "appendfsync": "always",
            "save": "",
            "maxmemory": str(maxmemory_bytes),
            "maxmemory-policy": "noeviction",
            # Ticks of an idle server, per second.
            "hz": "5",
        }
        self.process: Process | None = None

    @property
    def url(self) -> str:
        """Where the server is, or will be, reached."""
        return f"unix://{quote(str(short(self.data, _SOCKET)))}/{_SOCKET}"

    def answers(self) -> bool:
        """Whether a server answers now, whoever started it, and has read its log."""
        with closing(Client.from_url(self.url, socket_timeout=2)) as client:
            try:
                return bool(client.ping())
            except RedisError:
                return False

    def start(self) -> str:
        """Start or adopt the server and return its URL, once it answers."""
        self.directory.mkdir(mode=0o700, exist_ok=True)
        who = account.choose(self.data)
        program = programs.valkey(who)
        engine = _engine(programs.version_of(program))
        self._check(engine)
        if not self.data.exists():
            self._make(who)
        (self.directory / "ENGINE").write_text(_shown(engine) + "\n")
        options = [part for name, value in self.settings.items() for part in (f"--{name}", value)]
        self.process = Process(
            Plan(
                name="Redis",
                data=self.data,
                log=self.directory / "log",
                pid_file=self.data / "redis.pid",
                stale=(),
                account=who,
                stop_signal=signal.SIGTERM,
                command=lambda data: [
                    program,
                    *("--dir", data),
                    *("--unixsocket", f"{data}/{_SOCKET}"),
                    *("--pidfile", f"{data}/redis.pid"),
                    *options,
                ],
                answers=self.answers,
            )
        )
        self.process.start()
        return self.url

    def stop(self) -> None:
        """Stop the server; every acknowledged write is kept."""
        if self.process is not None:
            self.process.stop()

    def ended(self) -> bool:
        """Whether the server died by itself."""
        return self.process is not None and self.process.ended()

    def _make(self, who: account.Account | None) -> None:
        self.data.mkdir(mode=0o700)
        if who is not None:
            who.own(self.data)

    def _check(self, engine: tuple[str, int, int]) -> None:
        """Append-only files move neither between engines nor back to an older version."""
        note = self.directory / "ENGINE"
        if not note.exists():
            if self.data.exists() and any(self.data.iterdir()):
                raise UnfitDataDirectory(f"{self.data} holds files of an unknown server")
            return
        written = _engine(note.read_text())
        if written[0] != engine[0] or written > engine:
            raise UnfitDataDirectory(
                f"{self.data} holds data of {_shown(written)}, but this is {_shown(engine)}"
            )


def _engine(text: str) -> tuple[str, int, int]:
    found = _ENGINE.match(text)
    return (found[1].lower(), int(found[2]), int(found[3])) if found else ("unknown", 0, 0)


def _shown(engine: tuple[str, int, int]) -> str:
    return f"{engine[0]} {engine[1]}.{engine[2]}"
