"""Which network addresses an alert may go to: an address typed into a setting must never reach into the machine, its
neighbours or a cloud's metadata."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

# Told one by one: `is_global` lets NAT64, 6to4, ::127.0.0.1, fec0::/10 and multicast through, and `is_private` of
# Python 3.11 does not know 100.64/10, where Alibaba Cloud keeps its metadata (100.100.100.200).
# Source: the IANA special-purpose registries, https://www.iana.org/assignments/iana-ipv4-special-registry and -ipv6-.
DENIED = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
        "::/96",  # unspecified, loopback and IPv4-compatible such as ::127.0.0.1
        "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16",
        "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    )
)  # fmt: skip
GLOBAL_UNICAST = IPv6Network("2000::/3")  # the rest of IPv6 is not handed out

Resolve = Callable[..., Sequence[tuple[Any, ...]]]  # the signature of socket.getaddrinfo


class Refused(OSError):
    """The name leads only to addresses that an alert may not go to."""


class Unencrypted(Refused):
    """The address is good, but not one's own, and nothing would be encrypted on the way."""


def denied(address: str, allowed: Sequence[str] = ()) -> bool:
    """May no alert go there? `allowed`: the user's own networks (`allow_networks`), which win."""
    ip = plain(address)
    if any(ip in ip_network(network) for network in allowed):
        return False
    return any(ip in network for network in DENIED) or (ip.version == 6 and ip not in GLOBAL_UNICAST)


def plain(address: str) -> IPv4Address | IPv6Address:
    """The address without its zone; an IPv4 address dressed as IPv6 (::ffff:127.0.0.1) is judged as IPv4."""
    ip = ip_address(address.partition("%")[0])
    return ip.ipv4_mapped or ip if isinstance(ip, IPv6Address) else ip


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """Turns a host into addresses that one may connect to. Whoever connects must use *these*: a name that is looked
    up twice may answer differently the second time (DNS rebinding). Decimal and octal hosts (2130706433, 0177.0.0.1)
    are what the resolver makes of them, and are judged as that."""

    allowed: tuple[str, ...] = ()
    resolve: Resolve = socket.getaddrinfo

    def addresses(self, host: str, port: int) -> list[str]:
        """Numeric addresses for a host, in the resolver's order. Refused when none may be reached; OSError when the name is unknown."""
        try:
            answers = self.resolve(host, port, type=socket.SOCK_STREAM)
        except UnicodeError as error:  # a label of more than 63 letters
            raise OSError("no such host") from error
        found = list(dict.fromkeys(str(answer[4][0]) for answer in answers))
        good = [address for address in found if not denied(address, self.allowed)]
        if not good:
            raise Refused("refused address")
        return good

    def own(self, host: str, port: int) -> list[str]:
        """The same, but only the user's own networks: what may be reached without TLS. Else Unencrypted."""
        good = [address for address in self.addresses(host, port) if any(plain(address) in ip_network(network) for network in self.allowed)]
        if not good:
            raise Unencrypted("no encryption")
        return good
