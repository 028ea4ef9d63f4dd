"""JSON as pages have it: a strict parse, a tolerant one, small repairs, then a repair library."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any, Final

from postings.reading.metered import Steps, repaired_by_library

_LONGEST_INTEGER = 310
_STRINGS_IN_STRINGS = 3
_MOST_ROOTS = 1000


@dataclass(frozen=True)
class Parsed:
    """The values of a block: usually one, more where several roots stand one after the other."""

    values: tuple[Any, ...]
    repaired: bool = False
    duplicate_keys: tuple[str, ...] = ()


def parse_strictly(text: str) -> Parsed | None:
    """JSON as RFC 8259 has it, but raw line ends in strings; None if it is anything else.

    NaN, infinities and enormous numbers become null. A repeated key keeps its last value and is
    reported.
    """
    duplicates: list[str] = []

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        result = dict(items)
        if len(result) != len(items):
            names = [name for name, _ in items]
            duplicates.extend(sorted({name for name in result if names.count(name) > 1}))
        return result

    value = _loads(text, pairs)
    if value is _NOTHING:
        return None
    if isinstance(value, str):
        return Parsed((_opened(value),), repaired=True)
    return Parsed((value,), duplicate_keys=tuple(duplicates))


_NOTHING: Final = object()


def _loads(text: str, pairs: Callable[[list[tuple[str, Any]]], Any] | None = None) -> Any:
    try:
        return _decoder(pairs).decode(text)
    except (ValueError, RecursionError):
        return _NOTHING


def _decoder(pairs: Callable[[list[tuple[str, Any]]], Any] | None = None) -> json.JSONDecoder:
    return json.JSONDecoder(
        strict=False,
        parse_constant=_null,
        parse_float=_finite,
        parse_int=_bounded,
        object_pairs_hook=pairs,
    )


def _null(_: str) -> None:
    return None


def _finite(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None


def _bounded(text: str) -> int | None:
    return int(text) if len(text) <= _LONGEST_INTEGER else None


def parse_tolerantly(text: str, steps: Steps | None) -> Parsed | None:
    """Broken JSON, repaired; None where nothing sensible comes out.

    Args:
        text: what a strict parse refused.
        steps: what the repair library may cost when the small repairs fail; None: it is not asked.
    """
    for candidate in _repairs(text):
        values = _roots(candidate)
        if values:
            return Parsed(tuple(_opened(value) for value in values), repaired=True)
    return _by_library(text, steps) if steps else None


# --- small repairs -------------------------------------------------------------------------------

_BLANK = " \t\r\n\f\v\xa0\ufeff\u2028\u2029"
_OPENING_GUARDS = ("<!--", "<![CDATA[", "/*<![CDATA[*/", "/*", "*/")
_CLOSING_GUARDS = ("//", "-->", "]]>", "/*", "*/", ";")
_MOST_GUARDS = 20
_COMMENT_LINE = re.compile(r"//[^\n{\[]*(?:\n|$)|//(?=\s*<!)")
_ASSIGNED = re.compile(r"^(?:(?:var|let|const)\s+)?[\w.$]+\s*=\s*(?=[{\[])")
_NO_BLANKS = dict.fromkeys(map(ord, " \t\r\n"))
_BAD_ESCAPE = re.compile(r"\\(?:([\"\\/bfnrt]|u[0-9a-fA-F]{4})|(.))", re.DOTALL)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_ENTITIES = ("&quot;", "&#34;", "&#x22;", "&#034;")


def _repairs(text: str) -> Iterator[str]:
    """The text with one more small repair at each step."""
    text = unguarded(text)
    yield text
    if any(entity in text for entity in _ENTITIES):
        yield unescape(text)
    if text[:12].translate(_NO_BLANKS).startswith(('{\\"', '[{\\"')):
        yield text.replace('\\"', '"').replace("\\\\", "\\")
    escaped = _BAD_ESCAPE.sub(_good_escape, text)
    if escaped != text:
        yield escaped
    if _TRAILING_COMMA.search(escaped):
        yield _without_trailing_commas(escaped)


def unguarded(text: str) -> str:
    """Without what stands around the JSON: comment and CDATA guards, BOM, ``var x =``, ``;``."""
    return _ASSIGNED.sub("", _without_closing(_without_opening(text)))


def _without_opening(text: str) -> str:
    for _ in range(_MOST_GUARDS):
        text = text.lstrip(_BLANK)
        guard = next((guard for guard in _OPENING_GUARDS if text.startswith(guard)), None)
        comment = _COMMENT_LINE.match(text)
        if guard:
            text = text[len(guard) :]
        elif comment:
            text = text[comment.end() :]
        else:
            break
    return text


def _without_closing(text: str) -> str:
    for _ in range(_MOST_GUARDS):
        text = text.rstrip(_BLANK)
        guard = next((guard for guard in _CLOSING_GUARDS if text.endswith(guard)), None)
        if guard is None:
            break
        text = text[: -len(guard)]
    return text


def _good_escape(match: re.Match[str]) -> str:
    return match.group() if match[1] else match[2]


_STRING_OR_COMMA: Final = re.compile(r'"(?:[^"\\]|\\.)*"|,(?=\s*[}\]])', re.DOTALL)


def _without_trailing_commas(text: str) -> str:
    return _STRING_OR_COMMA.sub(lambda match: "" if match.group() == "," else match.group(), text)


def _roots(text: str) -> list[Any]:
    """All values that stand one after the other; nothing if anything else stands between them."""
    decoder = _decoder()
    values: list[Any] = []
    at = 0
    while at < len(text) and len(values) < _MOST_ROOTS:
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return _but_leftovers(values, text[at:])
        values.append(value)
        at = _next_root(text, at)
    return values


_BETWEEN = re.compile(r"[\s,;\ufeff]*")


def _next_root(text: str, at: int) -> int:
    between = _BETWEEN.match(text, at)
    return between.end() if between else at


def _but_leftovers(values: list[Any], rest: str) -> list[Any]:
    """What was read before a rest that is a few stray marks; nothing before a longer rest."""
    return values if values and len(rest) < 40 and not re.search(r"[\"\w]", rest) else []


def _opened(value: Any) -> Any:
    """JSON in a JSON string, opened."""
    for _ in range(_STRINGS_IN_STRINGS):
        if not isinstance(value, str):
            break
        inner = _loads(value)
        if inner is _NOTHING:
            break
        value = inner
    return value


def _by_library(text: str, steps: Steps) -> Parsed | None:
    text = unguarded(text)
    if any(entity in text for entity in _ENTITIES):
        text = unescape(text)
    value = repaired_by_library(_plain_quotes(text), steps)
    return Parsed((value,), repaired=True) if isinstance(value, dict | list) and value else None


_SMART_QUOTES = str.maketrans("\u201c\u201d\u201e\u201f", '""""')


def _plain_quotes(text: str) -> str:
    """Curly double quotes straightened, where a text processor made all of them curly."""
    curly = sum(map(text.count, "\u201c\u201d\u201e\u201f"))
    return text.translate(_SMART_QUOTES) if curly > text.count('"') else text
