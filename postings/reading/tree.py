"""The page's one tree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring, fromstring

from postings.fields.text import clean_text
from postings.fields.values import local_name
from postings.reading.found import Found
from postings.reading.glance import Glance
from postings.reading.result import Origin

LD_JSON = "application/ld+json"

_SCRIPT = re.compile(
    r"<script\b[^>]*?\btype\s*=\s*[\"']?\s*application/ld\+json[^>]*>(.*?)</script",
    re.IGNORECASE | re.DOTALL,
)
_MOST_RESCUED = 1000
_LAST_LINE = 65_535  # libxml2 keeps no greater number with an element
_CUT = etree.ErrorTypes.ERR_RESOURCE_LIMIT
_PROBE = "jobdiff-probe"
_MOST_SCRIPTS = 1000
_LONGEST_TAG = 2000
_TITLES = frozenset(("title", "name"))


def parsed(body: bytes, found: Found) -> HtmlElement | None:
    """The tree of a UTF-8 page; None where there is none. A tree that was cut is told."""
    parser = HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        root = document_fromstring(body, parser=parser)
    except etree.ParserError:
        return None
    cut = next((entry for entry in parser.error_log if entry.type == _CUT), None)
    if cut is not None:
        message = f"the HTML parser stopped at line {cut.line}: {cut.message}"
        found.problem("tree-truncated", message, partial=True)
    return root


def leading_scripts(body: bytes, glance: Glance) -> list[HtmlElement]:
    """The JSON-LD scripts of a UTF-8 page, of which no more is parsed than it takes.

    A parser reads from left to right: nothing after the last of them changes any of them, if it
    stands between two tags there. Whether it does is told by an element put at that place. Where
    it does not, or where JobPosting is mentioned later on, the list is empty.
    """
    end = _end_of_json_ld(glance.lowered)
    if not 0 <= glance.last < end:
        return []
    part = Found()
    root = parsed(body[:end] + f"<{_PROBE}>".encode(), part)
    if root is None or not part.complete or _last_in(root).tag != _PROBE:
        return []
    return list(json_ld_scripts(root))


def _last_in(element: HtmlElement) -> HtmlElement:
    while len(element):
        element = element[-1]
    return element


def _end_of_json_ld(lowered: bytes) -> int:
    """Where the last script ends whose type may be JSON-LD; 0 if nothing tells."""
    at = len(lowered)
    for _ in range(_MOST_SCRIPTS):
        at = lowered.rfind(b"<script", 0, at)
        if at < 0:
            break
        if _may_be_json_ld(lowered[at : at + _LONGEST_TAG]):
            closed = lowered.find(b"</script", at)
            return lowered.find(b">", closed) + 1 if closed >= 0 else 0
    return 0


def _may_be_json_ld(opening: bytes) -> bool:
    """Whether a tag may have the type of JSON-LD, which may be spelled with spaces and entities."""
    tag, end, _ = opening.partition(b">")
    if not end or b"&" in tag or tag.count(b'"') % 2 or tag.count(b"'") % 2:
        return True
    return LD_JSON in "".join(tag.decode(errors="replace").split())


def json_ld_scripts(root: HtmlElement) -> Iterator[HtmlElement]:
    """The JSON-LD scripts, whatever the case, spaces and parameters of their type."""
    # a page may have a second root after its first one
    scripts = [script for top in (root, *root.itersiblings()) for script in top.iter("script")]
    for script in scripts:
        kind = script.get("type")
        if kind and "".join(kind.partition(";")[0].split()).lower() == LD_JSON:
            script.set("type", LD_JSON)
            yield script


def rescued_scripts(body: bytes) -> Iterator[HtmlElement]:
    """The JSON-LD scripts of a page whose tree was cut, found in its text."""
    text = body.decode(errors="replace")
    line, counted = 1, 0
    for count, match in enumerate(_SCRIPT.finditer(text)):
        if count >= _MOST_RESCUED:
            break
        script = fromstring("<script></script>")
        script.set("type", LD_JSON)
        script.text = clean_text(match[1])
        line += text.count("\n", counted, match.start(1))
        counted = match.start(1)
        script.sourceline = min(line, _LAST_LINE)  # type: ignore[assignment]
        yield script


def inner_html(element: HtmlElement) -> str:
    """The markup inside an element."""
    parts = [element.text or ""]
    parts += [etree.tostring(child, encoding="unicode", method="html") for child in element]
    return "".join(parts)


def markup_origin(block: str, element: HtmlElement, attribute: str) -> Origin:
    """Where a scope or subject stands, and the first line of each property that it names."""
    lines: dict[str, int] = {}
    for inner in element.iter(etree.Element):
        for name in (inner.get(attribute) or "").split():
            lines.setdefault(local_name(name), int(inner.sourceline or 0))
    line = element.sourceline or min(lines.values(), default=None)
    return Origin(block, line, lines=lines)


def address_in_title(scope: HtmlElement, names: str, item: str) -> dict[str, str]:
    """The ``url`` of an entry of a listing whose title is a link, in one or around one.

    Args:
        scope: the entry's element.
        names: the attribute that names properties, ``itemprop`` or ``property``.
        item: the attribute that makes an element an item of its own.
    """
    for element in scope.iterdescendants(etree.Element):
        named = {local_name(name) for name in (element.get(names) or "").split()}
        holders = list(takewhile(lambda holder: holder is not scope, element.iterancestors()))
        if named & _TITLES and not any(item in holder.attrib for holder in holders):
            links = (link for link in (*element.iter("a"), *holders) if link.tag == "a")
            href = next((link.get("href") for link in links), None)
            return {"url": href} if href and not href.startswith("#") else {}
    return {}
