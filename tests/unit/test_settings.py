"""Settings: read once, refused in one sentence, and documented."""

import stat
from itertools import pairwise
from pathlib import Path

import pytest

from pipeline import settings
from pipeline.settings import BadSetting, Settings

KEY = "correct horse battery staple, twice over"


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory of the test's own, and none of our variables set."""
    for name in Settings.__struct_fields__:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_an_empty_variable_is_unset() -> None:
    assert settings.read({"PORT": " ", "HOST": ""}) == settings.read({})


def test_a_value_of_the_wrong_type_is_refused_by_name() -> None:
    with pytest.raises(BadSetting, match=r"^PORT: Expected int"):
        settings.read({"PORT": "http"})


def test_the_environment_wins_over_the_file_and_the_command_line_over_both(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (elsewhere / ".env").write_text("HOST=file\nPORT=1111\nPARTITIONS=4\n")
    monkeypatch.setenv("HOST", "environment")
    monkeypatch.setenv("PORT", "2222")
    loaded = settings.load(data_dir=elsewhere / "data", port=3333)
    assert (loaded.host, loaded.port, loaded.partitions) == ("environment", 3333, 4)


def test_keys_are_made_once_and_readable_by_their_owner_alone(elsewhere: Path) -> None:
    first = settings.load(data_dir=elsewhere / "data")
    assert settings.load(data_dir=elsewhere / "data") == first
    assert first.jwt_key != first.pepper
    for name in ("jwt_key", "pepper"):
        assert stat.S_IMODE((elsewhere / "data" / name).stat().st_mode) == 0o600


def test_with_a_database_of_ones_own_the_keys_are_required(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/timeflow")
    with pytest.raises(BadSetting, match="JWT_KEY is required"):
        settings.load()
    monkeypatch.setenv("JWT_KEY", "secret")
    with pytest.raises(BadSetting, match="JWT_KEY is weak"):
        settings.load()
    monkeypatch.setenv("JWT_KEY", "x" * 64)
    with pytest.raises(BadSetting, match="JWT_KEY is weak"):
        settings.load()
    monkeypatch.setenv("JWT_KEY", KEY)
    monkeypatch.setenv("PEPPER", KEY[::-1])
    assert settings.load().pepper == KEY[::-1]


def test_a_settings_value_shows_no_secret() -> None:
    shown = repr(
        settings.read(
            {"JWT_KEY": KEY, "PEPPER": KEY, "METRICS_TOKEN": KEY, "DATABASE_URL": f"x://u:{KEY}@h"}
        )
    )
    assert KEY not in shown


def test_the_example_lists_every_variable_with_its_default_and_one_comment() -> None:
    lines = (Path(__file__).parents[2] / ".env.example").read_text().splitlines()
    listed = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert list(listed) == [field.upper() for field in Settings.__struct_fields__]
    assert settings.read(listed) == settings.read({})
    commented = [after for before, after in pairwise(lines) if before[:1] == "#"]
    assert {line.split("=")[0] for line in commented} >= set(listed)
