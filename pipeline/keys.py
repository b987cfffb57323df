"""Secret keys: what is too weak for one, how one serves many purposes, and keys kept in a file."""

import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MIN_BYTES = 32
_MIN_DISTINCT = 10


def weakness(key: str) -> str:
    """Why `key` is no secret; empty if it may be one."""
    if len(key.encode()) < MIN_BYTES:
        return f"it has fewer than {MIN_BYTES} bytes"
    if len(set(key)) < _MIN_DISTINCT:
        return f"it has fewer than {_MIN_DISTINCT} different characters"
    return ""


def derived(key: str, purpose: str) -> bytes:
    """A key of 32 bytes for one purpose, from which neither `key` nor another can be told."""
    return HKDF(SHA256(), 32, salt=None, info=f"timeflow {purpose}".encode()).derive(key.encode())


def kept(path: Path) -> str:
    """The key in `path`; the first caller makes it, readable by its owner alone.

    Of several processes starting at once one wins and all read the same key: the file appears
    whole, by a link that fails if it is there already.
    """
    if not path.exists():
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
