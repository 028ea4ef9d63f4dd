"""robots.txt as RFC 9309 has it: what an answer to it means."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from protego import Protego

from crawler.answer import Trouble

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
    parsed: Protego | None = field(default=None, repr=False, compare=False)

    def refusal(self, url: str) -> Trouble | None:
        """Why ``url`` may not be asked; None when it may."""
        if self.keep_out:
            return self.keep_out
        if self.parsed is not None and not self.parsed.can_fetch(url, AGENT):
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
    parsed = Protego.parse("\n".join(text.splitlines()))
    return Rules(
        delay=_delay(parsed.crawl_delay(AGENT)), sitemaps=tuple(parsed.sitemaps), parsed=parsed
    )


def _delay(said: float | None) -> float:
    if said is None or not math.isfinite(said) or said < 0:
        return 0.0
    return min(float(said), LONGEST_DELAY)
