"""Who may register: the first account always, then by the setting, or whoever was invited.

`open`: anybody. `invite`: whoever has an invite, of an operator or of the command line. `closed`:
only who was invited on the command line, so by whoever runs the server.
"""

from peewee import IntegrityError

from models import accounts, invites
from models.accounts import Person
from models.database import database
from pipeline.settings import Settings
from web.credentials import key_hash
from web.problems import Problem


class Admission:
    """One wish to register, checked before its password is hashed and again with the insert."""

    def __init__(self, settings: Settings, email: str, invite: str | None) -> None:
        self._email = email
        self._code = None if invite is None else key_hash(invite)
        self._is_open = settings.registration == "open"
        self._also_of_operators = settings.registration != "closed"

    def check(self) -> None:
        """Raise `Problem` 403 unless this address may register now."""
        if self._code is not None:
            if not invites.is_good(
                self._code, self._email, also_of_operators=self._also_of_operators
            ):
                raise _bad_invite()
        elif not accounts.is_registration_possible(self._is_open):
            raise _closed()

    def register(self, password_hash: str, time_zone: str) -> Person:
        """Make the account and use up the invite; raises `Problem` 403 or 409 and does neither."""
        try:
            with database.atomic():
                person = accounts.register(
                    self._email,
                    password_hash,
                    time_zone,
                    registration_open=self._is_open or self._code is not None,
                    roles=self._roles(),
                )
        except IntegrityError:
            raise Problem(409, "email-taken", "There is an account of this address.") from None
        if person is None:
            raise _closed()
        return person

    def _roles(self) -> tuple[str, ...]:
        if self._code is None:
            return ("user",)
        roles = invites.use(self._code, self._email, also_of_operators=self._also_of_operators)
        if roles is None:
            raise _bad_invite()
        return tuple(roles)


def _closed() -> Problem:
    return Problem(403, "registration-closed", "This instance takes no more accounts.")


def _bad_invite() -> Problem:
    return Problem(403, "bad-invite", "This invite is not, or no longer, valid for this address.")
