"""The data directory: made private, marked, and never somebody else's."""

import os
import stat
from pathlib import Path

import pytest

from pipeline.data_directory import InUse, UnfitDataDirectory, claim, prepare
from tests.conftest import Unwritable


def test_a_new_directory_is_private_and_a_second_time_is_harmless(tmp_path: Path) -> None:
    directory = tmp_path / "above" / "data"
    prepare(directory)
    prepare(directory)
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700


def test_the_mode_of_an_existing_directory_stays(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    prepare(tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


@pytest.mark.parametrize("below", ["", "/data"])
def test_a_file_is_refused(tmp_path: Path, below: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UnfitDataDirectory, match="is a file or lies below one"):
        prepare(Path(f"{tmp_path}/file{below}"))


def test_foreign_content_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("")
    with pytest.raises(UnfitDataDirectory, match="holds other files than TimeFlow's"):
        prepare(tmp_path)
    assert os.listdir(tmp_path) == ["thesis.tex"]


def test_a_fresh_file_system_is_taken(tmp_path: Path) -> None:
    (tmp_path / "lost+found").mkdir()
    prepare(tmp_path)


def test_another_version_of_the_layout_is_refused(tmp_path: Path) -> None:
    (tmp_path / "TIMEFLOW").write_text("99\n")
    with pytest.raises(UnfitDataDirectory, match="another version of TimeFlow"):
        prepare(tmp_path)


def test_a_directory_of_another_user_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(tmp_path)
    monkeypatch.setattr(os, "geteuid", lambda: 4_000_000)
    said = f"belongs to {tmp_path.owner()}, not to user 4000000"
    with pytest.raises(UnfitDataDirectory, match=said):
        prepare(tmp_path)


def test_a_directory_that_cannot_be_written_is_refused(unwritable: Unwritable) -> None:
    directory = unwritable.directory / "data"
    with pytest.raises(UnfitDataDirectory) as refused:
        prepare(directory)
    assert str(refused.value) == f"{directory} cannot be used: {unwritable.reason}"


def test_one_process_has_it_at_a_time(tmp_path: Path) -> None:
    prepare(tmp_path)
    with claim(tmp_path), pytest.raises(InUse, match=f"another timeflow .process {os.getpid()}"):
        claim(tmp_path)
    claim(tmp_path).close()
