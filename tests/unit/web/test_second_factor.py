"""Rules of codes: which are right at an instant, and what recovery codes look like."""

import base64
from uuid import uuid4

import pyotp
import pytest

from pipeline import keys
from web.credentials import key_hash
from web.seal import Seal, Unreadable
from web.second_factor import recovery_codes, step_of, uri

#: The secret and the last six digits of the codes in RFC 6238, appendix B (SHA-1).
SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("now", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"),
     (2000000000, "279037"), (20000000000, "353130")],
)  # fmt: skip
def test_the_codes_are_those_of_the_standard(now: int, code: str) -> None:
    assert step_of(SECRET, code, now) == now // 30


def test_a_step_before_and_after_is_taken_and_no_other() -> None:
    now = 1_800_000_015.5
    code = pyotp.TOTP(SECRET).at(int(now))
    taken = [shift for shift in range(-5, 6) if step_of(SECRET, code, now + 30 * shift)]
    assert taken == [-1, 0, 1]


def test_a_wrong_code_is_of_no_step() -> None:
    assert step_of(SECRET, "000000", 59) is None


def test_an_authenticator_is_told_whose_secret_it_is() -> None:
    parsed = pyotp.parse_uri(uri(SECRET, "ada+x@example.org"))
    assert isinstance(parsed, pyotp.TOTP)
    assert (parsed.name, parsed.issuer, parsed.secret) == ("ada+x@example.org", "TimeFlow", SECRET)


def test_recovery_codes_differ_and_are_kept_hashed() -> None:
    shown, hashes = recovery_codes()
    assert len(set(shown)) == len(set(hashes)) == 10
    assert all(len(code) == 19 and code.count("-") == 3 for code in shown)
    assert hashes == [key_hash(code.replace("-", "").upper()) for code in shown]


def test_what_is_sealed_opens_for_its_owner_under_its_key_only() -> None:
    owner, pepper = uuid4(), "pepper of the tests" * 2
    sealed = Seal(pepper, "x").close("secret", owner)
    assert b"secret" not in sealed
    assert Seal(pepper, "x").open(sealed, owner) == "secret"
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for seal, text, whose in (
        (Seal(pepper, "x"), sealed, uuid4()),
        (Seal(pepper, "y"), sealed, owner),
        (Seal(pepper + "!", "x"), sealed, owner),
        (Seal(pepper, "x"), changed, owner),
    ):
        with pytest.raises(Unreadable):
            seal.open(text, whose)


def test_a_key_serves_many_purposes_with_different_keys() -> None:
    assert keys.derived("k", "a") == keys.derived("k", "a")
    assert len({keys.derived("k", "a"), keys.derived("k", "b"), keys.derived("l", "a")}) == 3
