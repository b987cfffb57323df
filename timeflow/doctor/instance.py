"""The servers of the instance that is looked at: joined if it runs, else started for the look."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import msgspec

from pipeline import data_directory
from pipeline.data_directory import InUse, UnfitDataDirectory
from pipeline.embedded.postgres import Postgres
from pipeline.embedded.process import ServerFailed
from pipeline.embedded.programs import NoProgram
from pipeline.embedded.redis import Redis
from pipeline.settings import Settings
from timeflow import servers

_OWN = "Start it, or correct {}: where it is, who asks, the password."
_EMBEDDED = "`timeflow up` starts it; if that fails, {} says why."


@dataclass(frozen=True)
class Instance:
    """Settings whose URLs lead to the servers; the rest is by the name of a URL's setting."""

    settings: Settings
    #: Why an embedded server cannot be asked.
    troubles: Mapping[str, str]
    #: What to do about a server that cannot be asked.
    advice: Mapping[str, str]


@contextmanager
def reached(settings: Settings) -> Iterator[Instance]:
    """The instance. Nothing is made: a server without data is not started."""
    advice = {
        name: _OWN.format(name.upper())
        if getattr(settings, name)
        else _EMBEDDED.format(settings.data_dir / directory / "log")
        for name, directory in (("database_url", "postgres"), ("redis_url", "redis"))
    }
    with ExitStack() as held:
        found, troubles = _reached(settings, held)
        yield Instance(found, troubles, advice)


def _reached(settings: Settings, held: ExitStack) -> tuple[Settings, dict[str, str]]:
    embedded = servers.embedded(settings)
    if not embedded:
        return settings, {}
    try:
        data_directory.require(settings.data_dir)
        urls = {name: server.url for name, server in embedded.items()}
        found = msgspec.structs.replace(settings, **urls)
        held.enter_context(data_directory.claim(settings.data_dir))
    except InUse:
        return found, {}
    except UnfitDataDirectory as error:
        return settings, dict.fromkeys(embedded, str(error))
    except OSError as error:
        trouble = f"{settings.data_dir} cannot be used: {error.strerror}"
        return settings, dict.fromkeys(embedded, trouble)
    troubles = {name: _start(server, held) for name, server in embedded.items()}
    return found, {name: why for name, why in troubles.items() if why}


def _start(server: Postgres | Redis, held: ExitStack) -> str:
    """Start it; return why it did not."""
    if not server.data.exists():
        return "it was never started"
    held.callback(server.stop)
    try:
        server.start()
    except (ServerFailed, NoProgram, UnfitDataDirectory) as error:
        return str(error)
    except OSError as error:
        return f"{server.directory} cannot be used: {error.strerror}"
    return ""
