"""Twisted's reactor on one asyncio loop that is kept for the whole process."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable, Coroutine
from functools import cache, partial
from threading import Thread
from typing import Any, TypeVar

from twisted.internet import asyncioreactor

T = TypeVar("T")


def run(main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine on the process's loop, as ``asyncio.run`` would; any number of times.

    KeyboardInterrupt cancels it, waits for it to end, and is raised again.
    """
    loop = the_loop()
    task = loop.create_task(main())
    try:
        return loop.run_until_complete(task)
    except KeyboardInterrupt:
        task.cancel()
        loop.run_until_complete(asyncio.gather(task, return_exceptions=True))
        raise


@cache
def the_loop() -> asyncio.AbstractEventLoop:
    """The process's loop, with the reactor on it; made on first need."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    _install(loop)
    return loop


def ensure_reactor() -> None:
    """Have the reactor run on the loop that is running now.

    Raises:
        RuntimeError: it runs on another loop already.
    """
    loop = asyncio.get_running_loop()
    if "twisted.internet.reactor" not in sys.modules:
        _install(loop)
    from twisted.internet import reactor

    if getattr(reactor, "_asyncioEventloop", None) is not loop:
        raise RuntimeError("Twisted's reactor runs on another loop; use crawler.reactor.run().")


def _install(loop: asyncio.AbstractEventLoop) -> None:
    asyncioreactor.install(loop)  # type: ignore[no-untyped-call]
    from twisted.internet import reactor

    # Idle resolver threads must not keep the process from ending.
    reactor.getThreadPool().threadFactory = partial(Thread, daemon=True)
    reactor.startRunning(installSignalHandlers=False)
    for name in ("scrapy", "twisted"):
        # Unless the program asks for it, what Scrapy logs is nobody's business.
        logging.getLogger(name).addHandler(logging.NullHandler())
