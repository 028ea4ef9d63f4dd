"""Descriptions: whatever was escaped, pasted or typed in, as clean HTML."""

from __future__ import annotations

import re
from functools import cache
from html import escape

import nh3

from postings.fields.text import clean_text, escape_strays, has_markup, unescape
from postings.fields.values import is_placeholder

_TAGS = frozenset(
    "a abbr b blockquote br caption code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr i ins li mark ol"
    " p pre q s small span strong sub sup table tbody td tfoot th thead tr u ul".split()
)
_UNESCAPE_AT_MOST = 6
_MARKUP_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&"))
_NUMERIC_MARKUP = re.compile(r"&#(?:0*(?:38|60)|[xX]0*(?:26|3[cC]));")
_MARKUP_ENTITY = re.compile(rf"&(?:lt|gt|quot|amp);|{_NUMERIC_MARKUP.pattern}")
_LITERAL_BREAK = re.compile(r"(?:\\r)?\\n|\\r")
_LONE_LITERAL_BREAK = re.compile(r"(?:(?:\\r)?\\n|\\r)(?![A-Za-z0-9])")
_MARKDOWN = re.compile(
    r"^#{1,6} \S|\*\*[^*\s][^*\n]*\*\*|(?<!\w)__[^_\s][^_\n]*__(?!\w)|\[[^\]\n]+\]\(https?://",
    re.MULTILINE,
)
_TEXT = re.compile(r"(?:^|>)([^<>]+)")
_BLANK_LINE = re.compile(r"\n\s*\n")
_LONGEST_MARKDOWN = 200_000


@cache
def _sanitiser() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(_TAGS),
        clean_content_tags={"script", "style", "template", "noscript", "title", "textarea"},
        attributes={"a": {"href", "title"}, "td": {"colspan"}, "th": {"colspan"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
    )


def description_html(text: str) -> str | None:
    """A description as sanitised HTML, whether it came as HTML (escaped or not), text or Markdown.

    Returns None where it says nothing.
    """
    if "&" in text:
        text = _markup_unescaped(text)
    text = _without_literal_breaks(clean_text(text)).strip()
    if is_placeholder(text):
        return None
    html = _sanitiser().clean(_as_html(text)).strip()
    return html if _says_something(html) else None


def _markup_unescaped(text: str) -> str:
    """The text with its markup and its ampersands unescaped to a fixed point.

    All other entities are the HTML parser's business, unless there is no markup at all.
    """
    for _ in range(_UNESCAPE_AT_MOST):
        if not _MARKUP_ENTITY.search(text):
            break
        if _NUMERIC_MARKUP.search(text):
            text = unescape(text)
        for entity, character in _MARKUP_ENTITIES:
            text = text.replace(entity, character)
    return text if "<" in text else unescape(text)


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
