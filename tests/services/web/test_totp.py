"""Rules of the second factor: a code beside the password, each good once."""

import asyncio
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import pyotp
import pytest
from structlog.testing import capture_logs

from pipeline.settings import Settings
from tests.instance import PASSWORD
from tests.services.web.api import Answer, Api

pytestmark = pytest.mark.services


class Secured(NamedTuple):
    """A login, the secret of the account's authenticator, a used code of it, recovery codes."""

    token: str
    secret: str
    used_code: str
    recovery_codes: list[str]


@pytest.fixture
async def secured(api: Api) -> Secured:
    """An account with a second factor; the code of this time step is used up."""
    return await _secure(api)


async def test_from_its_confirmation_on_a_login_needs_a_code(api: Api, secured: Secured) -> None:
    without = await _login(api)
    assert (without.status, without.json["code"]) == (401, "totp-required")
    wrong = await _login(api, "000000" if _next_code(secured) != "000000" else "000001")
    assert (wrong.status, wrong.json["code"]) == (401, "wrong-code")
    good = await _login(api, _next_code(secured))
    assert good.status == 200
    assert (await api.get("/me", good.json["access_token"])).status == 200


async def test_a_wrong_password_is_told_before_any_code(api: Api, secured: Secured) -> None:
    body = {"email": "ada@example.org", "password": "wrong one", "code": _next_code(secured)}
    answer = await api.post("/auth/login", json=body)
    assert (answer.status, answer.json["code"]) == (401, "wrong-credentials")
    assert (await _login(api, _next_code(secured))).status == 200


async def test_until_it_is_confirmed_nothing_changes(api: Api, token: str) -> None:
    begun = await api.post("/me/totp", token, json={"current_password": PASSWORD})
    assert begun.json["uri"].startswith("otpauth://totp/TimeFlow:ada")
    assert (await api.get("/me/totp", token)).json == {"on": False, "recovery_codes": 0}
    assert (await _login(api)).status == 200
    wrong = await api.post("/me/totp/confirm", token, json={"code": "12345"})
    assert (wrong.status, wrong.json["code"]) == (403, "wrong-code")
    assert (await _login(api)).status == 200


async def test_beginning_anew_voids_the_secret_before(api: Api, token: str) -> None:
    first, second = [
        (await api.post("/me/totp", token, json={"current_password": PASSWORD})).json["secret"]
        for _ in range(2)
    ]
    old = await api.post("/me/totp/confirm", token, json={"code": _code(first)})
    assert (first != second, old.status) == (True, 403)
    new = await api.post("/me/totp/confirm", token, json={"code": _code(second)})
    assert new.status == 200


async def test_beginning_and_ending_need_the_password(api: Api, token: str) -> None:
    refused = await api.post("/me/totp", token, json={"current_password": "wrong one"})
    assert (refused.status, refused.json["code"]) == (403, "wrong-password")
    assert api.rows("SELECT user_id FROM totp") == []
    secured = await _secure(api, token)
    body = {"current_password": "wrong one", "code": secured.recovery_codes[0]}
    refused = await api.call("DELETE", "/me/totp", token, json=body)
    assert (refused.status, refused.json["code"]) == (403, "wrong-password")
    assert (await api.get("/me/totp", token)).json["on"]


async def test_a_code_is_good_once(api: Api, secured: Secured) -> None:
    used = await _login(api, secured.used_code)
    assert (used.status, used.json["code"]) == (401, "wrong-code")
    code = _next_code(secured)
    assert (await _login(api, code)).status == 200
    assert (await _login(api, code)).status == 401


async def test_of_logins_at_once_with_one_code_one_gets_in(api: Api, secured: Secured) -> None:
    code = _next_code(secured)
    answers = await asyncio.gather(*(_login(api, code) for _ in range(10)))
    assert sorted(answer.status for answer in answers) == [200] + [401] * 9
    assert len(api.rows("SELECT id FROM login_session")) == 2


async def test_a_recovery_code_stands_in_for_the_authenticator_once(
    api: Api, secured: Secured
) -> None:
    assert len(set(secured.recovery_codes)) == 10
    one, other, *_ = secured.recovery_codes
    answers = await asyncio.gather(*(_login(api, one) for _ in range(5)))
    assert sorted(answer.status for answer in answers) == [200] + [401] * 4
    assert (await _login(api, other.upper().replace("-", " "))).status == 200
    assert (await api.get("/me/totp", secured.token)).json == {"on": True, "recovery_codes": 8}


async def test_another_persons_codes_open_nothing(api: Api, secured: Secured) -> None:
    bob = (await api.register("bob@example.org"))["access_token"]
    await _secure(api, bob)
    body = {"email": "bob@example.org", "password": PASSWORD}
    for code in (secured.recovery_codes[0], _next_code(secured)):
        answer = await api.post("/auth/login", json={**body, "code": code})
        assert (answer.status, answer.json["code"]) == (401, "wrong-code")
    assert (await api.get("/me/totp", secured.token)).json["recovery_codes"] == 10


async def test_switched_off_it_is_gone(api: Api, secured: Secured) -> None:
    with capture_logs() as lines:
        ended = await _end(api, secured, _next_code(secured))
    assert ended.status == 204
    assert "totp off" in [line.get("result") for line in lines]
    assert (await _login(api)).status == 200
    assert api.rows("SELECT user_id FROM totp") == api.rows("SELECT hash FROM recovery_code") == []
    again = await _end(api, secured, secured.recovery_codes[0])
    assert (again.status, again.json["code"]) == (409, "totp-off")
    assert (await _secure(api, secured.token)).secret != secured.secret


