"""Text for people: what pages say as harmless data, and times, numbers and URLs in words."""

from __future__ import annotations

import re
import shlex
import unicodedata
from datetime import datetime, timedelta
from urllib.parse import urlsplit

_KEPT_INVISIBLE = frozenset("\u200c\u200d\ufe0f")
_INSTEAD = {"Cc": " ", "Cf": "", "Cs": "\ufffd", "Co": "\ufffd", "Cn": "\ufffd"}


def clean(text: str) -> str:
    r"""One line without control, direction and other invisible characters, safe to print.

    >>> clean("Engineer\x1b[31m\n (m/f)")
    'Engineer [31m (m/f)'
    """
    return " ".join(_visible(text).split())


def clean_lines(text: str) -> str:
    """Like ``clean``, but lines stay lines; more than one empty line becomes one."""
    lines = "\n".join(clean(line) for line in re.split(r"\r\n?|\n", text))
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


def _visible(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if character in _KEPT_INVISIBLE:
        return character
    return _INSTEAD.get(unicodedata.category(character), character)


def shorten(text: str, width: int) -> str:
    """At most ``width`` characters, cut at the end with an ellipsis."""
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"


def day(at: datetime | None) -> str:
    """A date and time to the minute, UTC; an unknown one is a dash."""
    return f"{at:%Y-%m-%d %H:%M}" if at else "–"


def ago(at: datetime | None, now: datetime) -> str:
    """How long ago ``at`` was, or how long until it is, in one unit.

    >>> ago(datetime(2026, 3, 1, 12), datetime(2026, 3, 3, 12))
    '2 d ago'
    """
    if at is None:
        return "–"
    return f"{length(now - at)} ago" if at <= now else f"in {length(at - now)}"


def length(span: timedelta) -> str:
    """A span of time in its largest sensible unit.

    >>> length(timedelta(hours=30))
    '30 h'
    """
    seconds = span.total_seconds()
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    if seconds < 36 * 3600:
        return f"{seconds / 3600:.0f} h"
    return f"{seconds / 86400:.0f} d"


def count(number: int, one: str, many: str | None = None) -> str:
    """A number and its noun: ``1 posting``, ``1,204 postings``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def shell_word(text: str) -> str:
    """Text as one word for a shell, harmless to paste.

    >>> shell_word("Harbour & Crumb")
    "'Harbour & Crumb'"
    """
    return shlex.quote(clean(text))


def path_of(url: str) -> str:
    """The part of a URL behind its host, for places where the host is known.

    >>> path_of("https://example.org/jobs/7?x=1")
    '/jobs/7?x=1'
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return clean(url)
    return clean((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
