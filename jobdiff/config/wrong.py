"""What is wrong with a value, in the words that every message about one uses."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from pydantic import ValidationError
from pydantic_core import ErrorDetails


def first_error(wrong: ValidationError) -> ErrorDetails:
    """The error to name: a wrong value goes before a key that is unknown."""
    return min(wrong.errors(), key=lambda error: error["type"] != "extra_forbidden")


def reason(message: str) -> str:
    """A validator's message as the end of a sentence.

    >>> reason("Value error, '7' is no duration")
    "'7' is no duration"
    """
    squeezed = " ".join(message.removeprefix("Value error, ").split()).replace("tuple", "list")
    return squeezed[:1].lower() + squeezed[1:]


def hint(name: str, known: Iterable[str]) -> str:
    """What may have been meant by a name that is not known."""
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f"; did you mean {close[0]!r}?" if close else "; take it out or correct it"
