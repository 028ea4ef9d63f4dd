"""json-repair under a budget: its time can grow with the square of what it is given.

The budget counts the characters that it looks at, so that the same text always ends the same way.
"""

from __future__ import annotations

import re
from typing import Any, SupportsIndex

from postings.errors import ReadError

_BRACKET = re.compile(r"[{}\[\]()]")
_DEEPEST = 60
_LIST_AFTER_LIST = re.compile(r"\]\s*\[")  # json-repair joins them, copying all before
_MOST_LISTS_IN_A_ROW = 500
_COPIED_IN_A_STEP = 32


class Steps:
    """How many characters may still be looked at."""

    def __init__(self, left: int) -> None:
        self.left = left

    def take(self, count: int) -> None:
        """Count looks; ReadError when there were none left."""
        if self.left <= 0:
            raise ReadError("the repair of a JSON block was given up: it takes too many steps")
        self.left -= count


class _Metered(str):
    """Text that counts the looks at its characters, and so do the texts made of it."""

    __slots__ = ("steps",)

    steps: Steps

    def __getitem__(self, at: SupportsIndex | slice) -> str:
        piece = str.__getitem__(self, at)
        self.steps.take(1 + len(piece) // _COPIED_IN_A_STEP)
        is_rest = isinstance(at, slice) and (at.start is None or at.stop is None)
        return _metered(piece, self.steps) if is_rest else piece

    def __add__(self, other: str) -> str:
        self.steps.take(1 + len(self) // _COPIED_IN_A_STEP)
        return _metered(str.__add__(self, other), self.steps)


def _metered(text: str, steps: Steps) -> _Metered:
    metered = _Metered(text)
    metered.steps = steps
    return metered


def repaired_by_library(text: str, steps: Steps) -> Any:
    """What json-repair makes of a text; None where it gives up or would take too many steps."""
    import json_repair

    if nesting(text) > _DEEPEST or len(_LIST_AFTER_LIST.findall(text)) > _MOST_LISTS_IN_A_ROW:
        return None
    try:
        return json_repair.loads(_metered(text, steps), skip_json_loads=True)
    except (ReadError, ValueError, AssertionError, IndexError, TypeError, AttributeError):
        return None


def nesting(text: str) -> int:
    """How deep brackets are nested at most, brackets in strings included."""
    level = deepest = 0
    for bracket in _BRACKET.findall(text):
        if bracket in "{[(":
            level += 1
            deepest = max(deepest, level)
        elif level:
            level -= 1
    return deepest
