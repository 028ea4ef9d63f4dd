"""Words and patterns in text. Pure; the time a search takes grows with the text, no faster."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Protocol

PATTERN = "re:"


class _Searches(Protocol):
    def search(self, text: str, /) -> Any: ...


def found(words: str, text: str) -> bool:
    """Whether a whole word or phrase, in any case, or what follows ``re:`` is in a text.

    >>> found("C++", "We use c++ daily"), found("java", "JavaScript"), found("re:^sen", "Senior")
    (True, False, True)
    """
    if words.startswith(PATTERN):
        text = text.encode(errors="replace").decode()  # the engine takes no lone surrogate
    return _pattern(words).search(text) is not None


def any_of(wanted: Iterable[str], text: str) -> str | None:
    """The first of the words that is in a text, or None."""
    return next((words for words in wanted if found(words, text)), None)


@lru_cache(maxsize=1_000)
def _pattern(words: str) -> _Searches:
    if words.startswith(PATTERN):
        return _linear(words.removeprefix(PATTERN))
    phrase = r"\s+".join(re.escape(word) for word in words.split())
    return re.compile(rf"(?<!\w){phrase}(?!\w)", re.IGNORECASE)


def _linear(pattern: str) -> _Searches:
    import re2

    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    compiled: _Searches = re2.compile(pattern, options)
    return compiled
