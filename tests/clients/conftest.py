"""The real client of ActivityWatch in an environment of its own: its pins clash with ours."""

import subprocess
import sys
from pathlib import Path

import pytest

AW_CLIENT = "aw-client==0.5.15"


@pytest.fixture(scope="session")
def aw_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python that has `aw_client` and, as it needs them, `aw_core` and `aw_transform`."""
    home = tmp_path_factory.mktemp("aw")
    subprocess.run([sys.executable, "-m", "venv", home], check=True)
    python = home / "bin" / "python"
    install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", AW_CLIENT]
    subprocess.run([python, *install], check=True)
    return python
