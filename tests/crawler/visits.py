"""Crawl a site in a test, and remember it for the next crawl as the store would."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from crawler.job import InMemory
from crawler.ports import BoardPlan, CrawlReport, Item, KnownPosting
from crawler.reactor import run
from crawler.run import crawl
from crawler.settings_for import CrawlerSettings
from postings.model import Observation, Outcome
from postings.outcome import judge
from storage.pages import PageRecord

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
LOCAL = CrawlerSettings(delay=timedelta(0), allow_private=True, timeout=timedelta(seconds=5))


@dataclass
class Remembered:
    """The memory of a board that keeps what crawls recorded."""

    pages: dict[str, PageRecord] = field(default_factory=dict)
    postings: dict[str, KnownPosting] = field(default_factory=dict)

    def page(self, url: str) -> PageRecord | None:
        return self.pages.get(url)

    def known(self) -> Sequence[KnownPosting]:
        return list(self.postings.values())

    def keep(self, items: Sequence[Item]) -> None:
        for item in items:
            if isinstance(item, PageRecord):
                self.pages[item.url] = item
            elif item.posting:
                strong = next(key for key in item.keys if not key.startswith("content:"))
                own = item.asked or bool(item.posting.url)
                url = item.url if item.asked else item.posting.url or item.url
                self.postings[strong] = KnownPosting(strong, url, own_page=own, keys=item.keys)


@dataclass(frozen=True)
class Seen:
    """What one crawl came to."""

    report: CrawlReport
    items: list[Item]
    outcome: Outcome
    reason: str | None

    @property
    def observations(self) -> list[Observation]:
        return [item for item in self.items if isinstance(item, Observation)]

    @property
    def records(self) -> list[PageRecord]:
        return [item for item in self.items if isinstance(item, PageRecord)]

    def titles(self) -> list[str]:
        """The titles of the postings that were read."""
        return sorted(one.posting.title or "" for one in self.observations if one.posting)

    def fetches(self) -> dict[str, int]:
        """How many observations there are of each kind."""
        found: dict[str, int] = {}
        for one in self.observations:
            found[one.fetch] = found.get(one.fetch, 0) + 1
        return found


@dataclass
class Watched:
    """A board that is crawled again and again."""

    url: str
    strategy: str = "auto"
    settings: CrawlerSettings = LOCAL
    memory: Remembered = field(default_factory=Remembered)
    learnt: dict[str, Any] = field(default_factory=dict)
    now: datetime = START
    crawls: int = 0

    def crawl(self, after: timedelta = timedelta(hours=12), **settings: Any) -> Seen:
        """Crawl once more, half a day later unless told otherwise."""
        self.now += after if self.crawls else timedelta()
        recorder = InMemory()
        plan = BoardPlan("board", self.url, self.strategy, self.learnt, self.memory)
        used = replace(self.settings, **settings)
        report = run(lambda: crawl(plan, recorder, used, lambda: self.now))
        first = not self.crawls
        self.crawls += 1
        self.memory.keep(recorder.items)
        self.learnt = dict(report.learnt)
        seen = Seen(report, recorder.items, "complete", None)
        outcome, reason = judge(report.crawl, seen.observations, first_visit=first)
        return replace(seen, outcome=outcome, reason=reason)
