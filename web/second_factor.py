"""The second factor: codes of an authenticator (TOTP, RFC 6238), and recovery codes.

A code of six digits can be guessed, so tries are limited per account. Recovery codes cannot, so
they are not: whoever tries codes by the dozen does not lock the owner out.
"""

import base64
import secrets
import time
from uuid import UUID

import pyotp
import structlog

from models.totp import Proof, Totp
from pipeline.settings import Settings
from web.credentials import key_hash
from web.rate_limits import RateLimits
from web.routes import CODES
from web.seal import Seal, Unreadable

_ISSUER = "TimeFlow"
#: Clocks of phones differ: a step of 30 seconds before and after is taken too.
_WINDOW = (-1, 0, 1)
_DIGITS = 6

_RECOVERY_CODES = 10
_RECOVERY_BYTES = 10
_RECOVERY_GROUP = 4

_log = structlog.get_logger(__name__)


class SecondFactor:
    """Makes secrets, and tells what a code proves."""

    def __init__(self, settings: Settings, limits: RateLimits) -> None:
        self._seal = Seal(settings.pepper, "second factors")
        self._limits = limits

    def new(self, user_id: UUID) -> tuple[str, bytes]:
        """A secret (base32), and the same sealed."""
        secret = pyotp.random_base32()
        return secret, self._seal.close(secret, user_id)

    async def proof(self, user_id: UUID, held: Totp, code: str) -> Proof | None:
        """What a code proves, if it is right; it is not used up by this.

        Raises `Problem` 429 after too many tries.
        """
        plain = "".join(code.split()).replace("-", "").upper()
        if not (plain.isascii() and plain.isdigit() and len(plain) == _DIGITS):
            return key_hash(plain)
        await self._limits.count(CODES, str(user_id))
        try:
            secret = self._seal.open(held.secret, user_id)
        except Unreadable:
            _log.error("second factor unreadable; was PEPPER changed?", user=str(user_id))
            return None
        return step_of(secret, plain, time.time())


def uri(secret: str, email: str) -> str:
    """The `otpauth:` address of a secret, which authenticators read as a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=_ISSUER)


def step_of(secret: str, code: str, now: float) -> int | None:
    """The time step a code belongs to, if it is one of about `now` (seconds since 1970)."""
    totp = pyotp.TOTP(secret)
    # All are compared, so that the time it takes does not tell which one it was.
    steps = [int(now // totp.interval) + ago for ago in _WINDOW]
    right = [step for step in steps if secrets.compare_digest(totp.generate_otp(step), code)]
    return max(right, default=None)


def recovery_codes() -> tuple[list[str], list[bytes]]:
    """Codes of 80 random bits to write down, and the hashes to keep of them."""
    plain = [
        base64.b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode()
        for _ in range(_RECOVERY_CODES)
    ]
    return [_in_groups(code.lower()) for code in plain], [key_hash(code) for code in plain]


def _in_groups(code: str) -> str:
    return "-".join(code[at : at + _RECOVERY_GROUP] for at in range(0, len(code), _RECOVERY_GROUP))
