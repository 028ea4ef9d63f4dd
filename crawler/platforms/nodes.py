"""Small parts of raw schema.org nodes, made from what lists say."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from crawler.platforms.platform import Node
from postings.fields.employment import employment_types

_SEVERAL = re.compile(r"\s*[;|•]\s*")
_COUNT = re.compile(r"^\d+ \w+$")
_REMOTE_IN = re.compile(r"^(remote|hybrid)\s*[(-]\s*([^()]+?)\)?$", re.IGNORECASE)


def posting(**properties: Any) -> Node:
    """A JobPosting of the properties that have a value."""
    told = {name: value for name, value in properties.items() if value not in (None, "", [], {})}
    return {"@type": "JobPosting", **told}


def organization(name: Any) -> Node | None:
    """A hiring organisation, where there is a name."""
    said = text(name)
    return {"@type": "Organization", "name": said} if said else None


def identifier(value: Any, name: Any = None) -> Node:
    """An identifier, and whose it is where that is known."""
    told = {"@type": "PropertyValue", "value": str(value)}
    return told | ({"name": text(name)} if text(name) else {})


def text(value: Any) -> str:
    """A trimmed text; empty for anything else."""
    return value.strip() if isinstance(value, str) else ""


def native(value: Any) -> str:
    """A platform's own id as text; empty for what is none.

    >>> native(7), native(" a7 "), native({}), native(None)
    ('7', 'a7', '', '')
    """
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else text(value)


def address(**parts: Any) -> Node | None:
    """A place with its address; None where nothing of it is known."""
    told = {name: text(value) for name, value in parts.items() if text(value)}
    return {"@type": "Place", "address": {"@type": "PostalAddress", **told}} if told else None


def places(names: Iterable[Any]) -> list[str]:
    """Places in words, one each; what only counts them (``3 Locations``) is left out.

    >>> places(["Bern, CH; Basel", "3 Locations", "Remote (New Jersey, US)", None])
    ['Bern, CH', 'Basel', 'New Jersey, US']
    """
    found = [part for name in names for part in _SEVERAL.split(text(name))]
    bare = [inner[2] if (inner := _REMOTE_IN.match(part)) else part for part in found]
    return list(dict.fromkeys(part for part in bare if part and not _COUNT.match(part)))


def workplace(names: Iterable[Any]) -> str | None:
    """Remote or hybrid, where every place in words begins with it."""
    told = [_REMOTE_IN.match(text(name)) for name in names]
    said = {found[1].lower() if found else None for found in told}
    return said.pop() if len(said) == 1 else None


def types(*values: Any) -> list[str]:
    """The words that name one of Google's employment types; words of other matters are dropped.

    >>> types("Regular", "full-time", None)
    ['full-time']
    """
    said = [text(value) for value in values if text(value)]
    return [value for value in said if employment_types([value]) != ("OTHER",)]


def salary(low: Any, high: Any, currency: Any, unit: Any = None) -> Node | None:
    """A base salary; None without an amount."""
    if low in (None, "") and high in (None, ""):
        return None
    value = {"@type": "QuantitativeValue", "minValue": low, "maxValue": high, "unitText": unit}
    told = {name: each for name, each in value.items() if each not in (None, "")}
    return {"@type": "MonetaryAmount", "currency": currency, "value": told}


def from_milliseconds(value: Any) -> str | None:
    """The instant of so many milliseconds since 1970."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value < 4e12:
        return None
    return datetime.fromtimestamp(value / 1000, UTC).isoformat(timespec="seconds")


def in_utc(value: Any) -> str | None:
    """``2026-08-05 09:41:37 UTC`` as an instant; anything else as it stands."""
    said = text(value)
    return said[:-4].replace(" ", "T") + "Z" if said.endswith(" UTC") else said or None


def section(heading: Any, body: Any) -> str:
    """A passage of a description under its heading; empty without a body."""
    inner = text(body)
    if not inner:
        return ""
    head = f"<h3>{html.escape(text(heading))}</h3>" if text(heading) else ""
    return head + (f"<ul>{inner}</ul>" if inner.startswith("<li") else inner)
