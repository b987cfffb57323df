"""Rules of telling whose network a request comes from."""

import pytest
from aiohttp.test_utils import make_mocked_request

from web.network import network, own_origin


@pytest.mark.parametrize(
    ("remote", "forwarded", "trusted", "expected"),
    [
        ("192.0.2.1", "", "", "192.0.2.1"),
        ("192.0.2.1", "198.51.100.7", "", "192.0.2.1"),
        ("10.0.0.1", "198.51.100.7", "10.0.0.0/8", "198.51.100.7"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.7, 10.0.0.9", "10.0.0.0/8", "198.51.100.7"),
        ("10.0.0.1", "10.0.0.2", "10.0.0.0/8", "10.0.0.2"),
        ("10.0.0.1", "nonsense", "10.0.0.0/8", "unknown"),
        ("2001:db8:1:2:3::4", "", "", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "", "", "192.0.2.1"),
        ("", "", "", "unknown"),
    ],
)
def test_only_what_trusted_proxies_wrote_counts(
    remote: str, forwarded: str, trusted: str, expected: str
) -> None:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = make_mocked_request("GET", "/", headers=headers).clone(remote=remote)
    assert network(request, trusted) == expected


@pytest.mark.parametrize(
    ("trusted", "forwarded", "expected"),
    [
        ("", {}, "http://lan.example:8080"),
        ("", {"X-Forwarded-Proto": "https"}, "http://lan.example:8080"),
        ("10.0.0.0/8", {"X-Forwarded-Proto": "https"}, "http://lan.example:8080"),
        ("192.0.2.0/24", {"X-Forwarded-Proto": "https"}, "https://lan.example:8080"),
        (
            "192.0.2.0/24",
            {"X-Forwarded-Proto": "http, https", "X-Forwarded-Host": "Time.example"},
            "https://time.example",
        ),
        ("192.0.2.0/24", {}, "http://lan.example:8080"),
    ],
)
def test_our_own_origin_is_what_a_trusted_proxy_says(
    trusted: str, forwarded: dict[str, str], expected: str
) -> None:
    headers = {"Host": "lan.example:8080", **forwarded}
    request = make_mocked_request("GET", "/", headers=headers).clone(remote="192.0.2.1")
    assert own_origin(request, trusted) == expected
