"""Patterns that people write: RE2, in time linear in the text and within a bound of memory."""

import re
from typing import Protocol, cast

import re2

#: Bytes that one pattern may take, compiled and while it matches.
MAX_MEMORY = 1 << 17


class BadPattern(Exception):
    """The pattern does not compile, or only to something too large; the message says why."""


class Pattern(Protocol):
    """A compiled pattern."""

    def search(self, text: str) -> object | None:
        """What matches first, anywhere in the text."""


def compile_pattern(text: str) -> Pattern:
    """The pattern, compiled; raises `BadPattern`."""
    options = re2.Options()
    options.max_mem = MAX_MEMORY
    options.log_errors = False
    try:
        return cast(Pattern, re2.compile(text, options))
    except re2.error as error:
        (message,) = error.args
        raise BadPattern(message.decode() if isinstance(message, bytes) else message) from None


def quote(text: str) -> str:
    """The pattern that matches just this text; a person shall read it, so no more is escaped."""
    return re.sub(r"([\\.+*?()|\[\]{}^$])", r"\\\1", text)
