"""How the daemon is, as a value: for ``/healthz``, ``/readyz`` and the service manager."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Check:
    """One thing that was looked at; ``detail`` is one line."""

    check: str
    ok: bool
    detail: str


@dataclass(frozen=True)
class Health:
    """How a process is.

    Attributes:
        live: it does what it is there for; where not, a new start may help.
        ready: it is live, its store answers, and it is not about to stop.
        crawling: how many boards are being crawled.
        crawled: how many crawls have ended since it started.
        checks: what was looked at.
    """

    live: bool
    ready: bool
    started_at: datetime
    crawling: int
    crawled: int
    checks: tuple[Check, ...]
