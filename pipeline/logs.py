"""Logging, set up by one function: structured lines on stderr, without secrets.

Callers say what a line is about: `request_id`, or a logger bound to stage, topic, partition and
offset. What Faust, mode and aiohttp log through the standard library passes the same way.
"""

import logging
import re
import sys
from contextvars import ContextVar
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

from pipeline.settings import Settings

#: The request whose answer is being made.
request_id: ContextVar[str] = ContextVar("request_id", default="")

HIDDEN = "***"
_FIRST = ("timestamp", "level", "logger", "event")
_SECRET_NAMES = frozenset(
    {"authorization", "cookie", "set-cookie", "password", "pepper", "secret", "api_key", "jwt_key"}
    | {"token", "access_token", "refresh_token", "metrics_token"}
)
#: A password inside a URL, and the credentials after an authentication scheme.
_URL_PASSWORD = re.compile(r"(://[^\s/@:]*:)[^\s/@]+(?=@)")
_CREDENTIALS = re.compile(r"\b(bearer|basic) +[\w.~+/=-]+", re.IGNORECASE)
#: They tell their every step at `info`; their warnings are worth having.
_TALKATIVE = ("faust", "mode", "aiokafka", "aiohttp.access", "asyncio")


def configure(settings: Settings) -> None:
    """Send every logger of the process to stderr, as JSON or for a person to read."""
    level = getattr(logging, settings.log_level.upper())
    shared: list[Processor] = [
        with_request_id,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                without_secrets,
                in_reading_order,
                _renderer(settings),
            ],
        )
    )
    handler.addFilter(_worth_telling)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(
            max(level, logging.WARNING) if level > logging.DEBUG else level
        )


def _worth_telling(record: logging.LogRecord) -> bool:
    """Not what every `mode` service says of its own life (`[^--Name]: Starting...`)."""
    told_by_mode = isinstance(record.msg, str) and record.msg.startswith("[^")
    return (
        not told_by_mode or record.levelno >= logging.WARNING or logging.root.level <= logging.DEBUG
    )


def with_request_id(_logger: Any, _method: str, line: EventDict) -> EventDict:
    """Name the request in whose course the line is said."""
    if current := request_id.get():
        line["request_id"] = current
    return line


def without_secrets(_logger: Any, _method: str, line: EventDict) -> EventDict:
    """Hide the values of secret names, passwords in URLs and credentials in any text."""
    for name, value in line.items():
        if name.lower() in _SECRET_NAMES:
            line[name] = HIDDEN
        elif isinstance(value, str):
            line[name] = masked(value)
    return line


def in_reading_order(_logger: Any, _method: str, line: EventDict) -> EventDict:
    """When, how bad, where, what; then the rest."""
    first = {name: line[name] for name in _FIRST if name in line}
    return {**first, **line}


def masked(text: str) -> str:
    """`text` without the passwords and credentials in it."""
    if "@" in text:
        text = _URL_PASSWORD.sub(rf"\1{HIDDEN}", text)
    return _CREDENTIALS.sub(rf"\1 {HIDDEN}", text) if " " in text else text


def _renderer(settings: Settings) -> Processor:
    if settings.log_format == "json" or (settings.log_format == "auto" and not sys.stderr.isatty()):
        return structlog.processors.JSONRenderer(default=repr)
    return structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
