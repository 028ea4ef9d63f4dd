"""Pages as they came, in WARC files (ISO 28500): one a day, of bounded size, by warcio.

Each page is a gzip member of its own, appended in one write, so that several processes can share a
file; a member that a power cut left half-written costs nothing but itself.
"""

from __future__ import annotations

import io
import itertools
import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from postings.urls import canonical
from storage.warc import Damaged, finish, records

if TYPE_CHECKING:
    from warcio.recordloader import ArcWarcRecord
    from warcio.warcwriter import WARCWriter

_PREFIX: Final = "jobdiff-"
_SUFFIX: Final = ".warc.gz"
_LONGEST: Final = 16 * 1024 * 1024
_log = logging.getLogger(__name__)


class Unread(Damaged):
    """A record that is whole, but no page can be made of it."""


@dataclass(frozen=True)
class ArchivedPage:
    """A page as it was kept; ``at`` is when it came."""

    url: str
    at: datetime
    content_type: str | None
    body: bytes


class Archive:
    """A folder of WARC files.

    Attributes:
        folder: made when the first page is kept.
        most_per_day: bytes; once a day's file has grown to it, the day's other pages are not kept.
    """

    def __init__(self, folder: Path, most_per_day: int) -> None:
        self.folder = folder
        self.most_per_day = most_per_day

    def keep(
        self, url: str, status: int, headers: Mapping[str, str], body: bytes, at: datetime
    ) -> bool:
        """Keep a page.

        Returns:
            Whether it was kept: the day's file may be full, or the disk may refuse it, which is
            logged and harms no crawl.
        """
        path = self.folder / f"{_PREFIX}{at.astimezone(UTC):%Y-%m-%d}{_SUFFIX}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with path.open("ab", buffering=0) as file:
                if file.tell() >= self.most_per_day:
                    return False
                head = b"" if file.tell() else _member(_about(at))
                file.write(head + _member(_page(url, status, headers, body, at)))
        except OSError as error:
            _log.warning("%s was not archived in %s: %s", url, path, error)
            return False
        return True

    def days(self) -> list[date]:
        """The days of which there is a file, oldest first."""
        return sorted(_day(path) for path in self.folder.glob(f"{_PREFIX}????-??-??{_SUFFIX}"))

    def newest(self, urls: Collection[str]) -> Iterator[ArchivedPage]:
        """The newest kept page of each of these URLs, as far as there is one; by file."""
        wanted = {canonical(url) for url in urls}
        found: dict[str, tuple[Path, int]] = {}
        for day in self.days():
            path = self._path(day)
            for url, place in _places(path):
                if (key := canonical(url)) in wanted:
                    found[key] = (path, place)
        for path, place in sorted(found.values()):
            with path.open("rb") as file:
                file.seek(place)
                yield from itertools.islice(pages(file), 1)

    def forget(self, before: date, *, dry_run: bool = False) -> int:
        """Delete the files of the days before one; returns how many."""
        old = [day for day in self.days() if day < before]
        for day in () if dry_run else old:
            self._path(day).unlink(missing_ok=True)
        return len(old)

    def _path(self, day: date) -> Path:
        return self.folder / f"{_PREFIX}{day.isoformat()}{_SUFFIX}"


def pages(file: BinaryIO) -> Iterator[ArchivedPage]:
    """The pages of a WARC file, from where it stands: every whole response of status 200.

    A record that cannot be read is skipped with all up to the next one that can.
    """
    for _place, page in each(file):
        if isinstance(page, ArchivedPage):
            yield page
        elif page is not None:
            _log.warning("a record of the archive is unreadable: %s", page)


def each(
    file: BinaryIO, at: datetime | None = None
) -> Iterator[tuple[int, ArchivedPage | Damaged | None]]:
    """Each record of a WARC file: its byte, and its page, what is wrong, or None: it has no page.

    ``at``: when all of it came, whatever the records say.
    """
    for place, record in records(file):
        if isinstance(record, Damaged):
            yield place, record
            continue
        try:
            page = _page_of(record, at)
            finish(record)
        except Unread as why:
            yield place, why
        except Damaged:
            continue  # told by ``records``
        else:
            yield place, page


def _places(path: Path) -> Iterator[tuple[str, int]]:
    with path.open("rb") as file:
        for place, record in records(file):
            if isinstance(record, Damaged):
                _log.warning("%s, byte %d: %s", path, place, record)
            elif record.rec_type == "response" and _url(record):
                yield _url(record), place


def _page_of(record: ArcWarcRecord, at: datetime | None) -> ArchivedPage | None:
    if record.rec_type != "response" or record.http_headers is None:
        return None
    if record.http_headers.get_statuscode() != "200" or not _url(record):
        return None
    body = record.content_stream().read(_LONGEST + 1)
    if len(body) > _LONGEST:
        raise Unread(f"its page is longer than {_LONGEST // 2**20} MiB")
    came = at or _instant(record.rec_headers.get_header("WARC-Date"))
    if came is None:
        raise Unread("its WARC-Date is no instant; say with --at when it was seen")
    return ArchivedPage(_url(record), came, record.http_headers.get_header("Content-Type"), body)


def _url(record: ArcWarcRecord) -> str:
    return (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")


def _instant(text: str | None) -> datetime | None:
    try:
        at = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo else None


def _page(
    url: str, status: int, headers: Mapping[str, str], body: bytes, at: datetime
) -> Callable[[WARCWriter], ArcWarcRecord]:
    from warcio.statusandheaders import StatusAndHeaders

    told = StatusAndHeaders(f"{status} OK", _lines(headers), protocol="HTTP/1.1")
    return lambda writer: writer.create_warc_record(
        url,
        "response",
        payload=io.BytesIO(body),
        http_headers=told,
        warc_headers_dict={"WARC-Date": _spelled(at)},
    )


def _lines(headers: Mapping[str, str]) -> list[tuple[str, str]]:
    """Headers that cannot break out of their lines."""
    return [(name, " ".join(text.split())) for name, text in headers.items()]


def _about(at: datetime) -> Callable[[WARCWriter], ArcWarcRecord]:
    about = b"software: jobdiff\r\nformat: WARC File Format 1.0\r\n"
    return lambda writer: writer.create_warc_record(
        None,
        "warcinfo",
        payload=io.BytesIO(about),
        warc_content_type="application/warc-fields",
        warc_headers_dict={"WARC-Date": _spelled(at)},
    )


def _member(make: Callable[[WARCWriter], ArcWarcRecord]) -> bytes:
    from warcio.warcwriter import WARCWriter

    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    record = make(writer)
    writer.write_record(record)
    record.raw_stream.close()  # a temporary file by now, in which warcio took the digests
    return out.getvalue()


def _spelled(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _day(path: Path) -> date:
    return date.fromisoformat(path.name.removeprefix(_PREFIX).removesuffix(_SUFFIX))
