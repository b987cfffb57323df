"""Refresh tokens: random at first, then each made from the one before.

So the same token has always the same successor, and whoever lost a reply gets it once more
although only hashes are kept. Without the key nobody can tell one from the other.
"""

import base64
import hmac
import secrets

from pipeline import keys


class RefreshTokens:
    """Makes them, under a key of their own."""

    def __init__(self, pepper: str) -> None:
        self._key = keys.derived(pepper, "refresh tokens")

    def first(self) -> str:
        """A new login's, of 256 random bits."""
        return secrets.token_urlsafe(32)

    def after(self, token: str) -> str:
        """The successor of a token."""
        made = hmac.digest(self._key, token.encode(), "sha256")
        return base64.urlsafe_b64encode(made).rstrip(b"=").decode()
