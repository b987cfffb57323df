"""People's patterns: RE2, whose time grows with the text alone, in bounded memory."""

from typing import Any

import re2

#: Bytes that one pattern and its work may take.
MOST_MEMORY = 131_072

_options = re2.Options()
_options.max_mem = MOST_MEMORY
_options.log_errors = False


class BadPattern(Exception):
    """Not a pattern of RE2, or too large a one; the message says why."""


def compiled(pattern: str) -> Any:
    """The pattern, whose `search(text)` is truthy where it occurs."""
    try:
        return re2.compile(pattern, _options)
    except re2.error as error:
        (said,) = error.args
        raise BadPattern(said.decode("utf-8", "replace")) from error
