"""Connections that can do no harm: each serves one request, in bounded time, and few are open.

uvicorn's own waits for ever for a request that does not come, and counts it among those that it
serves at once: a hundred silent connections would keep everybody else out.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.h11_impl import H11Protocol

ASKS_WITHIN: Final = 10.0
"""Seconds in which the head of the request must have come."""
ENDS_WITHIN: Final = 60.0
"""Seconds in which the answer must have been taken."""
MOST_OPEN: Final = 100
"""Connections beyond which the oldest makes room, one that has not asked yet before others."""


class OneRequest(H11Protocol):
    """A connection, from its being made to the end of its only request."""

    made_at = 0.0
    _timers: tuple[asyncio.TimerHandle, ...] = ()

    @property
    def has_asked(self) -> bool:
        """Whether the head of its request has come."""
        return self.cycle is not None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin; where too many are open, another one ends."""
        super().connection_made(transport)
        self.made_at = self.loop.time()
        self._timers = (
            self.loop.call_later(ASKS_WITHIN, self._end_if_silent),
            self.loop.call_later(ENDS_WITHIN, transport.abort),
        )
        if len(self.connections) > MOST_OPEN:
            self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        for timer in self._timers:
            timer.cancel()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no request; what comes behind one is no reason to answer twice."""
        if self.has_asked:
            self.transport.abort()
        else:
            super().send_400_response(msg)

    def shutdown(self) -> None:
        """End when it is answered; at once, where nothing was asked."""
        if self.has_asked:
            super().shutdown()
        else:
            self.transport.abort()

    def _end_if_silent(self) -> None:
        if not self.has_asked:
            self.transport.abort()

    def _make_room(self) -> None:
        others: Any = self.connections - {self}
        oldest = min(others, key=lambda one: (one.has_asked, one.made_at))
        self.connections.discard(oldest)
        oldest.transport.abort()
