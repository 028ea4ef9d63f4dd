"""``extract``: read the postings of one document; nothing is stored."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from jobdiff.cli.command import Panel, command
from jobdiff.cli.parse import read_bytes
from jobdiff.cli.session import Session
from jobdiff.cli.text import clean, count, day
from postings.errors import JobdiffError, ReadError

if TYPE_CHECKING:
    from postings.model import Posting
    from postings.reading.result import Reading

_URL = re.compile(r"[a-z][a-z0-9+.-]*:(//|(?![\\/]))", re.IGNORECASE)
_WINDOWS_DRIVE = re.compile(r"[a-zA-Z]:[\\/]")
_SIGNATURES = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"\x7fELF",
)


@dataclass(frozen=True)
class Document:
    """One document as it came, from a file, standard input or a URL."""

    body: bytes
    url: str
    content_type: str | None = None


def register(app: typer.Typer) -> None:
    """Add this command to the program."""
    command(app, Panel.POSTINGS)(extract)


def extract(
    session: Session,
    source: Annotated[
        str,
        typer.Argument(metavar="FILE|URL|-", help="An HTML or JSON document.", show_default=False),
    ],
) -> None:
    """Read every JobPosting of one document; nothing is stored."""
    from postings.reading import read_document
    from postings.wire import posting_json

    document = document_at(session, source)
    reading = read_document(document.body, document.url, document.content_type)
    if session.json:
        for posting in reading.postings:
            session.out.line(posting_json(posting))
    else:
        _show(session, reading)
    if not reading.postings:
        raise nothing_in(source, reading)


def _show(session: Session, reading: Reading) -> None:
    from jobdiff.cli.render.postings import document_panel, problems_text
    from postings.wire import posting_json

    for posting in reading.postings:
        session.out.show(document_panel(posting_json(posting), _closed(session, posting)))
    if reading.problems:
        told = [vars(problem) for problem in reading.problems]
        session.out.show(problems_text(told))
    if len(reading.postings) > 1:
        session.out.show(count(len(reading.postings), "posting"))


def _closed(session: Session, posting: Posting) -> str | None:
    """What the posting's own deadline makes of it now."""
    from postings.deadlines import deadline_of

    now = session.time()
    at = deadline_of(posting, None, now).at
    if at is None or at > now:
        return None
    return f"expired: its deadline passed at {day(at)} UTC"


def document_at(session: Session, source: str) -> Document:
    """The document that a file, a URL or ``-`` names.

    Raises:
        NotFound: there is no such file, or it cannot be read.
        RefusedUrl: not a URL that jobdiff goes to.
        ReadError: it could not be had, or is not HTML or JSON.
    """
    if not _URL.match(source) or _WINDOWS_DRIVE.match(source):
        document = Document(read_bytes(source), "")
    else:
        document = _fetched(session, source)
    _refuse_binary(document, source)
    return document


def _fetched(session: Session, url: str) -> Document:
    from jobdiff.cli.detect import fetch

    fetched = fetch(session, url)
    return Document(fetched.body, fetched.url, fetched.content_type)


def _refuse_binary(document: Document, source: str) -> None:
    """What is no text at all is no document.

    Raises:
        ReadError: it is not HTML or JSON.
    """
    head = document.body[:2048]
    kind = (document.content_type or "").partition(";")[0].strip().lower()
    other = kind.startswith(("image/", "audio/", "video/", "font/")) or kind == "application/pdf"
    utf16 = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if other or head.startswith(_SIGNATURES) or (b"\0" in head and not utf16):
        raise ReadError(f"{name_of(source)} is not HTML or JSON; name a page or a JSON document")


def nothing_in(source: str, reading: Reading) -> JobdiffError:
    """The error of a document without a posting, and why."""
    why = "" if reading.complete else f"; it was not read to its end ({clean(_first(reading))})"
    return JobdiffError(f"{name_of(source)}: there is no JobPosting in it{why}")


def _first(reading: Reading) -> str:
    return reading.problems[0].message if reading.problems else "a limit was reached"


def name_of(source: str) -> str:
    """What a person calls the document."""
    return "standard input" if source == "-" else source
