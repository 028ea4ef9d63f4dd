"""The process's one loop: what Ctrl-C does to it."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Iterator

import pytest
from twisted.internet.defer import Deferred

from crawler import reactor

SOON = 20


def _press(_fired: object = None) -> None:
    os.kill(os.getpid(), signal.SIGINT)


def _fired() -> Deferred[object]:
    """A Deferred in whose callback Ctrl-C is pressed."""
    deferred: Deferred[object] = Deferred()
    deferred.addCallback(_press)
    asyncio.get_running_loop().call_soon(deferred.callback, None)
    return deferred


@pytest.fixture(autouse=True)
def _pythons_own_handler() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_within_a_callback_of_twisted_ends_the_work() -> None:
    ended = []

    async def waiting() -> None:
        deferred = _fired()
        try:
            await asyncio.wait_for(asyncio.Event().wait(), SOON)
        except asyncio.CancelledError:
            ended.append(deferred.called)
            raise

    with pytest.raises(KeyboardInterrupt):
        reactor.run(waiting)
    assert ended == [True]


def test_a_second_ctrl_c_does_not_wait_for_a_loop_that_is_busy() -> None:
    async def busy() -> None:
        _press()
        _press()
        await asyncio.wait_for(asyncio.Event().wait(), SOON)

    with pytest.raises(KeyboardInterrupt):
        reactor.run(busy)


def test_work_that_is_cancelled_by_itself_was_not_interrupted() -> None:
    async def cancelled() -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        reactor.run(cancelled)


def test_whoever_handles_ctrl_c_already_keeps_it() -> None:
    pressed: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _frame: pressed.append(number))

    async def pressing() -> str:
        _press()
        await asyncio.sleep(0)
        return "done"

    assert reactor.run(pressing) == "done"
    assert pressed == [signal.SIGINT]
    signal.signal(signal.SIGINT, signal.default_int_handler)


def test_a_thread_leaves_signals_alone() -> None:
    told: list[bool] = []
    thread = threading.Thread(target=lambda: told.append(reactor._is_ours()))
    thread.start()
    thread.join()
    assert (told, reactor._is_ours()) == ([False], True)
