"""Taking turns at a host that several boards ask: within the process, and with other processes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Final, Self

from storage.turns import TurnFile, slot_of

LOOK_EVERY: Final = 0.1
_NONE: Final = frozenset[str]()


@dataclass
class _Line:
    """Those of this process who wait at a slot, the first to come first."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    length: int = 0


class Turns:
    """The turns of one process's crawls at the hosts that they ask.

    Boards of one host are not crawled side by side anyway; here meet boards of different hosts
    whose lists or pages stand at the same one.
    """

    def __init__(self, file: TurnFile, time: Callable[[], float] = monotonic) -> None:
        self._file = file
        self._time = time
        self._lines: dict[int, _Line] = {}
        self._asked: dict[str, frozenset[str]] = {}
        self._asked_before: dict[str, frozenset[str]] = {}

    @classmethod
    def beside(cls, store: Path) -> Self:
        """The turns of everything that crawls from the store at a path."""
        return cls(TurnFile(store))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._file.close()

    def begin(self, board: str) -> None:
        """A crawl of a board begins: what it asks is noted anew."""
        self._asked_before[board] = self._asked.pop(board, _NONE)

    def asked_by(self, board: str) -> frozenset[str]:
        """The hosts that the board's last two crawls in this process asked."""
        return self._asked.get(board, _NONE) | self._asked_before.get(board, _NONE)

    async def take(self, host: str, pace: float, board: str) -> None:
        """Wait until ``host`` may be asked for ``board``, ``pace`` seconds after it was asked last.

        Whoever has taken a turn leaves it.
        """
        asked = self._asked.get(board, _NONE)
        if host not in asked:
            self._asked[board] = asked | {host}
        number = slot_of(host)
        line = self._lines.setdefault(number, _Line())
        line.length += 1
        try:
            await line.turn.acquire()
            try:
                # Other processes tell nobody when they leave a turn.
                while wait := self._file.take(number, self._time(), pace):  # noqa: ASYNC110
                    await asyncio.sleep(min(wait, LOOK_EVERY))
            except BaseException:
                line.turn.release()
                raise
        except BaseException:
            self._step_out(number, line)
            raise

    def leave(self, host: str) -> None:
        """The host has answered, or will not."""
        number = slot_of(host)
        line = self._lines[number]
        self._file.leave(number)
        line.turn.release()
        self._step_out(number, line)

    def _step_out(self, number: int, line: _Line) -> None:
        line.length -= 1
        if not line.length:
            del self._lines[number]
