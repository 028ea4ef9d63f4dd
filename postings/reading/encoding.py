"""Bytes to UTF-8: the byte order mark, the header, the page's own word, in this order.

Valid UTF-8 with letters beyond ASCII is UTF-8 whatever a page declares, for no other text looks
like it. Bytes that fit nothing become replacement characters, the same ones every time.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

from w3lib.encoding import (
    html_body_declared_encoding,
    http_content_type_encoding,
    resolve_encoding,
)

_FALLBACK = "cp1252"
_PIECE = 8192
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNMARKED_WIDE: Final = (
    (re.compile(rb"[<{\[]\0"), "utf-16-le"),
    (re.compile(rb"\0[<{\[]"), "utf-16-be"),
)


def utf8(body: bytes, content_type: str | None) -> bytes:
    """The body as valid UTF-8 without byte order mark and NUL."""
    marked = next(((mark, name) for mark, name in _MARKS if body.startswith(mark)), None)
    if marked:
        body = _recoded(body[len(marked[0]) :], marked[1])
    elif body[:64].count(b"\0") > 8:
        body = _recoded(body, _wide(body))
    elif not body.isascii():
        body = _from_declared(body, content_type)
    return body.replace(b"\0", b"") if b"\0" in body else body


def _wide(body: bytes) -> str:
    first = ((found.start(), name) for mark, name in _UNMARKED_WIDE if (found := mark.search(body)))
    return min(first, default=(0, "utf-16-le"))[1]


def _from_declared(body: bytes, content_type: str | None) -> bytes:
    if _is_utf8(body):
        return body
    # both look at a few bytes only; either may be missing or name nothing
    declared = http_content_type_encoding(content_type or "") or html_body_declared_encoding(body)
    name = (resolve_encoding(declared) if declared else None) or _likeliest(body)
    if name.startswith(("utf-16", "utf-32")):
        name = _likeliest(body)
    return _recoded(body, name)


def _is_utf8(body: bytes) -> bool:
    """Whether all of it decodes; in pieces, which is several times faster than one wide text."""
    view, at = memoryview(body), 0
    try:
        while at < len(body):
            end = at + _PIECE
            at += codecs.utf_8_decode(view[at:end], "strict", end >= len(body))[1]
    except UnicodeDecodeError:
        return False
    return True


def _likeliest(body: bytes) -> str:
    """UTF-8 with a few broken bytes, or a single-byte text of the West."""
    text = body.decode(errors="replace")
    broken = text.count("\ufffd")
    letters = len(text) - len(text.encode("ascii", errors="ignore")) - broken
    return "utf-8" if letters > 2 * broken else _FALLBACK


def _recoded(body: bytes, name: str) -> bytes:
    return body.decode(name, errors="replace").encode(errors="replace")
