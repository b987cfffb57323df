"""Logs: one line a fact, whoever says it, and never a secret."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from pipeline import logs, settings

SECRET = "s3cr3t-and-long"


@pytest.fixture(autouse=True)
def _undone() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    logging.captureWarnings(capture=False)
    root.handlers[:] = handlers
    root.setLevel(level)


def _json_on_stderr() -> None:
    """The set-up of a process whose stderr is no terminal."""
    logs.configure(settings.read({"LOG_FORMAT": "json"}))


def test_a_line_carries_what_the_caller_bound(capsys: pytest.CaptureFixture[str]) -> None:
    _json_on_stderr()
    token = logs.request_id.set("r-1")
    structlog.get_logger("stage").bind(topic="usage", partition=3, offset=7).info("applied")
    logs.request_id.reset(token)
    line = json.loads(capsys.readouterr().err)
    assert line["event"] == "applied"
    assert line["level"] == "info"
    assert (line["request_id"], line["topic"], line["partition"], line["offset"]) == (
        "r-1",
        "usage",
        3,
        7,
    )


def test_libraries_pass_the_same_way_from_warnings_on(capsys: pytest.CaptureFixture[str]) -> None:
    _json_on_stderr()
    logging.getLogger("faust.app").info("a step")
    logging.getLogger("faust.app").warning("lost %s", "something")
    line = json.loads(capsys.readouterr().err)
    assert (line["logger"], line["event"]) == ("faust.app", "lost something")


def test_no_secret_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    _json_on_stderr()
    log = structlog.get_logger()
    log.info("login", password=SECRET, Authorization=f"Bearer {SECRET}")
    log.info("connecting to %s", f"redis://user:{SECRET}@host/0")
    logging.getLogger("aiohttp").error("header Authorization: Basic %s", SECRET)
    try:
        raise ValueError(f"postgresql://u:{SECRET}@h/d")
    except ValueError:
        log.exception("failed")
    text = capsys.readouterr().err
    assert SECRET not in text
    assert "redis://user:***@host/0" in text
