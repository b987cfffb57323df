"""What an address of a person looks like."""

from typing import Annotated

import msgspec
from msgspec import Meta

Email = Annotated[str, Meta(pattern=r"^[^@\s]+@[^@\s]+$", min_length=3, max_length=254)]


def is_address(text: str) -> bool:
    """Whether this may be the address of an account."""
    try:
        msgspec.convert(text, Email)
    except msgspec.ValidationError:
        return False
    return text.isprintable()
