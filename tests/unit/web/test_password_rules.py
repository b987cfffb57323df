"""Rules of choosing a password."""

import pytest
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from web import password_rules
from web.problems import Problem

EMAIL = "Ada.Lovelace@example.org"


def refused(password: str, email: str = EMAIL) -> bool:
    try:
        password_rules.check("password", password, email)
    except Problem:
        return True
    return False


def test_a_refusal_names_the_field_and_not_the_password() -> None:
    with pytest.raises(Problem) as raised:
        password_rules.check("new_password", "trustno1", EMAIL)
    assert (raised.value.status, raised.value.errors[0].path) == (422, "new_password")
    assert "trustno1" not in str(raised.value.errors)


@pytest.mark.parametrize(
    "password",
    ["password", "PassWord123", "12345678", "qwertyuiop", "iloveyou1", "trustno1",
     "timeflow", "TimeFlow2026", "timeflowtimeflow", "timeflowpassword",
     "ada.lovelace", "Ada.Lovelace1!", "ada.lovelace@example.org", "ada.lovelace123456789"],
)  # fmt: skip
def test_a_first_guess_is_refused(password: str) -> None:
    assert refused(password)


@pytest.mark.parametrize(
    "password",
    ["correct horse battery staple", " " * 8, "x" * 128, "\N{GRINNING FACE}" * 64, "zq8#kk2!",
     "my timeflow is slow today", "ada.lovelace wrote notes"],
)  # fmt: skip
def test_any_other_is_taken_whatever_it_is_made_of(password: str) -> None:
    assert not refused(password)


def test_a_name_of_a_letter_or_two_spoils_no_password() -> None:
    assert not refused("banana-split-a", "a@example.org")


def test_thousands_of_common_passwords_long_enough_are_known() -> None:
    common = [word for word in FREQUENCY_LISTS["passwords"] if len(word) >= 8]
    assert len(common) > 3000
    assert all(refused(word.upper()) for word in common)
