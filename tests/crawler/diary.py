"""A platform's board that is crawled and settled day after day, as the store would."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from crawler.job import InMemory
from crawler.ports import BoardPlan, CrawlReport, Item, KnownPosting
from crawler.reactor import run
from crawler.run import crawl
from crawler.settings_for import CrawlerSettings
from jobdiff.config.model import PlatformSettings
from postings.lifecycle import settle
from postings.model import Known, Observation, Verdict
from postings.visits import Board, Policy
from storage import baseline
from storage.pages import PageRecord
from tests.crawler.boards import StandIn
from tests.crawler.site import Site
from tests.crawler.visits import LOCAL, START

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Entry:
    """What one crawl came to."""

    report: CrawlReport
    items: list[Item]
    verdict: Verdict
    titles: dict[str, str]

    @property
    def outcome(self) -> str:
        return self.verdict.outcome

    @property
    def reason(self) -> str:
        return self.verdict.reason or ""

    def events(self) -> list[tuple[str, str]]:
        """Kind and title of each event that is news."""
        told = self.verdict.events
        return sorted((one.kind, self.titles[one.posting]) for one in told if not one.baseline)


@dataclass
class Diary:
    """One board and everything that is remembered of it."""

    url: str
    settings: CrawlerSettings = LOCAL
    learnt: dict[str, Any] = field(default_factory=dict)
    pages: dict[str, PageRecord] = field(default_factory=dict)
    postings: dict[str, Known] = field(default_factory=dict)
    counted: baseline.Counted = field(default_factory=baseline.Counted)
    board: Board = field(default_factory=lambda: Board("board"))
    crawls: int = 0

    def page(self, url: str) -> PageRecord | None:
        return self.pages.get(url)

    def known(self) -> list[KnownPosting]:
        return [
            KnownPosting(
                one.id, one.url, one.state, one.own_page, one.listed, one.keys,
                asked_due=one.absence is not None,
            )
            for one in self.postings.values()
        ]  # fmt: skip

    def open(self) -> list[str]:
        """The titles of the open postings."""
        known = self.postings.values()
        return sorted(one.snapshot.posting.title or "" for one in known if one.state == "open")

    def crawl(self, after: timedelta = DAY, **settings: Any) -> Entry:
        """Crawl and settle, a day after the last time unless told otherwise."""
        self.crawls += 1
        now = START + after * self.crawls
        recorder = InMemory()
        plan = BoardPlan("board", self.url, "auto", self.learnt, self, f"crawl {self.crawls}")
        used = replace(self.settings, **settings)
        report = run(lambda: crawl(plan, recorder, used, lambda: now))
        return self._settled(report, recorder.items, now)

    def _settled(self, report: CrawlReport, items: list[Item], now: Any) -> Entry:
        strategy = report.learnt.get("strategy")
        first = baseline.is_baseline(self.counted, strategy)
        seen = [one for one in items if isinstance(one, Observation)]
        board = replace(self.board, baseline=first)
        verdict = settle(board, list(self.postings.values()), seen, report.crawl, Policy(), now)
        self.postings.update({one.posting.id: one.posting for one in verdict.updates})
        self.pages.update({one.url: one for one in items if isinstance(one, PageRecord)})
        self.board = replace(board, quarantine=verdict.quarantine, ambiguous=verdict.ambiguous)
        self.counted = baseline.count(self.counted, strategy, verdict.outcome, read=bool(seen))
        self.learnt = dict(report.learnt)
        titles = {one.id: one.snapshot.posting.title or "" for one in self.postings.values()}
        return Entry(report, items, verdict, titles)


def diary_of(site: Site, platform: StandIn, url: str | None = None, **settings: Any) -> Diary:
    """The diary of a stand-in's board, at its real address unless ``url`` is another."""
    chosen = PlatformSettings(api=site.url("").rstrip("/"), **settings)
    used = replace(LOCAL, platforms={platform.name: chosen})
    return Diary(url or platform.board, settings=used)
