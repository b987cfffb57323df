"""Rules of telling whose network a request comes from."""

import pytest
from aiohttp.test_utils import make_mocked_request

from web.network import network


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
