"""``/messages/{id}/{key}``: what a message had no room for, for whoever has its link."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from postings.errors import JobdiffError
from web.html import render
from web.ports import Messages

AT_ONCE: Final = 8
"""Pages in hand; they are made one after the other, so that little else has to wait for them."""
_PRIVATE = {"Cache-Control": "private, no-store"}

log = logging.getLogger("web")


def message_routes(messages: Messages) -> list[Route]:
    """The route: 200 with a page of the message, 404 where there is none."""
    turn = asyncio.Semaphore(1)
    in_hand = 0

    async def show(request: Request) -> Response:
        nonlocal in_hand
        if in_hand >= AT_ONCE:
            return _later("Too many pages are asked for just now.")
        in_hand += 1
        try:
            async with turn:
                return await asyncio.to_thread(_page, messages, request)
        except JobdiffError as error:
            log.warning("a message cannot be shown: %s", error)
            return _later("The store cannot be read just now.")
        finally:
            in_hand -= 1

    return [Route("/messages/{id:uuid}/{key}", show)]


def not_found(_request: Request, _error: Exception) -> Response:
    """What is not there, for people."""
    return HTMLResponse(render("missing.html"), 404, headers=_PRIVATE)


def _page(messages: Messages, request: Request) -> Response:
    asked = request.path_params
    number = request.query_params.get("page", "1")
    if len(number) <= 6 and number.isascii() and number.isdecimal():
        page = messages(str(asked["id"]), asked["key"], int(number))
        if page is not None:
            return HTMLResponse(render("message.html", page=page), headers=_PRIVATE)
    return HTMLResponse(render("missing.html"), 404, headers=_PRIVATE)


def _later(why: str) -> Response:
    return PlainTextResponse(
        f"{why} Try again in a moment.\n", 503, headers={"Retry-After": "5", **_PRIVATE}
    )
