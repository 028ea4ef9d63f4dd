"""Work that cannot be called off, in a thread that may be left behind."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Final, Generic, TypeVar

NAME: Final = "alerts-apprise"
_T = TypeVar("_T")


class Errand(threading.Thread, Generic[_T]):
    """One message on its way; as a daemon thread it holds up no exit.

    Attributes:
        to: the channel and its URL; no second errand goes there before this one is back.
        delivery_id: which message.
        taken: which recipients have it, see ``alerts.channels.base.Outgoing``.
        outcome: what its work returned or raised.
    """

    def __init__(
        self, to: tuple[str, str], delivery_id: str, work: Callable[[], _T], taken: set[str]
    ) -> None:
        super().__init__(name=NAME, daemon=True)
        self.to = to
        self.delivery_id = delivery_id
        self.taken = taken
        self.outcome: Future[_T] = Future()
        self._work = work

    def run(self) -> None:
        """Do the work, unless nobody waits for it any more."""
        if not self.outcome.set_running_or_notify_cancel():
            return
        try:
            outcome = self._work()
        except Exception as error:  # noqa: BLE001  # it is raised where it is waited for
            self.outcome.set_exception(error)
        else:
            self.outcome.set_result(outcome)

    async def back(self, within: float) -> _T:
        """What it came to.

        Raises:
            TimeoutError: it is not back within so many seconds, and goes on.
        """
        async with asyncio.timeout(within):
            return await asyncio.wrap_future(self.outcome)


def under_way(to: tuple[str, str]) -> Errand[Any] | None:
    """The errand that is not back from there yet."""
    errands = (one for one in threading.enumerate() if isinstance(one, Errand))
    return next((one for one in errands if one.to == to and not one.outcome.done()), None)


async def carried_out(
    to: tuple[str, str],
    delivery_id: str,
    work: Callable[[], None],
    *,
    within: float,
    came_late: Callable[[bool], None],
) -> None:
    """Have work done in a thread of its own, beside all others.

    Raises:
        TimeoutError: it is not done within so many seconds, or an earlier delivery's is not yet;
            it goes on, and ``came_late`` is told how it ends.
    """
    time = asyncio.get_running_loop().time
    until = time() + within
    while (errand := under_way(to)) is not None and errand.delivery_id != delivery_id:
        if time() > until:
            raise TimeoutError
        await asyncio.sleep(0.05)
    if errand is None:
        errand = Errand(to, delivery_id, work, set())
        errand.start()
    try:
        await errand.back(max(until - time(), 0))
    except TimeoutError:
        errand.outcome.add_done_callback(
            lambda outcome: came_late(not outcome.cancelled() and outcome.exception() is None)
        )
        raise
