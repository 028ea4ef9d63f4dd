"""The web application: what is served, behind the check of who is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.health import health_routes
from web.hosts import OwnHosts
from web.html import POLICY
from web.messages import message_routes, not_found
from web.ports import HealthSource, Messages

SAFE_HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def application(
    health: HealthSource, messages: Messages | None = None, hosts: Iterable[str] = ()
) -> ASGIApp:
    """Everything that is served; nothing can be changed here.

    Args:
        health: asked at every request for it.
        messages: looks up what links of messages lead to.
        hosts: names beside this machine's own under which it may be asked for.
    """
    routes = health_routes(health)
    if messages is not None:
        routes += message_routes(messages)
    pages = Starlette(routes=routes, exception_handlers={404: not_found})
    pages.router.redirect_slashes = False
    return WithHeaders(OwnHosts(pages, hosts))


class WithHeaders:
    """An ASGI application whose every answer keeps browsers from doing more than show it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with them."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(SAFE_HEADERS)
            await send(message)

        await self._app(scope, receive, with_headers)
