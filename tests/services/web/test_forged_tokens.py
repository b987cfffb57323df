"""Rules against forged access tokens: each is refused, all with the same words."""

import base64
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.services.web.api import Api

pytestmark = pytest.mark.services

Claims = dict[str, Any]
#: From good claims and the good key to a token that must be refused.
Forge = Callable[[Claims, str], str]
TYP = {"typ": "at+jwt"}
NOT_UTF8 = b"\xff"
ANOTHER_KEY = "another key, also of 32 bytes or more"
RSA = rsa.generate_private_key(65537, 2048)
PUBLIC = RSA.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
JWK = {"kty": "oct", "k": base64.urlsafe_b64encode(ANOTHER_KEY.encode()).decode(), "alg": "HS256"}


@pytest.fixture
async def claims(api: Api, token: str) -> Claims:
    """The claims of a good token."""
    decoded: Claims = jwt.decode(token, options={"verify_signature": False})
    return decoded


def _unsigned(algorithm: str) -> Forge:
    return lambda claims, key: _joined({"alg": algorithm, **TYP}, claims, b"")


def _without(claim: str) -> Forge:
    return lambda claims, key: _signed({n: v for n, v in claims.items() if n != claim}, key)


#: What stands in the way of each forgery: nothing but the thing it is named after.
FORGERIES: dict[str, Forge] = {
    "alg none": lambda c, key: jwt.encode(c, "", algorithm="none", headers=TYP),
    **{f"alg {alg}": _unsigned(alg) for alg in ("None", "NONE", "nOnE", "", "hs256")},
    "alg none, signed all the same": lambda c, key: _hmac({"alg": "none", **TYP}, c, key),
    "alg HS512": lambda c, key: jwt.encode(c, key, algorithm="HS512", headers=TYP),
    "alg RS256": lambda c, key: jwt.encode(c, RSA, algorithm="RS256", headers=TYP),
    "alg HS256 over a public key": lambda c, key: _hmac({"alg": "HS256", **TYP}, c, PUBLIC),
    "no alg": lambda c, key: _hmac(TYP, c, key),
    "alg as a list": lambda c, key: _hmac({"alg": ["HS256"], **TYP}, c, key),
    "no signature": lambda c, key: _joined({"alg": "HS256", **TYP}, c, b""),
    "another key": lambda c, key: _signed(c, ANOTHER_KEY),
    "an empty key": lambda c, key: _hmac({"alg": "HS256", **TYP}, c, b""),
    "half the key": lambda c, key: _signed(c, key[: len(key) // 2]),
    "kid of an empty file": lambda c, key: _hmac(_kid("../../../../dev/null"), c, b""),
    "kid of a known file": lambda c, key: _hmac(_kid("/proc/sys/kernel/ostype"), c, b"Linux\n"),
    "kid with SQL": lambda c, key: _hmac(
        _kid(f"x' UNION SELECT '{ANOTHER_KEY}' --"), c, ANOTHER_KEY
    ),
    "kid with a command": lambda c, key: _hmac(_kid("key; sleep 9"), c, ANOTHER_KEY),
    "kid of another type": lambda c, key: _hmac(_kid({"$ne": None}), c, key),
    "jwk of its own": lambda c, key: _hmac({"alg": "HS256", **TYP, "jwk": JWK}, c, ANOTHER_KEY),
    "jku of its own": lambda c, key: _hmac(
        {"alg": "HS256", **TYP, "jku": "http://127.0.0.1:9/keys"}, c, ANOTHER_KEY
    ),
    "x5u of its own": lambda c, key: _hmac(
        {"alg": "HS256", **TYP, "x5u": "http://127.0.0.1:9/cert"}, c, ANOTHER_KEY
    ),
    "an unknown critical header": lambda c, key: _hmac(
        {"alg": "HS256", **TYP, "crit": ["x"], "x": 1}, c, key
    ),
    "expired": lambda c, key: _signed(c | {"exp": int(time.time()) - 1}, key),
    "exp as text": lambda c, key: _signed(c | {"exp": "never"}, key),
    "exp beyond all numbers": lambda c, key: _signed(c | {"exp": float("inf")}, key),
    "not yet": lambda c, key: _signed(c | {"nbf": int(time.time()) + 60}, key),
    "another audience": lambda c, key: _signed(c | {"aud": "another"}, key),
    "another issuer": lambda c, key: _signed(c | {"iss": "another"}, key),
    "another type": lambda c, key: _signed(c, key, {"typ": "JWT"}),
    "no type": lambda c, key: _signed(c, key, {"typ": None}),
    **{
        f"no {claim}": _without(claim)
        for claim in ("exp", "aud", "iss", "sub", "sid", "iat", "roles")
    },
    "tampered with": lambda c, key: _tampered(_signed(c, key), {**c, "roles": ["operator"]}),
    "two tokens": lambda c, key: f"{_signed(c, key)}.{_signed(c, key)}",
    "a header of lists in lists": lambda c, key: f"{_text(b'[' * 4000)}.e30.e30",
    "a header that is no object": lambda c, key: f"{_text(b'[]')}.e30.e30",
    "a header that is not UTF-8": lambda c, key: f"{_text(NOT_UTF8)}.e30.e30",
    "dots": lambda c, key: "..",
    "eight thousand letters": lambda c, key: "a" * 8000,
    "eight thousand dots": lambda c, key: "." * 8000,
}


@pytest.mark.parametrize("forgery", FORGERIES)
async def test_a_forged_token_is_refused(api: Api, claims: Claims, forgery: str) -> None:
    forged = FORGERIES[forgery](claims, api.settings.jwt_key)
    answer = await api.get("/me", forged)
    assert (answer.status, answer.json["code"]) == (401, "unauthorized")
    assert answer.json.pop("request_id")
    assert answer.json == await _refusal(api)


async def test_the_same_token_unforged_is_taken(api: Api, claims: Claims) -> None:
    key = api.settings.jwt_key
    for token in (_signed(claims, key), _hmac({"alg": "HS256", **TYP}, claims, key)):
        assert (await api.get("/me", token)).status == 200


async def test_a_token_larger_than_any_header_is_refused_before_it_is_read(api: Api) -> None:
    answer = await api.get("/me", "a" * 100_000)
    assert 400 <= answer.status < 500


async def test_what_is_good_for_something_else_is_no_access_token(api: Api) -> None:
    login = await api.register()
    answer = await api.get("/me", login["refresh_token"])
    assert answer.status == 401
    del answer.json["request_id"]
    assert answer.json == await _refusal(api)


async def _refusal(api: Api) -> Any:
    """The answer to a key nobody has, without its request id."""
    answer = await api.get("/me", "00000000-0000-4000-8000-000000000000")
    assert answer.status == 401
    del answer.json["request_id"]
    return answer.json


def _signed(claims: Claims, key: str, headers: dict[str, Any] = TYP) -> str:
    return jwt.encode(claims, key, algorithm="HS256", headers=headers)


def _kid(value: object) -> dict[str, Any]:
    return {"alg": "HS256", **TYP, "kid": value}


def _hmac(header: dict[str, Any], claims: Claims, key: str | bytes) -> str:
    """Signed without a library that would refuse the key or the header."""
    signed = _joined(header, claims, None)
    key = key.encode() if isinstance(key, str) else key
    return f"{signed}.{_text(hmac.digest(key, signed.encode(), 'sha256'))}"


def _tampered(token: str, claims: Claims) -> str:
    head, _, signature = token.split(".")
    return f"{head}.{_text(json.dumps(claims).encode())}.{signature}"


def _joined(header: dict[str, Any], claims: Claims, signature: bytes | None) -> str:
    parts = [json.dumps(header).encode(), json.dumps(claims).encode()]
    return ".".join(map(_text, parts if signature is None else [*parts, signature]))


def _text(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()
