"""Where a redirect led, as far as it tells something of the posting that was asked for."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

from postings.urls import canonical

_NO = frozenset({"0", "false", "no", "none", "null"})
_NOT_FOUND_KEY = re.compile(
    r"(job|posting|position|vacancy|offer)?[-_]?"
    r"(not[-_]?found|expired|closed|removed|unavailable|inactive)|error",
    re.IGNORECASE,
)
_NOT_FOUND_PAGE = re.compile(
    r"(error[-_]?)?404(\.\w+)?|(page|job|posting|position|vacancy)?[-_]?not[-_]?found(\.\w+)?|"
    r"(job|posting|position|vacancy)[-_]?(expired|closed|removed|unavailable|filled)(\.\w+)?|"
    r"expired[-_]?(job|posting|position|vacancy)",
    re.IGNORECASE,
)
_HOME = ("", "/", "/index.html", "/index.php", "/home")


def led_away(asked: str, final: str, board: str) -> str | None:
    """Where a redirect from a posting's page led, as a phrase, if to no posting's page.

    >>> led_away("https://a.org/jobs/1", "https://a.org/jobs?error=true", "https://a.org/jobs")
    'the board'
    """
    if canonical(asked) == canonical(final):
        return None
    if _path(final) == _path(board) or _without_query(final) == _without_query(board):
        return "the board"
    path = urlsplit(final).path.rstrip("/")
    if path in _HOME or _is_language(path):
        return "the home page"
    if _says_not_found(final) and not _says_not_found(asked):
        return f"an address that says that it is not there, {_shown(final)}"
    if path and urlsplit(asked).path.startswith(f"{path}/"):
        return f"the page above it, {path}"
    return None


def _says_not_found(url: str) -> bool:
    """Whether an address itself says that nothing stands there: ``?not_found=true``, ``/404``.

    >>> _says_not_found("https://a.org/jobs/?not_found=true"), _says_not_found("https://a.org/e")
    (True, False)
    """
    parts = urlsplit(url)
    told = any(
        _NOT_FOUND_KEY.fullmatch(key) and value.lower() not in _NO
        for key, value in parse_qsl(parts.query, keep_blank_values=True)
    )
    last = parts.path.rstrip("/").rpartition("/")[2]
    return told or bool(_NOT_FOUND_PAGE.fullmatch(last))


def _shown(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _path(url: str) -> str:
    return canonical(url).rstrip("/")


def _without_query(url: str) -> str:
    return canonical(url).partition("?")[0].rstrip("/")


def _is_language(path: str) -> bool:
    bare = path.strip("/")
    return len(bare) in (2, 5) and (len(bare) == 2 or bare[2] in "-_") and bare[:2].isalpha()
