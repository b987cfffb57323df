"""Which passwords may be chosen: any of 8 to 128 characters that is not among the first guesses."""

import re
from functools import cache
from typing import Annotated

from msgspec import Meta
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from web.problems import invalid

SHORTEST = 8
Password = Annotated[str, Meta(min_length=SHORTEST, max_length=128)]

#: A shorter word is part of too many others.
_SHORTEST_WORD = 3
_SERVICE = "timeflow"


def check(path: str, password: str, email: str) -> None:
    """Raise `Problem` 422 at `path` when it is a common password, or little more than a name.

    Common are the 30,000 most frequent ones of the leaks that zxcvbn was made from. The address,
    its local part and the name of the service may be in a password, but do not count for it.
    """
    plain = password.casefold()
    if plain in _common():
        raise invalid(path, "Among the most common passwords")
    words = [email.casefold(), email.casefold().partition("@")[0], _SERVICE]
    known = "|".join(re.escape(word) for word in words if len(word) >= _SHORTEST_WORD)
    rest = re.sub(known, "", plain)
    if rest != plain and (len(rest) < SHORTEST or rest in _common()):
        raise invalid(path, "Little more than your address or the name of this service")


@cache
def _common() -> frozenset[str]:
    return frozenset(FREQUENCY_LISTS["passwords"])
