"""The loose shapes of JSON in markup: names in any case, lists of one, wrapped and empty values."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from postings.fields.text import one_line, squash

_SEPARATOR = re.compile(r"[:/#]")
_NO_WORD = re.compile(r"^[\W_]*$")
_TEMPLATE = re.compile(r"^(?:\$?\{.*\}|\{\{.*\}\}|%[A-Za-z_]+%|<%.*%>|\[object .*\])$")
_SAYS_NOTHING = frozenset(
    {
        "undefined",
        "null",
        "none",
        "nan",
        "n/a",
        "n.a.",
        "unavailable",
        "not available",
        "not applicable",
        "not specified",
        "unspecified",
        "tbd",
        "k.a.",
    }
)
_OPENS_TEMPLATE = "${%<["
_LONGEST_PLACEHOLDER = 60
_NESTING = 8


def local_name(name: str) -> str:
    """The lower-case name after any prefix or namespace.

    >>> local_name("https://schema.org/JobPosting"), local_name("schema:title")
    ('jobposting', 'title')
    """
    if ":" in name or "/" in name or "#" in name:
        name = _SEPARATOR.split(name.rstrip("/#"))[-1]
    return name.lower()


def folded(node: Mapping[str, Any]) -> dict[str, Any]:
    """The node's properties by local name; of two spellings the first that says something wins."""
    properties: dict[str, Any] = {}
    for key, value in node.items():
        name = local_name(key)
        if name not in properties or is_absent(properties[name]):
            properties[name] = value
    return properties


def is_placeholder(text: str) -> bool:
    """Whether text stands for "nothing": empty, ``N/A``, ``-``, ``undefined``, ``${city}``."""
    if len(text) > _LONGEST_PLACEHOLDER:
        return not text.strip()
    stripped = text.strip()
    first = stripped[:1]
    if first.isalnum():
        return stripped.lower() in _SAYS_NOTHING
    return _NO_WORD.match(stripped) is not None or (
        first in _OPENS_TEMPLATE and _TEMPLATE.match(stripped) is not None
    )


def is_absent(value: Any, depth: int = 0) -> bool:
    """Whether a value says nothing: null, empty, a placeholder, or made of such things only."""
    if value is None:
        return True
    if isinstance(value, str):
        return is_placeholder(value)
    if depth > _NESTING:
        return False
    if isinstance(value, list):
        return all(is_absent(item, depth + 1) for item in value)
    if isinstance(value, dict):
        return all(is_absent(item, depth + 1) for key, item in value.items() if key != "@type")
    return isinstance(value, float) and not math.isfinite(value)


def present(node: Mapping[str, Any], *names: str) -> Any:
    """The first of the named properties that says something, unwrapped; else None."""
    for name in names:
        value = node.get(name)
        if value is not None and not is_absent(value):
            return unwrapped(value)
    return None


def unwrapped(value: Any) -> Any:
    """What a JSON-LD value object, list or set holds."""
    for _ in range(_NESTING):
        if not isinstance(value, dict):
            break
        inner = next((key for key in ("@value", "@list", "@set") if key in value), None)
        if inner is None:
            break
        value = value[inner]
    return value


def listed(value: Any) -> list[Any]:
    """The values one by one, of a list or the single one; lists in lists opened, empty ones out."""
    if value is None:
        return []
    if isinstance(value, str):
        return [] if is_placeholder(value) else [value]
    return [item for item in _each(value, 0) if not is_absent(item)]


def _each(value: Any, depth: int) -> Iterator[Any]:
    value = unwrapped(value)
    if isinstance(value, list):
        if depth < _NESTING:
            for item in value:
                yield from _each(item, depth + 1)
    else:
        yield value


def scalar_text(value: Any) -> str | None:
    """A string or number as text, as written; None for anything else or nothing."""
    if isinstance(value, str):
        return None if is_placeholder(value) else value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, float):
        return None if not math.isfinite(value) else f"{value:.15g}"
    return str(value) if value.bit_length() < 256 else None


def texts(value: Any, *names: str) -> list[str]:
    """All texts in a value: strings, numbers, and of objects the first named property.

    Args:
        value: any JSON value.
        names: lower-case names to look for in objects; ``name`` when none is given.
    """
    if value is None:
        return []
    found = (_text_in(item, names or ("name",)) for item in listed(value))
    return [text for text in found if text is not None]


def _text_in(item: Any, names: tuple[str, ...]) -> str | None:
    if isinstance(item, dict):
        inner = listed(present(folded(item), *names))
        item = inner[0] if inner else None
    return scalar_text(item)


def words(value: Any) -> Any:
    """The value without the numbers and truth values in it, where only text makes sense."""
    return [item for item in listed(value) if isinstance(item, str | dict)]


def line_of(value: Any, *names: str) -> str | None:
    """The first text in a value, on one line, without markup."""
    for text in [value] if isinstance(value, str) else texts(value, *names):
        line = one_line(text)
        if line and not is_placeholder(line):
            return line
    return None


def number_of(value: Any) -> float | None:
    """A finite number, whole ones as int; also from text such as ``"60000.00"``; else None."""
    if isinstance(value, str):
        try:
            value = float(squash(value).replace(" ", ""))
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, int):
        return value if value.bit_length() < 64 else None
    if not math.isfinite(value):
        return None
    return int(value) if value.is_integer() and abs(value) < 2**53 else value
