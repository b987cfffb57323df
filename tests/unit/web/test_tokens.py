"""Access tokens are dated by the database's clock and checked by the web process's."""

from datetime import UTC, datetime, timedelta

import pytest

from models.accounts import Person
from models.sessions import Session
from models.uuid7 import uuid7
from web.tokens import Tokens

TOKENS = Tokens("k" * 64, life_s=900)
PERSON = Person(uuid7(), "ann@example.org", ["user"], datetime.now(UTC))


def session(ago: timedelta, left: timedelta = timedelta(days=30)) -> Session:
    now = datetime.now(UTC) - ago
    return Session(uuid7(), PERSON, now, now + left)


def issued(ago: timedelta) -> str:
    return TOKENS.issue(session(ago))


@pytest.mark.parametrize("ahead_s", [0, 2, 120])
def test_a_token_is_good_at_once_although_the_databases_clock_is_ahead(ahead_s: int) -> None:
    caller = TOKENS.verify(issued(timedelta(seconds=-ahead_s)))
    assert caller is not None
    assert caller.user_id == PERSON.id


def test_a_token_ends_when_its_time_is_over() -> None:
    assert TOKENS.verify(issued(timedelta(seconds=899)))
    assert TOKENS.verify(issued(timedelta(seconds=901))) is None


def test_a_token_does_not_outlive_its_session() -> None:
    ending = session(timedelta(seconds=0), left=timedelta(seconds=60))
    assert TOKENS.life_s_of(ending) == 60
    caller = TOKENS.verify(TOKENS.issue(ending))
    assert caller is not None
    assert caller.expires_at <= ending.expires_at.timestamp()
