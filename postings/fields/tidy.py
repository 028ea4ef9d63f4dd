"""Raw JSON made storable: finite numbers, valid Unicode, bounded depth."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from postings.fields.text import clean_text

DEPTH: Final = 200
_LONGEST_INTEGER_BITS = 1024


def tidy(node: Mapping[str, Any], depth: int = DEPTH) -> dict[str, Any]:
    """A copy of a JSON object with what cannot be stored left out or null.

    NUL, controls, lone surrogates and bidi tricks leave the text; NaN, infinities and enormous
    integers become null; what is nested deeper than ``depth`` becomes null.
    """
    return {clean_text(str(key)): _tidied(value, depth - 1) for key, value in node.items()}


def _tidied(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict | list | tuple):
        return _tidied_inside(value, depth) if depth > 0 else None
    return value if _is_storable(value) else None


def _tidied_inside(value: Any, depth: int) -> Any:
    if isinstance(value, dict):
        return tidy(value, depth)
    return [_tidied(item, depth - 1) for item in value]


def _is_storable(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, bool) or (
        isinstance(value, int) and value.bit_length() <= _LONGEST_INTEGER_BITS
    )
