"""Rules about the page around a posting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from postings.lint.case import Case, Hit, Rule
from postings.urls import absolute, canonical

_SHOWS_SOMETHING = 200


def _not_visible(case: Case) -> Iterator[Hit]:
    title = (case.posting.title or "").casefold()
    if case.page is None or not title or len(case.page.text) < _SHOWS_SOMETHING:
        return
    if title not in case.page.text:
        yield Hit("the page does not show this title", case.node.get("title"))


def _no_way_to_apply(case: Case) -> Iterator[Hit]:
    stated = case.posting.apply_url or case.node.said("applicationcontact", "potentialaction")
    if case.page is not None and not case.page.acts and not stated:
        yield Hit("the page has no link, form or button to apply by")


def _not_canonical(case: Case) -> Iterator[Hit]:
    url = case.posting.url
    stated = case.page.canonical if case.page else None
    own = absolute(url, stated) if url and stated else None
    if url and own and canonical(own) != canonical(url):
        yield Hit(f"the page calls {stated} its address", case.node.get("url"))


def _noindex(case: Case) -> Iterator[Hit]:
    if case.page is not None and case.page.noindex:
        yield Hit("the page asks search engines to stay away")


SEVERAL: Final = Rule(
    "several-postings", "warning", None,
    "A posting has a page of its own; a listing carries none.", "Google",
)  # fmt: skip

RULES: Final = (
    Rule(
        "title-not-visible", "warning", "title",
        "Markup says what the page shows.", "Google", _not_visible,
    ),
    Rule(
        "no-way-to-apply", "warning", None,
        "A page with a posting has a way to apply.", "Google", _no_way_to_apply,
    ),
    Rule(
        "url-not-canonical", "warning", "url",
        "The posting's url is the page's canonical address.", "Google", _not_canonical,
    ),
    Rule(
        "page-noindex", "info", None,
        "A page with an open posting may be indexed.", "Google", _noindex,
    ),
    SEVERAL,
)  # fmt: skip
