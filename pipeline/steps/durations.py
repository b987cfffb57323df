"""Numbers as people read them."""

from datetime import date


def hours(seconds: float) -> str:
    """A duration: `5 h 30 min`, `12 min`."""
    minutes = round(abs(seconds) / 60)
    return f"{minutes // 60} h {minutes % 60:02} min" if minutes >= 60 else f"{minutes} min"


def weekday(day: date) -> str:
    """`Tuesday`, whatever the locale."""
    return _WEEKDAYS[day.weekday()]


_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
