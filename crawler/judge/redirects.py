"""Where a redirect led, as far as it tells something of the posting that was asked for."""

from __future__ import annotations

from urllib.parse import urlsplit

from postings.urls import canonical

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
    if path and urlsplit(asked).path.startswith(f"{path}/"):
        return f"the page above it, {path}"
    return None


def _path(url: str) -> str:
    return canonical(url).rstrip("/")


def _without_query(url: str) -> str:
    return canonical(url).partition("?")[0].rstrip("/")


def _is_language(path: str) -> bool:
    bare = path.strip("/")
    return len(bare) in (2, 5) and (len(bare) == 2 or bare[2] in "-_") and bare[:2].isalpha()
