"""A message as each service wants to be given it, so that people see what was meant.

What a page said is one harmless line already (``alerts.inert``). Here it is about the rest: the
German "Kund*innen" must keep its star where a service takes stars for italics.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Kind: TypeAlias = Literal["text", "markdown", "html"]
Write: TypeAlias = Callable[[str], str]

_ADDRESS: Final = re.compile(r"(https?://\S+)")  # only ours: a page's own lost its "://"
# Underscores within a word, and single bars, are no markup anywhere.
_MARKUP: Final = re.compile(r"[\\*~`]|\|(?=\|)|(?<=\|)\||(?<![^\W_])_|_(?![^\W_])")
_STAR: Final = "\u2217"


def literal(text: str) -> str:
    """As it is."""
    return text


def as_html(text: str) -> str:
    """For services that take HTML: what Apprise makes of text loses its empty lines."""
    return html.escape(text, quote=False)


def markdown(text: str) -> str:
    r"""For services that take text for Markdown, and know its backslash.

    >>> markdown("Node.js_Dev *remote* | A||B https://example.org/_x_")
    'Node.js_Dev \\*remote\\* | A\\|\\|B https://example.org/_x_'
    """
    return _apart(text, _escaped, literal)


def markdown_paragraphs(text: str) -> str:
    r"""For services that moreover ignore single line breaks, and link only what says so.

    >>> markdown_paragraphs("New: Cook\nhttps://example.org/1")
    'New: Cook\n\n[https://example.org/1](https://example.org/1)'
    """
    lines = [line for line in text.split("\n") if line.strip()]
    return "\n\n".join(_unworked(_apart(line, _escaped, _linked)) for line in lines)


def card_title(text: str) -> str:
    """For the heads of the same services' cards."""
    return _unworked(markdown(text))


def markdown_breaks(text: str) -> str:
    """For services that break lines only where two spaces say so."""
    return re.sub(r"(?<=[^\n])\n(?=[^\n])", "  \n", markdown(text))


def starless(text: str) -> str:
    """For services that take stars for markup, and know no way around it: stars of another kind.

    >>> starless("Kund*innen https://example.org/")
    'Kund\u2217innen https://example.org/'
    """
    return _apart(text, lambda piece: piece.replace("*", _STAR), literal)


@dataclass(frozen=True)
class Dialect:
    """How a service is given a message.

    Attributes:
        body: how its text is written.
        title: how its title is, where that is apart.
        is_inline: the title goes into the text, because the service has none, or marks it up.
        kind: what Apprise is told that the text is, to make of it what the service needs; None:
            it hands the text on as it is.
    """

    body: Write = literal
    title: Write = literal
    is_inline: bool = False
    kind: Kind | None = "text"


_PLAIN: Final = Dialect()
_MARKED: Final = Dialect(markdown, literal, kind="markdown")
_INLINE: Final = Dialect(markdown, is_inline=True, kind="markdown")
_STARLESS: Final = Dialect(starless, starless)
_CARD: Final = Dialect(markdown_paragraphs, card_title, kind="markdown")
_WEBEX: Final = Dialect(markdown_breaks, is_inline=True, kind="markdown")
_DIALECTS: Final[Mapping[str, Dialect]] = {
    "discord": _INLINE,
    "gchat": Dialect(starless, is_inline=True, kind=None),
    "hassio": _MARKED,
    "hassios": _MARKED,
    "matrix": Dialect(is_inline=True),
    "matrixs": Dialect(is_inline=True),
    "mmost": _INLINE,
    "mmosts": _INLINE,
    "nctalk": Dialect(markdown, markdown, kind="markdown"),
    "nctalks": Dialect(markdown, markdown, kind="markdown"),
    "revolt": _MARKED,
    "rocket": _STARLESS,
    "rockets": _STARLESS,
    "ryver": _STARLESS,
    "synology": _STARLESS,
    "synologys": _STARLESS,
    "tgram": Dialect(as_html, is_inline=True, kind="html"),
    "twist": _MARKED,
    "webex": _WEBEX,
    "workflow": _CARD,
    "workflows": _CARD,
    "wxteams": _WEBEX,
    "zulip": _STARLESS,
}


def dialect_of(schemas: frozenset[str] | set[str]) -> Dialect:
    """The dialect of a service that is known by these schemes."""
    known = (_DIALECTS[scheme] for scheme in sorted(schemas) if scheme in _DIALECTS)
    return next(known, _PLAIN)


def inlined(subject: str, text: str) -> str:
    r"""Title and text as one; a title that the first line says anyway is left out.

    >>> inlined("New: Cook at Example", "New: Cook\nat Example")
    'New: Cook\nat Example'
    >>> inlined("2 new (rule)", "New: Cook")
    '2 new (rule)\n\nNew: Cook'
    """
    first = text.partition("\n")[0]
    return text if first and subject.startswith(first) else f"{subject}\n\n{text}"


def _apart(text: str, write: Write, write_address: Write) -> str:
    """Addresses, every second piece, are written in their own way."""
    pieces = _ADDRESS.split(text)
    return "".join(
        write_address(piece) if number % 2 else write(piece) for number, piece in enumerate(pieces)
    )


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\g<0>", text)


def _unworked(text: str) -> str:
    """A card would work out ``{{DATE(…)}}``."""
    return text.replace("{{", "{\u200b{")


def _linked(address: str) -> str:
    return f"[{_escaped(address)}]({address})"
