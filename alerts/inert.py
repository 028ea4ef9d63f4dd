"""Page text made harmless for messages: one line, bounded, never markup, a mention or a link."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

FIELD = 300
_GAP = "\u200b"
# What starts a mention, a link or code in Slack, Discord, Telegram, Teams, Matrix or Markdown.
_TRIGGER = re.compile(r"[@<`\]]|:(?=//)")
_IN_URL = "-._~/?#=&%+:,;$!'"


class Address(str):
    """A web address that ends where it ends, in any markup."""

    __slots__ = ()


def plain(value: object, limit: int = FIELD) -> str:
    r"""Page text on one line, bounded, with mentions, links and markup made inert.

    >>> plain("@everyone\n[free](http://x)").replace("\u200b", "|")
    '@|everyone [free]|(http:|//x)'
    """
    return _TRIGGER.sub(rf"\g<0>{_GAP}", line(value, limit))


def line(value: object, limit: int = FIELD) -> str:
    """Page text on one line, without control characters, clipped at ``limit`` characters."""
    text = str(value)[: limit * 4]
    kept = (" " if c.isspace() else c for c in text if c.isspace() or not _is_control(c))
    squeezed = " ".join("".join(kept).split())
    return squeezed if len(squeezed) <= limit else squeezed[: limit - 1].rstrip() + "…"


def web_address(url: str) -> Address:
    """A URL whose characters that could be markup are percent-encoded; nothing if it is no URL."""
    if not url.startswith(("https://", "http://")):
        return Address("")
    return Address(quote(line(url, 2_000), safe=_IN_URL))


def _is_control(character: str) -> bool:
    """Controls, surrogates, and the bidirectional and zero-width marks."""
    return unicodedata.category(character) in {"Cc", "Cf", "Cs"}
