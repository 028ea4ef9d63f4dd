"""What this room needs of others; who composes it fills these."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol, TypeAlias


class Check(Protocol):
    """One thing that was looked at."""

    @property
    def check(self) -> str: ...
    @property
    def ok(self) -> bool: ...
    @property
    def detail(self) -> str: ...


class Health(Protocol):
    """How the daemon is."""

    @property
    def live(self) -> bool: ...
    @property
    def ready(self) -> bool: ...
    @property
    def started_at(self) -> datetime: ...
    @property
    def crawling(self) -> int: ...
    @property
    def crawled(self) -> int: ...
    @property
    def checks(self) -> Sequence[Check]: ...


HealthSource: TypeAlias = Callable[[], Awaitable[Health]]
