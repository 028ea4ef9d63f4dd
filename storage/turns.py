"""Whose turn it is at a host: one process at a time, whichever of them crawl from one store.

A small file of slots beside the database. A slot is held by a lock that the system lets go of when
its process ends, however it ends; what is written in it is when the host was asked last and who
waits, in the machine's monotonic time, which no setting of the clock moves. Where the system has no
such locks (Windows), nobody waits for another process.
"""

from __future__ import annotations

import os
import struct
import sys
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from secrets import randbits
from typing import Final

from postings.errors import StoreUnwritable

SLOTS: Final = 1 << 16
WAITS_FOR: Final = 0.5
"""For how many seconds a wish counts that is not said again."""

_SLOT: Final = struct.Struct("<dQdQ")
_HALF: Final = struct.Struct("<dQ")


@dataclass(frozen=True)
class Slot:
    """What is written of a host.

    Attributes:
        asked_at: when it was asked last, by whom (``asked_by``); 0 is never.
        wanted_at: when somebody (``wanted_by``) said last that it waits for its turn.
    """

    asked_at: float = 0.0
    asked_by: int = 0
    wanted_at: float = 0.0
    wanted_by: int = 0

    def wait(self, me: int, now: float, pace: float) -> float:
        """For how many seconds ``me`` has to wait; time before a restart of the machine is past."""
        left = self.asked_at + pace - now if 0 < self.asked_at <= now else 0.0
        others_turn = self.asked_by == me and self.wanted_by not in (0, me)
        if others_turn and 0 <= now - self.wanted_at < WAITS_FOR:
            left = max(left, self.wanted_at + WAITS_FOR - now)
        return max(left, 0.0)


class TurnFile:
    """The slots. One for a process: a lock is the whole process's, and goes with the file.

    Attributes:
        me: what this process is called in them.
    """

    def __init__(self, store: Path) -> None:
        self._path = store.with_name(f"{store.name}-turns")
        self._file: int | None = None
        self.me = randbits(63) | 1

    def slot(self, number: int) -> Slot:
        """What is written in a slot."""
        told = os.pread(self._opened(), _SLOT.size, number * _SLOT.size)
        return Slot(*_SLOT.unpack(told.ljust(_SLOT.size, b"\0")))

    def take(self, number: int, now: float, pace: float) -> float:
        """Hold a slot, unless another process does or it has to rest; the seconds to wait, or 0."""
        if sys.platform == "win32":
            return 0.0
        if wait := self.slot(number).wait(self.me, now, pace):
            return self._wanted(number, now, wait)
        if not self._lock(number):
            return self._wanted(number, now, pace or WAITS_FOR)
        # Another process may have asked between the look and the lock.
        if wait := self.slot(number).wait(self.me, now, pace):
            self.leave(number)
            return self._wanted(number, now, wait)
        try:
            self._write(number * _SLOT.size, now)
        except StoreUnwritable:
            self.leave(number)
            raise
        return 0.0

    def leave(self, number: int) -> None:
        """Let go of a slot."""
        if sys.platform == "win32":
            return
        import fcntl

        fcntl.lockf(self._opened(), fcntl.LOCK_UN, 1, number * _SLOT.size)

    def close(self) -> None:
        """Let go of every slot."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _wanted(self, number: int, now: float, wait: float) -> float:
        """Say that somebody waits whose turn it was not; ``wait``."""
        if self.slot(number).asked_by != self.me:
            self._write(number * _SLOT.size + _HALF.size, now)
        return wait

    def _write(self, offset: int, now: float) -> None:
        try:
            os.pwrite(self._opened(), _HALF.pack(now, self.me), offset)
        except OSError as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> StoreUnwritable:
        why = os.strerror(error.errno).lower() if error.errno else str(error)
        return StoreUnwritable(f"{self._path} cannot be written ({why}); make room or give rights")

    def _lock(self, number: int) -> bool:
        if sys.platform == "win32":
            return True
        import fcntl

        try:
            flags = fcntl.LOCK_EX | fcntl.LOCK_NB
            fcntl.lockf(self._opened(), flags, 1, number * _SLOT.size)
        except (BlockingIOError, PermissionError):
            return False
        return True

    def _opened(self) -> int:
        if self._file is None:
            try:
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
            except OSError as error:
                raise self._unwritable(error) from error
        return self._file


def slot_of(host: str) -> int:
    """The number of a host's slot; two hosts that share one take turns, too."""
    return int.from_bytes(blake2b(host.encode(), digest_size=4).digest()) % SLOTS
