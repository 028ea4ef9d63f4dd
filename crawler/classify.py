"""What the answer to one request means: every page fetched becomes one of six values (rule 2)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from crawler.answer import Answer
from crawler.html import Page, parse
from crawler.judge.closing import closing_phrase, is_noindex, not_found_phrase
from crawler.judge.impediments import impediment, is_shell
from crawler.judge.redirects import led_away
from postings.model import EvidenceKind, Fetch
from storage.pages import PageRecord

_BLOCKED_STATUS: Final = frozenset((401, 403, 407, 429, 451))
_GONE_STATUS: Final = frozenset((404, 410))
_READABLE: Final = ("html", "xml", "json", "text/plain", "gzip", "octet-stream")
_FOREIGN: Final = {
    b"%PDF-": "a PDF file",
    b"PK\x03\x04": "a zip file",
    b"\x89PNG": "an image",
    b"GIF8": "an image",
    b"\xff\xd8\xff": "an image",
    b"RIFF": "an image",
}
_WHOLE_ENDS: Final = (b"</html>", b"</urlset>", b"</sitemapindex>", b"</rss>", b"</feed>")


@dataclass(frozen=True)
class Judgement:
    """What a fetch came to.

    Attributes:
        detail: a sentence for people; empty where all is well.
        evidence: what kind of evidence ``gone`` and ``ended`` rest on.
        doubtful: it counts only if another posting's page was read whole in the same crawl.
    """

    fetch: Fetch
    detail: str = ""
    evidence: EvidenceKind | None = None
    doubtful: bool = False


CHANGED: Final = Judgement("changed")
UNCHANGED: Final = Judgement("unchanged")


def envelope(answer: Answer, record: PageRecord | None) -> Judgement:
    """What status, headers and the body's bytes tell, before the body is read."""
    if answer.trouble:
        return Judgement(answer.trouble.fetch, answer.trouble.detail)
    status = answer.status or 0
    if status == 304 and record:
        return UNCHANGED
    return _body(answer, record) if status in (200, 203) else _status(answer, status)


def _status(answer: Answer, status: int) -> Judgement:
    if status in _BLOCKED_STATUS:
        return Judgement("blocked", f"HTTP {status}")
    if status in _GONE_STATUS:
        return Judgement("gone", f"HTTP {status}", "http_status")
    if status == 503 and (page := parse(answer.body, answer.content_type)):
        trouble = impediment(page, answer.final_url, answer.url)
        if trouble and trouble.fetch == "blocked":
            return Judgement("blocked", f"HTTP 503, {trouble.detail}")
    if 300 < status < 400 and status != 304:
        return Judgement("failed", f"HTTP {status} to {_target(answer)}, which is not followed")
    return Judgement("failed", f"HTTP {status}")


def _body(answer: Answer, record: PageRecord | None) -> Judgement:
    if not answer.body.strip():
        return Judgement("failed", "its answer was empty")
    if encoding := answer.headers.get("content-encoding"):
        return Judgement("failed", f"it was sent in an encoding that cannot be read ({encoding})")
    kind = (answer.content_type or "html").partition(";")[0].strip().lower()
    if foreign := _foreign(answer.body, kind):
        return Judgement("failed", f"it is {foreign}, not a page")
    if answer.partial and not _is_whole(answer.body, kind):
        return Judgement("failed", "its answer was cut off")
    if record and record.body_hash == answer.body_hash:
        return UNCHANGED
    return CHANGED


def _foreign(body: bytes, kind: str) -> str | None:
    """What a body is that is no page, by its type or by its first bytes."""
    if not any(each in kind for each in _READABLE):
        return kind
    for magic, name in _FOREIGN.items():
        if body.startswith(magic):
            return name
    # A sitemap may come zipped; a page that is still zipped was encoded twice.
    return "zipped data" if body.startswith(b"\x1f\x8b") and "html" in kind else None


def _is_whole(body: bytes, kind: str) -> bool:
    """Whether a body without a stated length ends by itself."""
    if "json" in kind:
        try:
            json.loads(body)
        except ValueError:
            return False
        return True
    return body.rstrip().lower().endswith(_WHOLE_ENDS)


def without_posting(answer: Answer, page: Page | None, board_url: str) -> Judgement:
    """What a posting's own page is when it answered 200 and carries no posting."""
    if page is None:
        return Judgement("failed", "its answer is not a page")
    if trouble := impediment(page, answer.final_url, answer.url):
        return Judgement(trouble.fetch, trouble.detail)
    if told := _told_over(answer, page, board_url):
        return told
    if not page.text or is_shell(page):
        only = " that only scripts would fill" if page.has("//script") else ""
        return Judgement("failed", f"it is an empty frame{only}")
    unlisted = ", and is not to be indexed (noindex)" if is_noindex(page) else ""
    detail = f"carries no JobPosting any more{unlisted}"
    return Judgement("ended", detail, "markup_removed", doubtful=True)


def _told_over(answer: Answer, page: Page, board_url: str) -> Judgement | None:
    """What a page says of its posting's end, by where it led or in words."""
    if led := led_away(answer.url, answer.final_url, board_url):
        return Judgement("ended", f"redirected to {led}", "redirect", doubtful=True)
    if phrase := closing_phrase(page):
        return Judgement("ended", f"says: {phrase}", "closing_phrase")
    if phrase := not_found_phrase(page):
        return Judgement("ended", f"says: {phrase}", "closing_phrase", doubtful=True)
    return None


def with_expired_posting(page: Page | None) -> Judgement:
    """What a page is whose postings are all past their deadline."""
    phrase = closing_phrase(page) if page else None
    return Judgement("ended", f"says: {phrase}", "closing_phrase") if phrase else CHANGED


def listing_without_postings(answer: Answer, page: Page | None) -> Judgement:
    """What a listing page is when it answered 200 and tells no posting at all."""
    trouble = impediment(page, answer.final_url, answer.url) if page else None
    if trouble:
        return Judgement(trouble.fetch, trouble.detail)
    return CHANGED


def _target(answer: Answer) -> str:
    return answer.headers.get("location", "nowhere")[:80]
