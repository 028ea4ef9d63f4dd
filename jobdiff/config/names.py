"""What may be the name of a board, a tag, a rule or a channel."""

from __future__ import annotations

import unicodedata

from postings.errors import UsageError

_LONGEST = 200
_NO_LETTERS = frozenset({"Cc", "Cs", "Zl", "Zp"})


def parse_name(text: str) -> str:
    """Check a name: a line of text that has something in it.

    Raises:
        UsageError: it is none.
    """
    if not text.strip():
        raise UsageError("it is empty; write a name")
    if len(text) > _LONGEST:
        raise UsageError(f"it is longer than {_LONGEST} characters; write a shorter one")
    if any(unicodedata.category(letter) in _NO_LETTERS for letter in text):
        raise UsageError(f"{text!a} has control characters in it; write it without")
    if text != text.strip():
        raise UsageError(f"{text!r} begins or ends with a blank; write it without")
    return text
