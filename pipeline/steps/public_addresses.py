"""Which addresses of the Internet are everybody's: whoever is asked to fetch goes nowhere else."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

#: An IPv6 address of these holds the IPv4 address it leads to in its last bits (RFC 6052).
_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))


def is_public(address: str) -> bool:
    """Whether the address, and any that is wrapped up in it, is a public one of one host."""
    found = ip_address(address.partition("%")[0])
    return all(one.is_global and not one.is_multicast for one in (found, *_within(found)))


def _within(address: IPv4Address | IPv6Address) -> list[IPv4Address]:
    if isinstance(address, IPv4Address):
        return []
    wrapped = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if any(address in network for network in _NAT64):
        wrapped.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return [one for one in wrapped if one is not None]
