"""The README's commands do what it says, on a fresh copy and a home directory without anything."""

import os
import re
import shutil
import signal
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.instance import free_port, wait_until

pytestmark = [pytest.mark.services, pytest.mark.timeout(900)]

ROOT = Path(__file__).parents[2]
#: Built with this environment, if it is one of tox's; of other sources it would be built anew.
PAGE = Path("web/page_files")
BLOCKS = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
START = next(block for block in BLOCKS if "timeflow up" in block)
REQUEST = next(block for block in BLOCKS if "/events" in block)


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """The README's start command, run as it stands in a copy of what is committed or staged."""
    port = free_port()
    copy = tmp_path / "timeflow"
    copy.mkdir()
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True
    ).stdout
    _copy(tracked, copy)
    if (ROOT / PAGE).is_dir():
        shutil.copytree(ROOT / PAGE, copy / PAGE)
    log = tmp_path / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["bash", "-c", START],
            cwd=copy,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(tmp_path),
                "PORT": str(port),
                "DATA_DIR": str(tmp_path / "data"),
                **{name: value for name, value in os.environ.items() if name.startswith("PIP_")},
            },
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    wait_until(
        lambda: f"http://127.0.0.1:{port}" in log.read_text() or process.poll() is not None,
        timeout_s=600,
        what="the printed address",
    )
    assert process.poll() is None, log.read_text()[-3000:]
    yield port
    os.killpg(process.pid, signal.SIGTERM)
    process.wait(30)


def _copy(tracked: bytes, copy: Path) -> None:
    for name in tracked.decode().split("\0"):
        source = ROOT / name
        if name and source.is_file():
            target = copy / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
            target.chmod(source.stat().st_mode)


def test_two_commands_start_it_and_one_request_has_its_effect(port: int) -> None:
    request = REQUEST.replace("127.0.0.1:8080", f"127.0.0.1:{port}")
    lines = request.strip().rsplit("\n", 1)
    sent = subprocess.run(
        [
            "bash",
            "-euc",
            f"{lines[0]}\nfor i in $(seq 100); do {lines[1]} | tee /dev/stderr "
            "| grep -q '\"active_s\":480.0' && exit 0; sleep 0.1; done; exit 1",
        ],
        check=False,
        capture_output=True,
        text=True,
    )
    assert sent.returncode == 0, sent.stdout + sent.stderr
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as page:
        assert "<title>TimeFlow" in page.read().decode()
