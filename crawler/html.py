"""HTML as a tree and as the text that a reader sees."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from lxml import etree, html
from w3lib.encoding import html_to_unicode

_UNSEEN: Final = frozenset(
    ("script", "style", "noscript", "template", "head", "svg", "iframe", "select", "datalist")
)
_AROUND: Final = frozenset(("nav", "header", "footer", "aside"))
_BLOCKS: Final = frozenset(
    "address article br dd div dl dt fieldset form h1 h2 h3 h4 h5 h6 hr li main ol p pre section"
    " table td th tr ul".split()
)
_HIDDEN_STYLE: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SPACE: Final = re.compile(r"\s+")


@dataclass(frozen=True)
class Page:
    """An HTML page: its tree, and its text as a reader sees it."""

    tree: html.HtmlElement

    @cached_property
    def text(self) -> str:
        """The visible text, a line a block; scripts, styles and hidden parts left out."""
        return _text(self.tree, _UNSEEN)

    @cached_property
    def main_text(self) -> str:
        """The visible text without navigation, header and footer."""
        return _text(self.tree, _UNSEEN | _AROUND)

    @cached_property
    def title(self) -> str:
        return squash(self.tree.findtext(".//title") or "")

    @cached_property
    def heading(self) -> str:
        """The page's own heading: its first h1."""
        return squash(str(next((each.text_content() for each in self.tree.iter("h1")), "")))

    @cached_property
    def headings(self) -> str:
        """The first-level headings, joined."""
        found = self.tree.iter("h1", "h2")
        return "\n".join(squash(str(each.text_content())) for each in found)

    def has(self, path: str) -> bool:
        """Whether an XPath expression finds anything."""
        return bool(self.tree.xpath(path))


def parse(body: bytes, content_type: str | None) -> Page | None:
    """The page of ``body``; None where there is no HTML in it."""
    _, text = html_to_unicode(content_type, body)
    text = text.replace("\x00", "")
    if "<" not in text:
        return None
    parser = html.HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        tree = html.document_fromstring(_without_declaration(text), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None
    return Page(tree)


def squash(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


def _without_declaration(text: str) -> str:
    # lxml takes no text that declares an encoding.
    return re.sub(r"^\s*<\?xml[^>]*\?>", "", text, count=1)


def _text(root: html.HtmlElement, skipped: frozenset[str]) -> str:
    parts: list[str] = []
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, node in walk:
        if event == "start" and _is_unseen(node, skipped):
            walk.skip_subtree()
        elif event == "start":
            parts.append(_gap(node) + _SPACE.sub(" ", node.text or ""))
        if event == "end" and node is not root:
            parts.append(_gap(node) + _SPACE.sub(" ", node.tail or ""))
    lines = (squash(line) for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)


def _gap(node: html.HtmlElement) -> str:
    if node.tag == "br":
        return " "
    return "\n" if node.tag in _BLOCKS else ""


def _is_unseen(node: html.HtmlElement, skipped: frozenset[str]) -> bool:
    return (
        node.tag in skipped
        or "hidden" in node.attrib
        or node.get("aria-hidden") == "true"
        or bool(_HIDDEN_STYLE.search(node.get("style") or ""))
    )
