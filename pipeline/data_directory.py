"""The directory TimeFlow keeps its own things in: made keys and the data of embedded servers.

A file `TIMEFLOW` with the number of the layout marks it, so that nobody's other files are ever
taken for ours.
"""

import fcntl
import os
import pwd
from pathlib import Path
from typing import IO

LAYOUT = 1
_MARK = "TIMEFLOW"
#: What a freshly made file system may hold.
_NOT_CONTENT = {"lost+found"}


class UnfitDataDirectory(Exception):
    """The directory cannot be used; the message says why in one sentence."""


class InUse(UnfitDataDirectory):
    """Another process has the directory now."""


def prepare(directory: Path) -> None:
    """Make `directory` if need be (mode 0700) and mark it, or raise `UnfitDataDirectory`.

    The mode of a directory that is there already is never changed.
    """
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        mark = directory / _MARK
        if mark.exists():
            _check(directory, mark)
        elif set(os.listdir(directory)) - _NOT_CONTENT:
            raise UnfitDataDirectory(f"{directory} holds other files than TimeFlow's")
        else:
            mark.write_text(f"{LAYOUT}\n")
    except (FileExistsError, NotADirectoryError):
        raise UnfitDataDirectory(f"{directory} is a file or lies below one") from None
    except OSError as error:
        raise UnfitDataDirectory(f"{directory} cannot be used: {error.strerror}") from None


def require(directory: Path) -> None:
    """Raise `UnfitDataDirectory` unless `directory` was made before and can be used."""
    try:
        is_made = (directory / _MARK).exists()
    except OSError as error:
        raise UnfitDataDirectory(f"{directory} cannot be used: {error.strerror}") from None
    if not is_made:
        raise UnfitDataDirectory(f"{directory} holds nothing of TimeFlow")
    prepare(directory)


def claim(directory: Path) -> IO[str]:
    """Take the prepared `directory` for this process, until the returned file is closed.

    Raises `InUse` while another process has it; one that was killed has it no more.
    """
    file = (directory / "pid").open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        holder = file.read().strip() or "unknown"
        file.close()
        raise InUse(f"{directory} is in use by another timeflow (process {holder})") from None
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()
    return file


def _check(directory: Path, mark: Path) -> None:
    owner = mark.stat().st_uid
    if owner != os.geteuid():
        raise UnfitDataDirectory(f"{directory} belongs to {_name(owner)}, not to {_name()}")
    if mark.read_text().strip() != str(LAYOUT):
        raise UnfitDataDirectory(f"{directory} was written by another version of TimeFlow")
    if not os.access(directory, os.W_OK | os.X_OK):
        raise UnfitDataDirectory(f"{directory} cannot be written by {_name()}")


def _name(uid: int | None = None) -> str:
    uid = os.geteuid() if uid is None else uid
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
