"""How much two postings say the same."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from postings.model import Posting

SAME_TEXT: Final = 0.9
SIMILAR_TEXT: Final = 0.8
_WORD = re.compile(r"\w+")
_MOST_WORDS = 20_000


def likeness(one: Posting, other: Posting) -> float | None:
    """The share of the words of two descriptions that they have in common, from 0 to 1.

    None where either has no description: nothing can be said.
    """
    mine, theirs = _words(one), _words(other)
    if not mine or not theirs:
        return None
    return 2 * (mine & theirs).total() / (mine.total() + theirs.total())


def says_the_same(one: Posting, other: Posting) -> bool:
    """Whether two descriptions are the same but for a date or a number; two empty ones are."""
    alike = likeness(one, other)
    if alike is None:
        return not _words(one) and not _words(other)
    return alike >= SAME_TEXT


def is_similar(one: Posting, other: Posting) -> bool:
    """Whether one description may be an edited version of the other; not without descriptions."""
    alike = likeness(one, other)
    return alike is not None and alike >= SIMILAR_TEXT


def _words(posting: Posting) -> Counter[str]:
    text = (posting.description_text or "").casefold()
    return Counter(_WORD.findall(text)[:_MOST_WORDS])
