"""Public addresses only: what a webhook's host name may stand for."""

from __future__ import annotations

import asyncio
import ipaddress
import socket

from postings.errors import DeliveryError

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


async def reachable(name: str, host: str, port: int | None, allow_private: bool) -> str:
    """Resolve ``host`` and return the address to connect to.

    Every address it has must be public, unless ``allow_private``.

    Raises:
        DeliveryError: it does not resolve, or to an address that is not public; names the channel.
    """
    try:
        found = await asyncio.get_running_loop().getaddrinfo(
            host, port or 443, type=socket.SOCK_STREAM
        )
    except (OSError, UnicodeError):
        raise DeliveryError(f"channel {name!r}: its host name does not resolve") from None
    addresses = [str(entry[4][0]) for entry in found]
    if not allow_private and not all(is_public(address) for address in addresses):
        raise DeliveryError(
            f"channel {name!r}: its host is not a public address; set [network] allow_private ="
            " true if it is meant to be reached"
        )
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether an IP address, in any spelling of it, is a public unicast one.

    >>> is_public("93.184.215.14"), is_public("::ffff:127.0.0.1"), is_public("169.254.169.254")
    (True, False, False)
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if inner := ip.ipv4_mapped or ip.sixtofour:
            return is_public(str(inner))
        if ip in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    return ip.is_global and not ip.is_multicast
