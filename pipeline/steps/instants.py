"""Instants as integer microseconds since 1970, and as the datetimes that people are shown."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_US = timedelta(microseconds=1)


def as_us(instant: datetime) -> int:
    """An instant as microseconds since 1970, exactly."""
    return (instant - _EPOCH) // _US


def as_datetime(us: int) -> datetime:
    """The instant so many microseconds after 1970, in UTC."""
    return _EPOCH + us * _US
