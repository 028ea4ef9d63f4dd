"""One document, from bytes to postings."""

from __future__ import annotations

from lxml.html import HtmlElement

from postings.model import Organization, Posting
from postings.normalise import posting_of
from postings.reading.encoding import utf8
from postings.reading.found import Found, RawNode
from postings.reading.glance import Glance, glance_at, looks_like_json
from postings.reading.jsonld import mentions_in, read_json, read_scripts
from postings.reading.limits import Limits
from postings.reading.merge import merged
from postings.reading.result import Reading

_NOTHING_READ = Reading()


def read_document(
    body: bytes, url: str, content_type: str | None = None, *, limits: Limits | None = None
) -> Reading:
    """Read every JobPosting of an HTML or JSON document.

    Args:
        body: the document as it came, decompressed.
        url: its URL, against which its own URLs are resolved; may be empty.
        content_type: the Content-Type header, for its charset.
        limits: bounds other than the safe defaults.

    Returns:
        The postings in document order, and what is wrong with the page. ``complete`` is False when
        a limit or a truncated tree kept something from being read. Never raises on what it reads.
    """
    limits = limits or Limits()
    found = Found()
    if len(body) > limits.page_bytes:
        message = f"the page is longer than {limits.page_bytes} bytes; the rest was not read"
        found.problem("page-too-long", message, partial=True)
        body = body[: limits.page_bytes]
    if b"\0" in body:  # as wide encodings have it, in which the glance sees nothing
        body = utf8(body, content_type)
    glance = glance_at(body)
    if glance.may_carry_postings:
        text = utf8(body, content_type)
        _read(text, glance if text is body else glance_at(text), url, limits, found)
    elif not found.problems:
        return _NOTHING_READ
    return _reading(found, url, limits)


def _read(body: bytes, glance: Glance, url: str, limits: Limits, found: Found) -> None:
    if looks_like_json(body):
        read_json(body.decode(errors="replace"), limits, found)
    else:
        _read_html(body, glance, url, limits, found)


def _read_html(body: bytes, glance: Glance, url: str, limits: Limits, found: Found) -> None:
    from postings.reading.tree import json_ld_scripts, leading_scripts, parsed, rescued_scripts

    scripts = leading_scripts(body, glance)
    if _make_all_mentions(scripts, glance):
        read_scripts(scripts, limits, found)
        return
    root = parsed(body, found)
    if root is None:
        return
    scripts = list(json_ld_scripts(root) if found.complete else rescued_scripts(body))
    read_scripts(scripts, limits, found)
    if not _make_all_mentions(scripts, glance):
        _read_markup(root, glance, url, limits, found)


def _make_all_mentions(scripts: list[HtmlElement], glance: Glance) -> bool:
    return 0 < mentions_in(scripts) == glance.mentions


def _read_markup(root: HtmlElement, glance: Glance, url: str, limits: Limits, found: Found) -> None:
    if b"itemprop" in glance.lowered or b"itemtype" in glance.lowered:
        from postings.reading.microdata import read_microdata

        read_microdata(root, url, limits, found)
    if b"typeof" in glance.lowered:
        from postings.reading.rdfa import read_rdfa

        read_rdfa(root, url, limits, found)


def _reading(found: Found, url: str, limits: Limits) -> Reading:
    nodes = found.nodes
    if len(nodes) > limits.postings:
        message = f"{len(nodes)} postings on one page; only {limits.postings} were read"
        found.problem("too-many-postings", message, partial=True)
        nodes = nodes[: limits.postings]

    def posting(node: RawNode) -> Posting:
        return posting_of(
            node.raw,
            syntax=node.syntax,
            url=url,
            repaired=node.repaired,
            title_bytes=limits.title_bytes,
            problems=node.problems,
        )

    reads = [(node, posting(node)) for node in nodes]
    worth = [read for read in reads if _says_something(read[1])]
    if len(worth) < len(reads):
        message = f"{len(reads) - len(worth)} JobPosting nodes say nothing about a job"
        found.problem("posting-empty", message)
    kept = merged(worth, posting) if len(worth) > 1 else worth
    return Reading(
        tuple(read[1] for read in kept),
        tuple(found.problems),
        found.complete,
        origins=tuple(read[0].origins for read in kept),
        problem_origins=tuple(found.problem_origins),
    )


def _says_something(posting: Posting) -> bool:
    """Whether a posting is more than a type and an address."""
    return bool(
        posting.title
        or posting.description_html
        or posting.identifier.value
        or posting.organization != Organization()
        or posting.date_posted
        or posting.valid_through
        or posting.locations
    )
