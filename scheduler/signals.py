"""What signals ask of the daemon."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

STOP = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def signals(stop: Callable[[], None], reload: Callable[[], None]) -> Iterator[None]:
    """SIGTERM and SIGINT stop, SIGHUP reloads, for as long as the block.

    A second signal to stop ends the process at once, as if nobody had caught it.
    """
    loop = asyncio.get_running_loop()
    handled: list[int] = []

    def stop_first() -> None:
        stop()
        for number in STOP:
            loop.add_signal_handler(number, _end_at_once, number)

    wanted: dict[int, Callable[[], None]] = dict.fromkeys(STOP, stop_first)
    if hasattr(signal, "SIGHUP"):
        wanted[signal.SIGHUP] = reload
    for number, work in wanted.items():
        try:
            loop.add_signal_handler(number, work)
        except (NotImplementedError, RuntimeError, ValueError):
            continue  # not the main thread, or not POSIX: the caller stops it
        handled.append(number)
    try:
        yield
    finally:
        for number in handled:
            loop.remove_signal_handler(number)


def _end_at_once(number: int) -> None:
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
