"""A short way to a socket: the system takes no socket path longer than about a hundred bytes."""

import hashlib
import os
import stat
import tempfile
from pathlib import Path

from pipeline.data_directory import UnfitDataDirectory

#: What fits on Linux (107) and macOS (103) alike.
MAX_BYTES = 103


def short(directory: Path, socket: str) -> Path:
    """`directory`, or a link to it in a private directory of ours if its path is too long."""
    if len(os.fsencode(directory / socket)) <= MAX_BYTES:
        return directory
    private = _private()
    link = private / hashlib.sha256(os.fsencode(directory)).hexdigest()[:16]
    if link.is_symlink() and link.readlink() == directory:
        return link
    draft = link.with_name(f"{link.name}.{os.getpid()}")
    draft.symlink_to(directory)
    return draft.replace(link)


def _private() -> Path:
    """A directory that is ours alone: a stranger may have made one of that name before us."""
    path = Path(tempfile.gettempdir()) / f"timeflow-{os.geteuid()}"
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()
    if not ours or stat.S_IMODE(found.st_mode) & 0o077:
        raise UnfitDataDirectory(f"{path} is not private to this user: set a shorter --data-dir")
    return path