async def test_switching_off_needs_a_code(api: Api, secured: Secured) -> None:
    refused = await _end(api, secured, secured.used_code)
    assert (refused.status, refused.json["code"]) == (403, "wrong-code")
    assert (await api.get("/me/totp", secured.token)).json == {"on": True, "recovery_codes": 10}
    assert (await _end(api, secured, secured.recovery_codes[0])).status == 204


async def test_an_erasure_needs_a_code_too(api: Api, secured: Secured) -> None:
    body = {"current_password": PASSWORD}
    for code in ({}, {"code": secured.used_code}):
        refused = await api.call("DELETE", "/me", secured.token, json={**body, **code})
        assert (refused.status, refused.json["code"]) == (403, "wrong-code")
    last = {**body, "code": secured.recovery_codes[0]}
    assert (await api.call("DELETE", "/me", secured.token, json=last)).status == 202


async def test_what_is_on_is_neither_begun_nor_confirmed_again(api: Api, secured: Secured) -> None:
    body = {"current_password": PASSWORD}
    begun = await api.post("/me/totp", secured.token, json=body)
    assert (begun.status, begun.json["code"]) == (409, "totp-on")
    code = {"code": _next_code(secured)}
    confirmed = await api.post("/me/totp/confirm", secured.token, json=code)
    assert (confirmed.status, confirmed.json["code"]) == (409, "totp-not-begun")
    assert (await _login(api, _next_code(secured))).status == 200


async def test_of_confirmations_at_once_one_shows_its_recovery_codes(api: Api, token: str) -> None:
    begun = (await api.post("/me/totp", token, json={"current_password": PASSWORD})).json
    body = {"code": _code(begun["secret"])}
    answers = await asyncio.gather(
        *(api.post("/me/totp/confirm", token, json=body) for _ in range(5))
    )
    assert sorted(answer.status for answer in answers) == [200] + [409] * 4
    (shown,) = [a.json["recovery_codes"] for a in answers if a.status == 200]
    assert (await _login(api, shown[9])).status == 200


async def test_secrets_are_kept_sealed_and_recovery_codes_hashed(
    api: Api, secured: Secured
) -> None:
    kept = str(api.rows("SELECT encode(secret, 'escape'), encode(secret, 'hex') FROM totp"))
    assert secured.secret not in kept
    assert secured.secret.encode().hex() not in kept
    hashes = str(api.rows("SELECT encode(hash, 'escape') FROM recovery_code"))
    plain = [code.replace("-", "") for code in secured.recovery_codes]
    assert not any(code in hashes or code.upper() in hashes for code in plain)


async def test_another_pepper_leaves_the_recovery_codes(
    configured: Callable[..., Settings], api: Api, secured: Secured
) -> None:
    api.rows("UPDATE totp SET secret = overlay(secret placing '\\x00' from 20)")
    assert (await _login(api, _next_code(secured))).json["code"] == "wrong-code"
    assert (await _login(api, secured.recovery_codes[0])).status == 200


async def test_guessing_codes_is_limited_and_does_not_lock_the_owner_out(
    configured: Callable[..., Settings],
) -> None:
    async with Api(configured(rate_code="4/hour")) as api:
        secured = await _secure(api)
        guesses = await asyncio.gather(*(_login(api, f"{n:06}") for n in range(8)))
        assert sorted(answer.status for answer in guesses) == [401] * 3 + [429] * 5
        with capture_logs() as lines:
            locked = await _login(api, _next_code(secured))
        assert locked.status == 429
        assert locked.headers["Retry-After"]
        assert "login locked" in [line.get("result") for line in lines]
        assert (await _login(api, secured.recovery_codes[0])).status == 200
        bob = (await api.register("bob@example.org"))["access_token"]
        assert (await _secure(api, bob)).recovery_codes


async def test_no_key_touches_the_second_factor(api: Api, token: str) -> None:
    key = (await api.key(token, "ingest", "read", "write", "ops"))["key"]
    body = {"current_password": PASSWORD}
    assert (await api.get("/me/totp", key)).status == 403
    assert (await api.post("/me/totp", key, json=body)).status == 403
    assert (await api.post("/me/totp/confirm", key, json={"code": "1"})).status == 403
    assert (await api.call("DELETE", "/me/totp", key, json=body)).status == 403


async def _secure(api: Api, token: str | None = None) -> Secured:
    token = token or (await api.register())["access_token"]
    begun = await api.post("/me/totp", token, json={"current_password": PASSWORD})
    assert begun.status == 200, begun.body
    secret = begun.json["secret"]
    code = _code(secret)
    done = await api.post("/me/totp/confirm", token, json={"code": code})
    assert done.status == 200, done.body
    return Secured(token, secret, code, done.json["recovery_codes"])


async def _login(api: Api, code: str | None = None) -> Answer:
    body: dict[str, Any] = {"email": "ada@example.org", "password": PASSWORD}
    if code is not None:
        body["code"] = code
    return await api.post("/auth/login", json=body)


async def _end(api: Api, secured: Secured, code: str) -> Answer:
    body = {"current_password": PASSWORD, "code": code}
    return await api.call("DELETE", "/me/totp", secured.token, json=body)


def _code(secret: str) -> str:
    """What an authenticator shows now."""
    return pyotp.TOTP(secret).now()


def _next_code(secured: Secured) -> str:
    """A code that is good now and for half a minute more, and was not used."""
    return pyotp.TOTP(secured.secret).at(int(time.time()), counter_offset=1)
