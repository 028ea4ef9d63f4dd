"""Only who asks for this machine by a name of its own is answered.

A web page anywhere can let its own name point to 127.0.0.1 and have a browser ask there; the
browser then sends that name as Host, and is turned away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

OWN_NAMES: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
_PORT = re.compile(r":\d{1,5}$")


class OwnHosts:
    """An ASGI application that answers 421 to a foreign Host, before ``app`` sees anything."""

    def __init__(self, app: ASGIApp, more: Iterable[str] = ()) -> None:
        self._app = app
        self._own = OWN_NAMES | {name.lower() for name in more}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or let ``app`` answer."""
        if scope["type"] not in {"http", "websocket"} or self._is_own(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        foreign = PlainTextResponse("This is not the host you asked for.\n", status_code=421)
        await foreign(scope, receive, send)

    def _is_own(self, headers: Headers) -> bool:
        names = headers.getlist("host")
        return len(names) == 1 and _PORT.sub("", names[0]).lower() in self._own
