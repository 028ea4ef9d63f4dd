"""Resolve a name as the reactor does when it connects."""

from __future__ import annotations

from asyncio import get_running_loop
from typing import Any

from scrapy.exceptions import CannotResolveHostError
from twisted.internet.interfaces import IResolutionReceiver
from zope.interface import implementer


@implementer(IResolutionReceiver)
class _Found:
    """Collects the addresses of one resolution."""

    def __init__(self) -> None:
        self.addresses: list[str] = []
        self.done = get_running_loop().create_future()

    def resolutionBegan(self, resolution: Any) -> None:  # noqa: N802
        """Nothing is known yet."""

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        """Take one address."""
        self.addresses.append(address.host)

    def resolutionComplete(self) -> None:  # noqa: N802
        """There are no more."""
        if not self.done.done():
            self.done.set_result(None)


async def addresses_of(host: str) -> list[str]:
    """The IP addresses of ``host``.

    Raises:
        CannotResolveHostError: there are none.
    """
    from twisted.internet import reactor

    found = _Found()
    resolver: Any = reactor
    resolver.nameResolver.resolveHostName(found, host)
    await found.done
    if not found.addresses:
        raise CannotResolveHostError(f"{host} has no address")
    return found.addresses
