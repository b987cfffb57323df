"""Guessing passwords is limited by network and by account, and yet nobody is locked out.

A network that guesses is refused for everybody's account. An account that is guessed from many
networks is *attacked*: then each network has but a few tries at it. So the right password from a
network that did not guess there always gets in. An address without an account counts the same.

A try is counted before its password is checked, so that many at once are no loophole, and is taken
back unless the password was wrong.
"""

import asyncio
from types import TracebackType

from web.auth_log import tell
from web.context import Context
from web.problems import Problem
from web.routes import (
    FAILED_LOGINS,
    FAILED_LOGINS_OF_ACCOUNT,
    FAILED_LOGINS_WHILE_ATTACKED,
    Limit,
)

#: Not every 401 is a guess: the code of a second factor is asked for by one.
_GUESSES = {"wrong-credentials", "wrong-code"}


class LoginTry:
    """One try to log in as `email`: whether it was a guess, a `Problem` in the block tells."""

    def __init__(self, context: Context, email: str, network: str) -> None:
        self._context, self._limits = context, context.limits
        account = email.lower()
        self._network: tuple[Limit, str] = FAILED_LOGINS, network
        self._account: tuple[Limit, str] = FAILED_LOGINS_OF_ACCOUNT, account
        self._both: tuple[Limit, str] = FAILED_LOGINS_WHILE_ATTACKED, f"{network} {account}"

    async def __aenter__(self) -> None:
        """Count the try; raises `Problem` 429 when there were too many."""
        # What is refused here is no attack on the account.
        if await self._limits.tally(*self._network) < 0:
            raise await self._locked(self._network)
        of_account, of_both = await asyncio.gather(
            self._limits.tally(*self._account), self._limits.tally(*self._both)
        )
        if of_account < 0 and of_both < 0:
            raise await self._locked(self._both)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """Take the try back unless it was a wrong guess."""
        if not (isinstance(error, Problem) and error.code in _GUESSES):
            counted = (self._network, self._account, self._both)
            await asyncio.gather(*(self._limits.tally(*one, -1) for one in counted))

    async def _locked(self, limit: tuple[Limit, str]) -> Problem:
        await tell(self._context, "login locked", None, self._network[1])
        return await self._limits.refusal_of(*limit)
