"""Telling the service manager how it goes (the protocol of ``sd_notify``), where there is one."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True)
class ServiceManager:
    """Whoever started the daemon and wants to hear of it.

    Attributes:
        address: its socket; None where nobody wants to hear.
        watchdog: seconds within which it wants to hear again; None where it does not.
    """

    address: str | None = None
    watchdog: float | None = None

    @classmethod
    def of(cls, env: Mapping[str, str]) -> Self:
        """What NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID of an environment say."""
        microseconds = env.get("WATCHDOG_USEC", "")
        meant = env.get("WATCHDOG_PID") in {None, "", str(os.getpid())}
        watched = meant and microseconds.isdecimal() and int(microseconds) > 0
        return cls(
            env.get("NOTIFY_SOCKET") or None, int(microseconds) / 1_000_000 if watched else None
        )

    def tell(self, *lines: str) -> None:
        """Send assignments like ``READY=1``; that nobody hears them is no error."""
        if self.address is None or not hasattr(socket, "AF_UNIX"):
            return
        place = "\0" + self.address[1:] if self.address.startswith("@") else self.address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
                sender.setblocking(False)
                sender.connect(place)
                sender.send("\n".join(lines).encode())
        except OSError:
            return
