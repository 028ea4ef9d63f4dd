"""The HTML that some platforms' lists are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from lxml import etree, html

from crawler.html import Page, parse, squash
from crawler.judge.closing import no_openings

Element: TypeAlias = html.HtmlElement


def page_of(body: bytes) -> Page:
    """The page of a body.

    Raises:
        ValueError: there is no HTML in it.
    """
    page = parse(body, "text/html")
    if page is None:
        raise ValueError("it is no HTML")
    return page


def in_class(root: Element, name: str) -> Iterator[Element]:
    """The elements of a class, in the page's order."""
    for node in root.iter(etree.Element):
        if name in (node.get("class") or "").split():
            yield node


def first_in_class(root: Element, name: str) -> Element | None:
    """The first element of a class."""
    return next(in_class(root, name), None)


def words(node: Element | None) -> str:
    """The text of an element on one line; empty for none."""
    return "" if node is None else squash(str(node.text_content()))


def check_empty(page: Page, *frames: str) -> None:
    """Accept a list without entries only where it says so, or where the list's own frame is there.

    Args:
        page: the list.
        frames: classes of the elements that hold the platform's lists.

    Raises:
        ValueError: it may be another page.
    """
    framed = any(first_in_class(page.tree, frame) is not None for frame in frames)
    if not framed and not no_openings(page):
        raise ValueError("it shows no postings and does not say that there are none")
