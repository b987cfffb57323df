"""Whom a server runs as when we are root: PostgreSQL refuses root, and Redis has no need of it."""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path

from pipeline.data_directory import UnfitDataDirectory

#: Accounts every system has for this, by preference; none is ever made.
_UNPRIVILEGED = ("nobody", "daemon")


@dataclass(frozen=True)
class Account:
    """A user id and group id to run a server under."""

    uid: int
    gid: int

    def own(self, path: Path) -> None:
        """Hand over what was just made."""
        os.chown(path, self.uid, self.gid)


def choose(data: Path) -> Account | None:
    """The account for a server on `data`: its owner, else an unprivileged one; None: our own."""
    if os.geteuid() != 0:
        return None
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    if data.exists() and any(data.iterdir()):
        raise UnfitDataDirectory(f"{data} belongs to root, under which no server is run")
    for name in _UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise UnfitDataDirectory("root needs an account `nobody` to run the servers under")
