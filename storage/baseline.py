"""Which crawls of a board are its baseline (rule 8): what they see is recorded and is no news."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from postings.model import Outcome

READ_AT_MOST: Final = 3
"""The crawl that read something and is the last to be baseline, even if none was complete."""

_COMPLETE: Final = frozenset({"complete", "empty"})


@dataclass(frozen=True)
class Counted:
    """Crawls of a board under its present strategy.

    Attributes:
        strategy: how the board is read; None before anything was read.
        complete: crawls that came to their end.
        read: crawls that read something, complete or not.
    """

    strategy: str | None = None
    complete: int = 0
    read: int = 0


def under(counted: Counted, strategy: str | None) -> Counted:
    """The count that holds for a crawl with ``strategy``: a changed one starts anew.

    >>> under(Counted("listing", 4, 5), "sitemap")
    Counted(strategy='sitemap', complete=0, read=0)
    """
    if strategy is None or counted.strategy in (None, strategy):
        return Counted(counted.strategy or strategy, counted.complete, counted.read)
    return Counted(strategy)


def is_baseline(counted: Counted, strategy: str | None) -> bool:
    """Whether a crawl with ``strategy`` still is baseline, before it is counted."""
    present = under(counted, strategy)
    return present.complete == 0 and present.read < READ_AT_MOST


def count(counted: Counted, strategy: str | None, outcome: Outcome, *, read: bool) -> Counted:
    """The count after a crawl; one that read nothing and did not end well changes nothing.

    ``read``: it saw at least one posting.
    """
    complete = outcome in _COMPLETE
    if not (complete or read):
        return counted
    present = under(counted, strategy)
    return Counted(present.strategy, present.complete + complete, present.read + 1)
