"""Small secrets at rest: sealed under a key that is not in the database (AES-256-GCM)."""

import secrets
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pipeline import keys

_NONCE_BYTES = 12


class Unreadable(Exception):
    """This was sealed under another key, for somebody else, or was changed."""


class Seal:
    """Seals for one purpose; what is sealed for one account opens for no other."""

    def __init__(self, pepper: str, purpose: str) -> None:
        self._cipher = AESGCM(keys.derived(pepper, purpose))

    def close(self, secret: str, owner: UUID) -> bytes:
        """The sealed secret: a random nonce, then the ciphertext."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, secret.encode(), owner.bytes)

    def open(self, sealed: bytes, owner: UUID) -> str:
        """The secret; raises `Unreadable`."""
        nonce, hidden = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            return self._cipher.decrypt(nonce, hidden, owner.bytes).decode()
        except InvalidTag:
            raise Unreadable from None
