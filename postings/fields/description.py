"""Descriptions: whatever was escaped, pasted or typed in, as clean HTML."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from types import MappingProxyType
from typing import Final

from postings.description import Description
from postings.fields.sanitising import TAGS, sanitised
from postings.fields.text import clean_text, escape_strays, has_markup, unescape
from postings.fields.values import is_placeholder

_UNESCAPE_AT_MOST = 6
_MARKUP: Final = MappingProxyType({"&lt;": "<", "&gt;": ">", "&quot;": '"', "&amp;": "&"})
_MARKUP_ENTITY = re.compile("|".join(_MARKUP))
_NUMERIC_MARKUP = re.compile(r"&#(?:0*(?:38|60)|[xX]0*(?:26|3[cC]));")
_LITERAL_BREAK = re.compile(r"(?:\\r)?\\n|\\r")
_LONE_LITERAL_BREAK = re.compile(r"(?:(?:\\r)?\\n|\\r)(?![A-Za-z0-9])")
_MARKDOWN = re.compile(
    r"^#{1,6} \S|\*\*[^*\s][^*\n]*\*\*|(?<!\w)__[^_\s][^_\n]*__(?!\w)|\[[^\]\n]+\]\(https?://",
    re.MULTILINE,
)
_TEXT = re.compile(r"(?:^|>)([^<>]+)")
_BLANK_LINE = re.compile(r"\n\s*\n")
_LONGEST_MARKDOWN = 200_000


def description_of(text: str) -> Description | None:
    """A description, whether it came as HTML (escaped or not), text or Markdown.

    Args:
        text: what ``clean_text`` leaves of it.

    Returns:
        The description; None where it says nothing.
    """
    if "&" in text:
        text = _markup_unescaped(text)
    text = _without_literal_breaks(text).strip()
    if _has_plain_markup(text):
        return Description(text, sanitised=False)
    if is_placeholder(text):
        return None
    html = sanitised(_as_html(text))
    return Description(html, sanitised=True) if _says_something(html) else None


# --- markup that says the same before and after it is sanitised -----------------------------------

_TAG = re.compile(r"<[^<>]{1,200}>")
_PLAIN_TAG = re.compile(
    r"""</?([A-Za-z][A-Za-z0-9]*)
        (?:\s+[A-Za-z][A-Za-z0-9:-]*(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=`/>]+))?)*\s*/?>""",
    re.VERBOSE | re.ASCII,
)
_PLAIN_TAGS = TAGS - frozenset("caption table tbody td tfoot th thead tr".split())
_ODD_ENTITY = re.compile(
    r"&(?!\s|$|[A-Za-z]{2,31};|#(?:39|1[6-9]\d|[2-9]\d\d|[1-9]\d{3});)", re.ASCII
)
_LONGER_THAN_A_PLACEHOLDER = re.compile(r"[^\s<>&][^<>&]{60}")


def _has_plain_markup(text: str) -> bool:
    """Whether text is HTML that keeps its words, and says something, however it is sanitised.

    Its tags are well-formed, all of them allowed, and none makes a parser move text; its entities
    mean the same to everybody; one of its texts is too long to be a placeholder.
    """
    tags = _TAG.findall(text)
    return (
        bool(tags)
        and len(tags) == text.count("<") == text.count(">")
        and all(map(_is_plain_tag, set(tags)))
        and _ODD_ENTITY.search(text) is None
        and _LONGER_THAN_A_PLACEHOLDER.search(text) is not None
    )


@lru_cache(maxsize=4096)
def _is_plain_tag(tag: str) -> bool:
    named = _PLAIN_TAG.fullmatch(tag)
    return named is not None and named[1].lower() in _PLAIN_TAGS


# --- what it came as ------------------------------------------------------------------------------


def _markup_unescaped(text: str) -> str:
    """The text with its markup and its ampersands unescaped to a fixed point.

    All other entities are the HTML parser's business, unless there is no markup at all.
    """
    for _ in range(_UNESCAPE_AT_MOST):
        if _NUMERIC_MARKUP.search(text):
            return clean_text(unescape(text))
        before, text = text, _MARKUP_ENTITY.sub(lambda entity: _MARKUP[entity[0]], text)
        if text == before:
            break
    return text if "<" in text else clean_text(unescape(text))


def _without_literal_breaks(text: str) -> str:
    r"""Turn ``\n`` that is written out as two characters into the line end it was meant to be."""
    if "\\" not in text:
        return text
    breaks = len(_LITERAL_BREAK.findall(text))
    pattern = _LITERAL_BREAK if breaks > 1 else _LONE_LITERAL_BREAK
    return pattern.sub("\n", text)


def _as_html(text: str) -> str:
    if has_markup(text):
        return escape_strays(text)
    if len(text) <= _LONGEST_MARKDOWN and _MARKDOWN.search(text):
        return _from_markdown(text)
    return _from_text(text)


def _from_markdown(text: str) -> str:
    from markdown_it import MarkdownIt

    return str(MarkdownIt("commonmark", {"html": False, "breaks": True}).render(text))


def _from_text(text: str) -> str:
    """Paragraphs at blank lines, breaks at line ends."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    blocks = (block.strip() for block in _BLANK_LINE.split(unified))
    return "".join(
        f"<p>{escape(block, quote=False).replace(chr(10), '<br>')}</p>" for block in blocks if block
    )


def _says_something(html: str) -> bool:
    return any(not is_placeholder(unescape(text[1])) for text in _TEXT.finditer(html))
