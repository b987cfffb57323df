"""The three kinds of failure, and the one place that tells them apart.

- *Invalid*: no retry can heal it. Dead letter at once.
- *Event*: this event fails where others pass. Retried, then a dead letter.
- *Environment*: connection, deadlock, serialization, timeout, full disk, read-only server, Redis.
  It is nobody's fault: the batch waits, nobody is counted, nothing is buried.
"""

import enum
import errno
from dataclasses import dataclass
from types import TracebackType

import msgspec
import peewee
import psycopg2
import redis.exceptions

from pipeline.database import DatabaseBusy
from pipeline.redis_streams.errors import StreamsError
from pipeline.traces import trace_of

_LOST_CONNECTION = (
    psycopg2.OperationalError,
    psycopg2.InterfaceError,
    peewee.OperationalError,
    peewee.InterfaceError,
)


class Invalid(Exception):
    """The event can never be applied, whatever is tried."""


class Kind(enum.Enum):
    """What a failure asks of the stage."""

    INVALID = "invalid"
    EVENT = "event"
    ENVIRONMENT = "environment"


@dataclass(frozen=True)
class Failure:
    """An exception and what it asks for."""

    kind: Kind
    error: BaseException

    @property
    def error_class(self) -> str:
        """The exception's class as Python names it."""
        return type(self.error).__qualname__

    @property
    def trace(self) -> str:
        """The traceback as text."""
        return trace_of(self.error)


#: SQLSTATEs, by their beginning, that say nothing about the event.
_ENVIRONMENT_STATES = (
    "08",  # connection
    "25006",  # read-only transaction: a standby, or a full disk behind a switch
    "25P03",  # idle in transaction for too long
    "25P04",  # transaction timeout
    "40",  # deadlock, serialization
    "53",  # disk full, out of memory, too many connections
    "55P03",  # lock timeout
    "57",  # cancelled by statement timeout, shutdown, cannot connect now
    "58",  # system error
    "XX001",  # data corrupted
    "XX002",  # index corrupted
)

_ENVIRONMENT_ERRNOS = frozenset(
    {errno.ENOSPC, errno.EROFS, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EDQUOT}
)

_ENVIRONMENT = (
    ConnectionError,
    TimeoutError,
    MemoryError,
    DatabaseBusy,
    StreamsError,
    redis.exceptions.RedisError,
)


def classify(error: BaseException) -> Failure:
    """Tell which kind `error` is."""
    if isinstance(error, (Invalid, msgspec.DecodeError)):
        return Failure(Kind.INVALID, error)
    if _is_environment(error):
        return Failure(Kind.ENVIRONMENT, error)
    return Failure(Kind.EVENT, error)


def _is_environment(error: BaseException) -> bool:
    if isinstance(error, _ENVIRONMENT):
        return True
    if isinstance(error, OSError):
        return error.errno in _ENVIRONMENT_ERRNOS
    if isinstance(error, (peewee.PeeweeException, psycopg2.Error)):
        return _is_environment_of_database(error)
    return False


def _is_environment_of_database(error: BaseException) -> bool:
    driver = getattr(error, "orig", error)
    state: str | None = getattr(driver, "pgcode", None)
    if state:
        return state.startswith(_ENVIRONMENT_STATES)
    # Without a code the server never answered: the driver itself lost the connection. It says so
    # by these classes, and by the bare parent of all when that happens in the middle of a result.
    return isinstance(driver, _LOST_CONNECTION) or type(driver) is psycopg2.DatabaseError


class Attempt:
    """`with Attempt() as attempt: ...` keeps what went wrong instead of raising it.

    The only place of the stages that catches. Cancellation and exit pass through.
    """

    failure: Failure | None = None

    def of_event(self) -> Failure | None:
        """What failed for the event's own sake; raises what the environment did."""
        self.raise_environment()
        return self.failure

    def raise_any(self) -> None:
        """Raise whatever was caught."""
        if self.failure is not None:
            raise self.failure.error

    def raise_environment(self) -> None:
        """Raise an environment failure on: it is for the batch as a whole to wait it out."""
        if self.failure is not None and self.failure.kind is Kind.ENVIRONMENT:
            raise self.failure.error

    def __enter__(self) -> "Attempt":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if not isinstance(error, Exception):
            return False
        self.failure = classify(error)
        return True
