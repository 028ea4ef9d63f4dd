"""robots.txt as RFC 9309 has it: what an answer to it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from crawler.answer import Trouble
from crawler.robotstxt import RobotsTxt, parse_robots_txt

MAX_SIZE = 500 * 1024
LONGEST_DELAY = 30.0
AGENT = "jobdiff"


@dataclass(frozen=True)
class Rules:
    """What one host's robots.txt says to us.

    Attributes:
        keep_out: why nothing may be asked at all; None where the rules decide.
        headers: of the answer that keeps out, for its Retry-After.
        delay: the Crawl-delay in seconds, at most 30.
        sitemaps: the URLs of its ``Sitemap:`` lines.
    """

    keep_out: Trouble | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    sitemaps: tuple[str, ...] = ()
    parsed: RobotsTxt | None = field(default=None, repr=False, compare=False)

    def refusal(self, url: str) -> Trouble | None:
        """Why ``url`` may not be asked; None when it may."""
        if self.keep_out:
            return self.keep_out
        if self.parsed is not None and not self.parsed.allows(url):
            return Trouble("blocked", "robots.txt does not allow it")
        return None


ALLOWED = Rules()


def unreachable(why: str) -> Rules:
    """The rules of a host that did not answer: keep out (RFC 9309, 2.3.1.4)."""
    return Rules(keep_out=Trouble("failed", f"{why} (robots.txt was asked for first)"))


def rules_of(status: int, body: bytes, headers: Mapping[str, str] | None = None) -> Rules:
    """What an answer to ``/robots.txt`` means (RFC 9309, 2.3.1).

    4xx: there are none, all is allowed. 429 and 5xx: not to be had, keep out. A redirect that was
    not followed to its end counts as unavailable, hence allowed.
    """
    if status == 429 or status >= 500:
        trouble = Trouble("blocked", f"robots.txt could not be had (HTTP {status})")
        return Rules(trouble, headers or {})
    if not 200 <= status < 300:
        return ALLOWED
    text = body[:MAX_SIZE].decode("utf-8-sig", errors="replace").replace("\x00", "")
    parsed = parse_robots_txt(text, AGENT)
    delay = min(parsed.delay or 0.0, LONGEST_DELAY)
    return Rules(delay=delay, sitemaps=parsed.sitemaps, parsed=parsed)
