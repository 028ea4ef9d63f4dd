"""Whether a page says that its posting is over, or a listing that there is nothing."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from crawler.html import Page
from crawler.judge.phrases import CLOSED, CONDITION, NO_OPENINGS, NOT_FOUND

NEAR_TOP: Final = 1200
_LOWER: Final = "'ROBTSNIDEX','robtsnidex'"
_NOINDEX: Final = (
    f"//meta[translate(@name,{_LOWER})='robots'][contains(translate(@content,{_LOWER}),'noindex')]"
)
_CONDITION: Final = re.compile(CONDITION)
_TEMPLATE: Final = re.compile(r"\{\{|\{\$|\$\{|<%|\[\[|\{%")
_SENTENCE_END: Final = re.compile(r"[.!?:·|] |\n")
_SENTENCE_STOP: Final = re.compile(r"[.!?。]|\n")


def closing_phrase(page: Page) -> str | None:
    """The sentence by which a page says that its posting is over; None where it does not.

    Only the title, the headings and the first lines of the visible main text are looked at, for
    descriptions say such things of other matters.
    """
    for part in _near_top(page):
        if found := _closed_in(part.casefold()):
            return part[slice(*found)].strip()
    return None


def not_found_phrase(page: Page) -> str | None:
    """The words by which a page that answered 200 says that nothing stands there."""
    for part in _near_top(page):
        if found := _any_of(NOT_FOUND).search(part.casefold()):
            return part[slice(*found.span())].strip()
    return None


def is_noindex(page: Page) -> bool:
    """Whether a page asks search engines not to list it, as pages of closed postings do."""
    return page.has(_NOINDEX)


def _near_top(page: Page) -> tuple[str, ...]:
    """Its headings, its title and its first lines, each of a length that is quickly searched."""
    return (page.headings[:NEAR_TOP], page.title[:NEAR_TOP], page.main_text[:NEAR_TOP])


def no_openings(page: Page) -> bool:
    """Whether a listing says in words that there is nothing.

    A template that scripts would fill says so before they have run: that is not believed.
    """
    text = f"{page.headings}\n{page.main_text[: 3 * NEAR_TOP]}".casefold()
    return bool(_any_of(NO_OPENINGS).search(text)) and not _TEMPLATE.search(text)


def _closed_in(text: str) -> tuple[int, int] | None:
    for found in _any_of(tuple(each for table in CLOSED.values() for each in table)).finditer(text):
        before = text[max(0, found.start() - 40) : found.start()]
        if not _CONDITION.search(before.split(".")[-1]):
            return _sentence(text, found.start(), found.end())
    return None


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """From the beginning of the sentence to its end, unless those are far away."""
    begin = max((found.end() for found in _SENTENCE_END.finditer(text, 0, start)), default=0)
    stop = _SENTENCE_STOP.search(text, end)
    last = stop.start() if stop else len(text)
    return (begin if start - begin <= 60 else start), (last if last - end <= 60 else end)


@cache
def _any_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{each})" for each in phrases))
