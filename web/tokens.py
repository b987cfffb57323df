"""Access tokens: short-lived JWTs that a process verifies by itself."""

from uuid import UUID

import jwt

from models.sessions import Session
from web.callers import Caller

_ISSUER = "timeflow"
_AUDIENCE = "timeflow-api"
_TYPE = "at+jwt"
_REQUIRED = ["aud", "exp", "iat", "iss", "roles", "sid", "sub"]


class Tokens:
    """Signs and verifies with one key (HS256)."""

    def __init__(self, key: str, life_s: int) -> None:
        self._key = key
        self._life_s = life_s

    def life_s_of(self, session: Session) -> int:
        """Seconds a token lives: it does not outlive its session."""
        return min(self._life_s, int((session.expires_at - session.now).total_seconds()))

    def issue(self, session: Session) -> str:
        """A token for a session, as of the database's clock, which revocations carry too."""
        issued_at = session.now.timestamp()
        claims = {
            "iss": _ISSUER,
            "aud": _AUDIENCE,
            "sub": str(session.person.id),
            "sid": str(session.id),
            "roles": session.person.roles,
            "iat": issued_at,
            "exp": int(issued_at) + self.life_s_of(session),
        }
        return jwt.encode(claims, self._key, algorithm="HS256", headers={"typ": _TYPE})

    def verify(self, token: str) -> Caller | None:
        """Who holds the token; None: it is not, or no longer, one of ours."""
        try:
            verified = jwt.decode_complete(
                token,
                self._key,
                algorithms=["HS256"],
                audience=_AUDIENCE,
                issuer=_ISSUER,
                options={
                    "require": _REQUIRED,
                    "enforce_minimum_key_length": True,
                    # The database's clock, which dates a token, may be ahead of ours.
                    "verify_iat": False,
                },
            )
        except jwt.InvalidTokenError:
            return None
        if verified["header"].get("typ") != _TYPE:
            return None
        claims = verified["payload"]
        return Caller(
            user_id=UUID(claims["sub"]),
            account=claims["sub"],
            roles=frozenset(claims["roles"]),
            scopes=None,
            credential=UUID(claims["sid"]),
            issued_at=claims["iat"],
            expires_at=claims["exp"],
        )
