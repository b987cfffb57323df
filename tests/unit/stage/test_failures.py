"""Which of the three kinds a failure is."""

import errno

import msgspec
import peewee
import psycopg2
import psycopg2.errors
import pytest
import redis.exceptions

from pipeline.failures import Attempt, Invalid, Kind, classify
from pipeline.redis_streams.errors import Away


class Coded(psycopg2.Error):
    """As psycopg2 raises it: with the server's code."""

    def __init__(self, code: str) -> None:
        super().__init__("as the server says")
        self._code = code

    @property
    def pgcode(self) -> str:  # type: ignore[override]
        """The SQLSTATE."""
        return self._code


ENVIRONMENT = {
    "connection": "08006",
    "deadlock": "40P01",
    "serialization": "40001",
    "lock timeout": "55P03",
    "statement timeout": "57014",
    "shutdown": "57P01",
    "disk full": "53100",
    "too many connections": "53300",
    "read-only": "25006",
    "idle in transaction": "25P03",
}


@pytest.mark.parametrize("code", ENVIRONMENT.values(), ids=ENVIRONMENT)
def test_what_the_server_suffers_is_of_the_environment(code: str) -> None:
    assert classify(Coded(code)).kind is Kind.ENVIRONMENT
    assert classify(peewee.OperationalError(Coded(code))).kind is Kind.ENVIRONMENT


@pytest.mark.parametrize(
    "error",
    [
        psycopg2.OperationalError("server closed the connection unexpectedly"),
        psycopg2.DatabaseError("error with status PGRES_TUPLES_OK and no message from the libpq"),
        peewee.InterfaceError("connection already closed"),
        redis.exceptions.ConnectionError(),
        Away(),
        ConnectionResetError(),
        TimeoutError(),
        MemoryError(),
        OSError(errno.ENOSPC, "no space left on device"),
    ],
    ids=repr,
)
def test_what_the_machine_suffers_is_of_the_environment(error: Exception) -> None:
    assert classify(error).kind is Kind.ENVIRONMENT


@pytest.mark.parametrize(
    "error",
    [
        Coded("22P02"),
        Coded("23505"),
        Coded("42P01"),
        peewee.IntegrityError(Coded("23502")),
        psycopg2.ProgrammingError("can't adapt type 'set'"),
        ValueError(),
        FileNotFoundError(errno.ENOENT, "no such file"),
    ],
    ids=repr,
)
def test_anything_else_is_of_the_event(error: Exception) -> None:
    assert classify(error).kind is Kind.EVENT


@pytest.mark.parametrize(
    "error", [Invalid("no"), msgspec.DecodeError("no"), msgspec.ValidationError("no")], ids=repr
)
def test_what_cannot_be_read_is_invalid(error: Exception) -> None:
    assert classify(error).kind is Kind.INVALID


def test_an_attempt_keeps_what_is_of_the_event_and_raises_the_rest() -> None:
    with Attempt() as of_event:
        raise ValueError
    assert of_event.of_event() is not None
    with Attempt() as of_environment:
        raise ConnectionResetError
    with pytest.raises(ConnectionResetError):
        of_environment.of_event()
    with pytest.raises(KeyboardInterrupt), Attempt():
        raise KeyboardInterrupt
