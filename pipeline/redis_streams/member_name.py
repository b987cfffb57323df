"""A member's name, by which others on its machine can tell that its process has ended.

    <host>-<machine since boot, and namespace of processes>-<pid>-<when it began>-<any>

Who starts again after a crash need not wait for the lease of who crashed. Only the kernel's word
counts, as Linux gives it; otherwise, and on other machines, the lease decides as ever.
"""

import os
import secrets
from contextlib import suppress
from hashlib import blake2s
from pathlib import Path

_UNKNOWN = "0"


def new_name() -> str:
    """The name of a new member in this process."""
    pid = os.getpid()
    parts = (os.uname().nodename, _here(), pid, _began(pid), secrets.token_hex(4))
    return "-".join(map(str, parts))


def has_ended(name: str) -> bool:
    """Whether the member's process is known to be gone: it was one of this machine's."""
    match name.rsplit("-", 4):
        case [host, here, pid, began, _] if pid.isdecimal() and _UNKNOWN not in (here, pid, began):
            if (host, here) == (os.uname().nodename, _here()):
                return _is_gone(int(pid), began)
    return False


def _is_gone(pid: int, began: str) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass  # somebody else's
    return _began(pid) not in (began, _UNKNOWN)


def _here() -> str:
    """The machine since it was booted, and the namespace in which a number means a process."""
    with suppress(OSError):
        boot = Path("/proc/sys/kernel/random/boot_id").read_bytes()
        namespace = os.readlink("/proc/self/ns/pid")
        return blake2s(boot + namespace.encode(), digest_size=8).hexdigest()
    return _UNKNOWN


def _began(pid: int) -> str:
    """When a process began, in ticks since the boot; a zombie is none any more."""
    with suppress(OSError):
        # The name of the program stands in parentheses and may hold anything.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return "ended" if fields[0] in "ZX" else fields[19]
    return _UNKNOWN
