"""How the crawler is set: one frozen value, and Scrapy's settings made from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from importlib import metadata
from typing import TYPE_CHECKING, Any

from crawler.ports import Hosts, NoHosts
from postings.urls import canonical

if TYPE_CHECKING:
    from crawler.archiving import Keep
    from jobdiff.config import Config
    from jobdiff.config.model import PlatformSettings

MAX_BODY = 16 * 1024 * 1024


@dataclass(frozen=True)
class CrawlerSettings:
    """How boards are crawled.

    Attributes:
        delay: between two requests to one host; robots.txt may ask for more.
        contact: goes into the User-Agent.
        allow_private: go to loopback and private addresses too.
        exempt: single addresses that may be asked although they are not public.
        revisit: how long a page may go unasked that nothing calls changed; None is ``auto``.
        page_cap: how many listing pages (or sitemap shards) are asked at most.
        probes: how many pages of unknown kind are asked at most in one crawl.
        budget: how long a crawl may go on asking postings' pages.
        timeout: for one request from connect to the last byte.
        platforms: what is set of platforms (``crawler.platforms``), by name.
        archive: told of every page that came whole (``crawler.archiving``); None keeps none.
        hosts: what is remembered of hosts across crawls.
    """

    delay: timedelta = timedelta(seconds=1)
    contact: str | None = None
    allow_private: bool = False
    exempt: frozenset[str] = frozenset()
    revisit: timedelta | None = None
    page_cap: int = 200
    probes: int = 45
    budget: timedelta = timedelta(hours=1)
    timeout: timedelta = timedelta(seconds=60)
    platforms: Mapping[str, PlatformSettings] = field(default_factory=dict)
    archive: Keep | None = None
    hosts: Hosts = field(default_factory=NoHosts)

    def __deepcopy__(self, memo: object) -> CrawlerSettings:
        """Scrapy copies its settings again and again; a frozen value is its own copy."""
        return self

    @property
    def user_agent(self) -> str:
        """``jobdiff/VERSION (+contact)``."""
        name = f"jobdiff/{version()}"
        return f"{name} (+{self.contact})" if self.contact else name


@cache
def version() -> str:
    """The installed version of jobdiff."""
    try:
        return metadata.version("jobdiff")
    except metadata.PackageNotFoundError:
        return "0"


def crawler_settings(config: Config) -> CrawlerSettings:
    """What of the configuration is about crawling."""
    revisit = config.crawler.revisit
    return CrawlerSettings(
        delay=config.crawler.delay,
        contact=config.crawler.contact,
        allow_private=config.network.allow_private,
        revisit=revisit if isinstance(revisit, timedelta) else None,
        platforms=config.platforms.told(),
    )


def platforms_for(config: Config, url: str) -> Mapping[str, PlatformSettings]:
    """What is set of platforms for the board at ``url``: its own entry in the file goes first."""
    name = canonical(url)
    entry = next((one for one in config.boards if canonical(one.url) == name), None)
    return config.platforms.told_of(entry) if entry else config.platforms.told()


def scrapy_settings(settings: CrawlerSettings) -> dict[str, Any]:
    """Scrapy's settings for one crawl; the fixed ones are in ``crawler.settings``."""
    from crawler import settings as fixed

    values = {name: value for name, value in vars(fixed).items() if name.isupper()}
    return values | {
        "DOWNLOAD_DELAY": settings.delay.total_seconds(),
        "DOWNLOAD_TIMEOUT": settings.timeout.total_seconds(),
        "USER_AGENT": settings.user_agent,
        "JOBDIFF": settings,
    }
