"""What is told of a crawl: its facts, by the crawler, and what it came to, by the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from postings.visits import Crawl
from postings.wire import CRAWL_SCHEMA, instant

_WAYS = ("by_lastmod", "by_list", "not_modified", "same_body")
_KINDS = ("new", "changed", "removed", "reopened", "expired")


@dataclass(frozen=True)
class CrawlFacts:
    """How a crawl went, as the crawler reports it.

    ``strategy`` is how the board was read (else ``learnt["strategy"]``); ``learnt`` replaces what
    the crawler knew of the board, None keeps it. ``notes`` are sentences for people.
    """

    crawl: Crawl
    learnt: Mapping[str, Any] | None = None
    strategy: str | None = None
    requests: int = 0
    not_modified: int = 0
    bytes: int = 0
    seconds: float = 0.0
    retry_after: datetime | None = None
    saved: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class CrawlResult:
    """What a crawl came to.

    ``postings`` is how many it saw; the five kinds count its events that are news (no baseline);
    ``after_cursor`` is the log's cursor before its first event. ``refused``: jobdiff does not go
    to the board's URL at all.
    """

    crawl_id: str
    board_id: str
    board: str
    outcome: str
    reason: str | None
    started_at: datetime
    seconds: float
    requests: int
    not_modified: int
    bytes: int
    postings: int
    problems: int
    news: Mapping[str, int] = field(default_factory=dict)
    baseline: bool = False
    after_cursor: int = 0
    warnings: tuple[str, ...] = ()
    refused: bool = False
    saved: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def json(self) -> dict[str, Any]:
        """The contract ``jobdiff.crawl/1``."""
        return {
            "schema": CRAWL_SCHEMA,
            "board": self.board,
            "outcome": self.outcome,
            "reason": self.reason,
            "started_at": instant(self.started_at),
            "seconds": round(self.seconds, 3),
            "requests": self.requests,
            "not_modified": self.not_modified,
            "bytes": self.bytes,
            "postings": self.postings,
            **{kind: self.news.get(kind, 0) for kind in _KINDS},
            "problems": self.problems,
            "saved": {way: self.saved.get(way, 0) for way in _WAYS},
        }
