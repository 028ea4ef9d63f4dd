"""What can be read at a URL, told from that one page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jobdiff.cli.text import count
from postings.errors import ReadError

if TYPE_CHECKING:
    from crawler.discovery.content import Content, Opened
    from crawler.document import FetchedDocument
    from jobdiff.cli.session import Session


@dataclass(frozen=True)
class Detected:
    """What a board's page promises; ``warning`` is kept with the board."""

    saying: str
    warning: str | None = None


def fetch(session: Session, url: str) -> FetchedDocument:
    """Fetch one document with the crawler's guards.

    Raises:
        RefusedUrl: not a URL that jobdiff goes to.
        ReadError: it could not be had.
    """
    from crawler.run import fetch_document
    from crawler.settings_for import crawler_settings
    from jobdiff.cli.compose import run

    settings = crawler_settings(session.config)
    return run(lambda: fetch_document(url, settings, session.clock))


def detect(session: Session, url: str, strategy: str | None) -> Detected:
    """Look at a board's page once and say how it can be read.

    Raises:
        RefusedUrl: not a URL that jobdiff goes to.
        ConfigurationError: there is no such strategy.
    """
    from crawler.answer import Answer
    from crawler.discovery import strategy_named
    from crawler.discovery.content import read_listing

    if strategy not in {None, "auto"}:
        strategy_named(strategy)
    try:
        document = fetch(session, url)
    except ReadError as error:
        return Detected(str(error), str(error))
    headers = {"content-type": document.content_type} if document.content_type else {}
    answer = Answer(url, document.url, session.time(), document.status, headers, document.body)
    opened = read_listing(answer)
    return _on_a_platform(url, opened, strategy) or _told(opened.content)


def _on_a_platform(url: str, opened: Opened, strategy: str | None) -> Detected | None:
    """A board whose list can be asked, by its URL or by what its page leads to."""
    from crawler.platforms import by_page, by_url

    if strategy not in {None, "auto"}:
        return None
    found = by_url(url)
    if found is None and opened.page is not None and not opened.content.carried:
        found = by_page(opened.page, url)
    if found is None:
        return None
    where = "" if found.url == url else f", found at {found.url}"
    return Detected(f"a {found.platform.name} board{where}: its list is asked.")


def _told(content: Content) -> Detected:
    if content.kind == "sitemap":
        return Detected(f"a sitemap of {count(len(content.links), 'page')}.")
    if content.single:
        return Detected("the page of one posting.")
    if content.carried:
        return Detected(f"{count(len(content.carried), 'posting')} on the page itself.")
    if content.says_empty:
        return Detected("it says that there are no openings.")
    likely = _likely(content)
    if likely:
        more = ", on more than one page" if content.nexts else ""
        return Detected(f"{count(likely, 'link')} that may lead to postings{more}.")
    warning = "nothing on the page tells its postings; the next crawl looks for a sitemap"
    return Detected(f"{warning}.", warning)


def _likely(content: Content) -> int:
    from crawler.discovery.links import grouped, is_promising

    groups = grouped(content.links)
    return max(
        (len(group) for shape, group in groups.items() if is_promising(shape, group)), default=0
    )
