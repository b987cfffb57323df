"""Which server a person's commands go to, and the API key they go with: kept on their machine."""

import os
import sys
from pathlib import Path

import click
import msgspec

from timeflow.refusals import Refused

SERVER, KEY = "TIMEFLOW_SERVER", "TIMEFLOW_KEY"
LOCAL = "http://127.0.0.1:8080"


class Login(msgspec.Struct, frozen=True):
    """A server and a key of it."""

    server: str
    key: str


def current(server: str | None, key: str | None) -> Login:
    """The login that is given, else the one that is kept; refused when there is none.

    A key goes to the server it is of, and to no other.
    """
    kept = _kept()
    if key:
        return Login(server or (kept.server if kept else LOCAL), key)
    if kept is None or server not in (None, kept.server):
        where = f" to {server}" if server else ""
        raise Refused(f"not logged in{where}: run `timeflow login`, or set {KEY}")
    return kept


def keep(login: Login) -> Path:
    """Keep it where only its owner reads it."""
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(msgspec.json.encode(login))
    new.replace(path)
    return path


def forget() -> None:
    """Keep it no longer."""
    _path().unlink(missing_ok=True)


def _kept() -> Login | None:
    try:
        return msgspec.json.decode(_path().read_bytes(), type=Login)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError) as error:
        raise Refused(f"{_path()} cannot be read: {error}; run `timeflow login`") from None


def _path() -> Path:
    return Path(click.get_app_dir("timeflow", force_posix=sys.platform == "darwin")) / "login.json"
