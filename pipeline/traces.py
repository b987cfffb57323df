"""Tracebacks as text. Many events fail at one place, so the text of a place is made once."""

import traceback
from collections.abc import Iterator
from functools import lru_cache
from types import CodeType

_CAUSED = "\nThe above exception was the direct cause of the following exception:\n\n"
_MEANWHILE = "\nDuring handling of the above exception, another exception occurred:\n\n"


def trace_of(error: BaseException) -> str:
    """As Python prints it, with what it was raised from, but for the marks below the lines."""
    return "".join(_told(error, set()))


def _told(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    context = None if error.__suppress_context__ else error.__context__
    before = error.__cause__ or context
    if before is not None and id(before) not in seen:
        yield from _told(before, seen)
        yield _CAUSED if error.__cause__ else _MEANWHILE
    places = traceback.walk_tb(error.__traceback__)
    yield _stack(tuple((frame.f_code, line) for frame, line in places))
    yield from traceback.format_exception_only(error)


@lru_cache(maxsize=256)
def _stack(places: tuple[tuple[CodeType, int], ...]) -> str:
    if not places:
        return ""
    found = traceback.StackSummary.from_list(
        [(code.co_filename, line, code.co_name, None) for code, line in places]
    )
    return "".join(["Traceback (most recent call last):\n", *found.format()])
