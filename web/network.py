"""From where a request comes, the key of limits for strangers; and where to, as they see it."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from aiohttp import web


def network(request: web.Request, trusted: str) -> str:
    """The client's network: its IPv4 address or its IPv6 /64.

    `X-Forwarded-For` counts only as far as trusted proxies wrote it: the rightmost address that
    is not one of theirs.
    """
    hops = [request.remote or ""]
    if trusted:
        forwarded = ",".join(request.headers.getall("X-Forwarded-For", ()))
        hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()] + hops
    while len(hops) > 1 and _is_trusted(hops[-1], trusted):
        hops.pop()
    return _network_of(hops[-1])


def own_origin(request: web.Request, trusted: str) -> str:
    """The origin (`https://host:port`) under which the client reaches this server.

    `X-Forwarded-Proto` and `X-Forwarded-Host` count only from a trusted proxy.
    """
    scheme, host = request.scheme, request.host
    if trusted and _is_trusted(request.remote or "", trusted):
        scheme = _nearest(request, "X-Forwarded-Proto") or scheme
        host = _nearest(request, "X-Forwarded-Host") or host
    return f"{scheme}://{host}".lower()


def _nearest(request: web.Request, header: str) -> str:
    """What the proxy nearest to us wrote."""
    return ",".join(request.headers.getall(header, ())).rpartition(",")[2].strip()


@lru_cache(4096)
def _is_trusted(hop: str, trusted: str) -> bool:
    address = _address(hop)
    return address is not None and any(address in ip_network(known) for known in trusted.split())


@lru_cache(4096)
def _network_of(hop: str) -> str:
    address = _address(hop)
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False))
    return str(address or "unknown")


def _address(hop: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(hop.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
