"""A name tells that its process has ended only where that is certain."""

import os
import subprocess
import sys

import pytest

from pipeline.redis_streams.member_name import has_ended, new_name


@pytest.fixture
def ended() -> str:
    """The name of a member whose process is no more."""
    program = "from pipeline.redis_streams.member_name import new_name; print(new_name())"
    return subprocess.check_output([sys.executable, "-c", program], text=True).strip()


def test_who_lives_has_not_ended() -> None:
    assert not has_ended(new_name())


def test_two_members_of_a_process_have_different_names() -> None:
    assert new_name() != new_name()


def test_who_is_gone_has_ended(ended: str) -> None:
    assert has_ended(ended)


def test_a_process_that_got_the_number_of_another_is_not_that_one(ended: str) -> None:
    host, here, _, began, end = ended.rsplit("-", 4)
    assert has_ended(f"{host}-{here}-{os.getpid()}-{began}0-{end}")


def test_a_zombie_has_ended() -> None:
    program = "from pipeline.redis_streams.member_name import new_name; print(new_name())"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        name = process.stdout.readline().strip()
        assert process.stdout.read() == ""
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert has_ended(name)


@pytest.mark.parametrize(
    ("place", "value"),
    [(0, "elsewhere"), (1, "elsewhere"), (1, "0"), (2, "0"), (2, "-1"), (2, "x"), (3, "0")],
)
def test_of_whom_it_knows_nothing_it_says_nothing(ended: str, place: int, value: str) -> None:
    parts = ended.rsplit("-", 4)
    parts[place] = value
    assert not has_ended("-".join(parts))


@pytest.mark.parametrize("name", ["", "-", "host-4711-abcdef", "----", "host"])
def test_a_name_that_is_none_says_nothing(name: str) -> None:
    assert not has_ended(name)
