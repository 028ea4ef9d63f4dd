import asyncio

import pytest

from alerts.addresses import is_public, reachable
from postings.errors import DeliveryError


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:220:1::1", "64:ff9b::5db8:d822"])
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "0.0.0.0", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254",
        "100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fd00:ec2::254",
        "ff02::1", "::ffff:127.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1",
    ],
)  # fmt: skip
def test_addresses_that_are_not(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1"])
def test_every_spelling_of_loopback_is_refused_unless_allowed(host: str) -> None:
    assert asyncio.run(reachable("hook", host, 80, allow_private=True)) in {"127.0.0.1", "::1"}
    with pytest.raises(DeliveryError, match="'hook': its host is not a public address"):
        asyncio.run(reachable("hook", host, 80, allow_private=False))


def test_a_name_that_does_not_resolve_is_said() -> None:
    with pytest.raises(DeliveryError, match="does not resolve"):
        asyncio.run(reachable("hook", "nowhere.invalid", 80, allow_private=True))
