"""Rules of the cookie form: scripts cannot read the token, and other pages cannot use it."""

from collections.abc import Callable
from http.cookies import Morsel, SimpleCookie
from typing import Any

import pytest

from pipeline.settings import Settings
from tests.instance import PASSWORD
from tests.services.web.api import Answer, Api, wait_refused

pytestmark = pytest.mark.services

ACCOUNT = {"email": "ada@example.org", "password": PASSWORD}
#: What a page of ours sends.
OURS = {"Timeflow-CSRF": "1", "Sec-Fetch-Site": "same-origin"}


async def test_a_browser_gets_the_refresh_token_only_as_a_cookie(api: Api) -> None:
    registered = await api.post("/auth/register", json={**ACCOUNT, "cookie": True})
    logged_in = await api.post("/auth/login", json={**ACCOUNT, "cookie": True})
    for answer in (registered, logged_in):
        assert "refresh_token" not in answer.json
        cookie = _cookie(answer)
        assert cookie["httponly"]
        assert (cookie["samesite"], cookie["path"]) == ("Strict", "/auth")
        assert 0 < int(cookie["max-age"]) <= api.settings.refresh_token_s
        assert not cookie["secure"]
        assert (await api.get("/me", answer.json["access_token"])).status == 200


async def test_other_clients_get_no_cookie(api: Api) -> None:
    answer = await api.post("/auth/register", json=ACCOUNT)
    assert "Set-Cookie" not in answer.headers
    body = {"refresh_token": answer.json["refresh_token"]}
    assert "Set-Cookie" not in (await api.post("/auth/refresh", json=body)).headers


async def test_the_cookie_is_secure_where_a_trusted_proxy_says_https(
    configured: Callable[..., Settings],
) -> None:
    body = {**ACCOUNT, "cookie": True}
    https = {"X-Forwarded-Proto": "https"}
    async with Api(configured(trusted_proxies="127.0.0.0/8")) as api:
        await api.register()
        assert _cookie(await api.post("/auth/login", json=body, headers=https))["secure"]
        assert not _cookie(await api.post("/auth/login", json=body))["secure"]
    async with Api(configured()) as api:
        assert not _cookie(await api.post("/auth/login", json=body, headers=https))["secure"]


async def test_a_page_of_ours_refreshes_and_logs_out_with_the_cookie(api: Api) -> None:
    token = await _log_in(api)
    refreshed = await _refresh(api, token)
    assert refreshed.status == 200
    assert "refresh_token" not in refreshed.json
    successor = _cookie(refreshed).value
    assert successor != token
    out = await api.post("/auth/logout", headers={**OURS, **_sent(successor)})
    assert (out.status, _cookie(out).value, _cookie(out)["max-age"]) == (204, "", "0")
    assert (await _refresh(api, successor)).status == 401
    await wait_refused(api, refreshed.json["access_token"])


async def test_the_body_goes_before_the_cookie(api: Api) -> None:
    cookie = await _log_in(api)
    in_body = (await api.post("/auth/login", json=ACCOUNT)).json["refresh_token"]
    answer = await api.post("/auth/refresh", json={"refresh_token": in_body}, headers=_sent(cookie))
    assert answer.status == 200
    assert "refresh_token" in answer.json
    assert (await _refresh(api, cookie)).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin"},
        {"Timeflow-CSRF": "1", "Sec-Fetch-Site": "cross-site"},
        {"Timeflow-CSRF": "1", "Sec-Fetch-Site": "same-site"},
        {"Timeflow-CSRF": "1", "Sec-Fetch-Site": "none"},
        {"Timeflow-CSRF": "1", "Sec-Fetch-Site": "cross-site", "Origin": "{own}"},
        {"Timeflow-CSRF": "1", "Origin": "https://evil.example"},
        {"Timeflow-CSRF": "1", "Origin": "{own}0"},
        {"Timeflow-CSRF": "1", "Origin": "null"},
        {"Timeflow-CSRF": "1", "Origin": "https://evil.example", "X-Forwarded-Host": "evil.example",
         "X-Forwarded-Proto": "https"},
    ],
)  # fmt: skip
async def test_another_page_can_neither_refresh_nor_log_out(
    api: Api, headers: dict[str, str]
) -> None:
    token = await _log_in(api)
    sent = {name: value.format(own=_origin(api)) for name, value in headers.items()}
    for path in ("/auth/refresh", "/auth/logout"):
        answer = await api.post(path, json={}, headers={**sent, **_sent(token)})
        assert (answer.status, answer.json["code"]) == (403, "csrf")
        assert "Set-Cookie" not in answer.headers
    assert (await _refresh(api, token)).status == 200


@pytest.mark.parametrize("headers", [{"Origin": "{own}"}, {}])
async def test_a_browser_without_fetch_metadata_is_known_by_its_origin(
    api: Api, headers: dict[str, str]
) -> None:
    sent = {name: value.format(own=_origin(api)) for name, value in headers.items()}
    token = await _log_in(api)
    answer = await api.post(
        "/auth/refresh", json={}, headers={"Timeflow-CSRF": "1", **sent, **_sent(token)}
    )
    assert answer.status == 200


async def test_pages_that_may_call_the_api_may_not_send_the_header(
    configured: Callable[..., Settings],
) -> None:
    async with Api(configured(cors_origins="https://a.example")) as api:
        asked = {
            "Origin": "https://a.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "timeflow-csrf",
        }
        answer = await api.call("OPTIONS", "/auth/refresh", headers=asked)
        assert "timeflow-csrf" not in answer.headers["Access-Control-Allow-Headers"].lower()
        assert "Access-Control-Allow-Credentials" not in answer.headers


async def test_a_dead_cookie_is_dropped(api: Api) -> None:
    answer = await _refresh(api, "made-up")
    assert (answer.status, answer.json["code"]) == (401, "no-login")
    assert _cookie(answer)["max-age"] == "0"


@pytest.mark.parametrize("value", ["", "\u00e9", "x" * 300, '"quoted"', "a;b=c", "\udcff"])
async def test_a_senseless_cookie_is_no_login(api: Api, value: str) -> None:
    sent = {"Cookie": f"timeflow_refresh={value}"}
    assert (await api.post("/auth/refresh", json={}, headers={**OURS, **sent})).status == 401
    await api.register()
    assert (await api.post("/auth/logout", headers={**OURS, **sent})).status in (204, 401)


async def test_logging_out_ends_both_the_tokens_login_and_the_cookies(api: Api) -> None:
    cookie = await _log_in(api)
    other = (await api.post("/auth/login", json=ACCOUNT)).json
    headers = {**OURS, **_sent(cookie)}
    out = await api.post("/auth/logout", other["access_token"], headers=headers)
    assert out.status == 204
    assert (await _refresh(api, cookie)).status == 401
    await wait_refused(api, other["access_token"])


async def _log_in(api: Api) -> str:
    answer = await api.post("/auth/register", json={**ACCOUNT, "cookie": True})
    assert answer.status == 201
    token: str = _cookie(answer).value
    return token


async def _refresh(api: Api, token: str) -> Answer:
    return await api.post("/auth/refresh", json={}, headers={**OURS, **_sent(token)})


def _sent(token: str) -> dict[str, str]:
    return {"Cookie": f"timeflow_refresh={token}"}


def _cookie(answer: Answer) -> Morsel[Any]:
    return SimpleCookie(answer.headers["Set-Cookie"])["timeflow_refresh"]


def _origin(api: Api) -> str:
    return f"http://{api.client.host}:{api.client.port}"
