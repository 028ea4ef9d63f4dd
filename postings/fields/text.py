"""Text that is safe to store, compare and show."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from html import unescape as _unescape_number
from html.entities import html5
from typing import TYPE_CHECKING

import nh3
from lxml.html import defs

if TYPE_CHECKING:
    from inscriptis.model.config import ParserConfig

_UNESCAPE_AT_MOST = 6

# NUL, C0 and C1 (tab and line ends stay), lone surrogates, non-characters; then what turns or
# hides text: bidi embeddings, overrides and isolates, zero-width space, word joiner, BOM.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff"
    "\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff]"
)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_TAG_NAMES = defs.tags | {"main", "section", "article", "figure", "mark", "nav", "!--"}
_NAMES = re.compile(r"</?([A-Za-z][A-Za-z0-9]*|!--)?")
_OPENED = re.compile(r"<(?:/?([A-Za-z][A-Za-z0-9]*|!--)(?=[\s/>]|(?<=!--))[^<>]*>?)?")
_BREAK = re.compile(
    r"<(?:br|/?(?:p|div|li|ul|ol|tr|table|h[1-6]|section|article|dd|dt|dl|blockquote|hr))"
    r"(?=[\s/>])[^<>]*>",
    re.IGNORECASE,
)
_BLANK_LINES = re.compile(r"\n{3,}")


def clean_text(text: str) -> str:
    """Drop what must not reach a store or a screen: NUL, controls, lone surrogates, bidi tricks."""
    # what is printable has none of it, and asking that is much cheaper than searching
    if text.isprintable() or text.replace("\n", "").isprintable():
        return text
    return _UNWANTED.sub("", text)


def squash(text: str) -> str:
    r"""Fold all white space to single spaces and the letters to NFC.

    >>> squash("  Senior\u00a0 Engineer\n")
    'Senior Engineer'
    """
    folded = text if text.isascii() else unicodedata.normalize("NFC", text)
    return " ".join(folded.split())


def unescape(text: str) -> str:
    """Undo HTML entities until nothing changes, however often they were escaped (6 times at most).

    Only entities with their semicolon count, so that ``?a=1&copy=2`` stays as it is.

    >>> unescape("Education &amp;amp; Experience")
    'Education & Experience'
    """
    for _ in range(_UNESCAPE_AT_MOST):
        if "&" not in text:
            break
        plain = _ENTITY.sub(_character, text)
        if plain == text:
            break
        text = plain
    return text


def _character(match: re.Match[str]) -> str:
    entity = match.group()
    return _unescape_number(entity) if entity[1] == "#" else html5.get(entity[1:], entity)


def has_markup(text: str) -> bool:
    """Whether HTML tags (or comments) occur in it; ``a < b`` and ``<Company>`` are no tags."""
    return "<" in text and any(map(_is_tag, _OPENED.finditer(text)))


def escape_strays(text: str) -> str:
    """Escape each ``<`` that opens no HTML tag: a sanitiser would swallow what follows it."""
    if "<" not in text:
        return text
    names = {name.lower() for name in set(_NAMES.findall(text))}
    if names <= _TAG_NAMES and text.count("<") <= text.count(">"):
        return text
    return _OPENED.sub(_escaped_stray, text)


def _is_tag(match: re.Match[str]) -> bool:
    name = match[1]
    return name is not None and name.lower() in _TAG_NAMES


def _escaped_stray(match: re.Match[str]) -> str:
    opened = match.group()
    return opened if _is_tag(match) else "&lt;" + opened[1:]


def one_line(text: str) -> str:
    """Text of a short field: entities undone, markup dropped, white space folded."""
    if "&" in text:
        text = unescape(text)
    if "<" in text:
        text = _without_tags(text)
    return squash(clean_text(text))


def lines(text: str) -> str:
    """Text of a longer field: as ``one_line``, but its lines and paragraphs stay apart."""
    if "&" in text:
        text = unescape(text)
    if "<" in text:
        text = _without_tags(text)
    folded = (squash(line) for line in clean_text(text).splitlines())
    return "\n".join(line for line in folded if line)


def _without_tags(text: str) -> str:
    if not has_markup(text):
        return text
    broken = _BREAK.sub(r"\n\g<0>", escape_strays(text))
    return unescape(nh3.clean(broken, tags=set()))


@cache
def _plain() -> ParserConfig:
    from inscriptis.css_profiles import CSS_PROFILES
    from inscriptis.model.config import ParserConfig

    return ParserConfig(css=CSS_PROFILES["strict"])


def plain_text(html: str) -> str:
    """The text of an HTML fragment as a person sees it: paragraphs, list items, table cells."""
    from inscriptis import get_text

    text = get_text(html, _plain()).replace("\xa0", " ")
    trimmed = "\n".join(line.rstrip() for line in text.splitlines())
    return _BLANK_LINES.sub("\n\n", trimmed).strip("\n")
