"""Twisted's reactor on one asyncio loop that is kept for the whole process."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import cache, partial
from threading import Thread, current_thread, main_thread
from typing import Any, TypeVar

from twisted.internet import asyncioreactor

T = TypeVar("T")


def run(main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine on the process's loop, as ``asyncio.run`` would; any number of times.

    Ctrl-C cancels it, waits for it to end, and raises KeyboardInterrupt; a second one does not wait
    for what the loop is just doing.
    """
    loop = the_loop()
    task = loop.create_task(main())
    with _pressing_cancels(task, loop) as pressed:
        try:
            return loop.run_until_complete(task)
        except KeyboardInterrupt:
            task.cancel()
            loop.run_until_complete(asyncio.gather(task, return_exceptions=True))
            raise
        except asyncio.CancelledError:
            if pressed:
                raise KeyboardInterrupt from None
            raise


@contextmanager
def _pressing_cancels(
    task: asyncio.Task[Any], loop: asyncio.AbstractEventLoop
) -> Iterator[list[int]]:
    """Have Ctrl-C cancel a task, where Python's own handler is in place; gives what was pressed.

    Python raises KeyboardInterrupt wherever the loop just is: within a callback of Twisted's it
    becomes a Failure, and the loop goes on for ever.
    """
    pressed: list[int] = []

    def interrupt(number: int, _frame: object) -> None:
        pressed.append(number)
        if len(pressed) > 1:
            raise KeyboardInterrupt
        loop.call_soon_threadsafe(task.cancel)

    if not _is_ours():
        yield pressed
        return
    signal.signal(signal.SIGINT, interrupt)
    try:
        yield pressed
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _is_ours() -> bool:
    """Whether Ctrl-C may be handled here: in the main thread, and by nobody else."""
    plain = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    return plain and current_thread() is main_thread()


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
