"""WARC files (ISO 28500), record by record, whatever has befallen them.

warcio's own iterator goes on behind a damaged record only at the next gzip member, and says nothing
of an end that is missing. Here each damage is told with its place, and the next record is found.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO, Final

if TYPE_CHECKING:
    from warcio.recordloader import ArcWarcRecord

_GZIP: Final = b"\x1f\x8b\x08"
_BEGIN: Final = b"WARC/"
_PIECE: Final = 1 << 16


class Damaged(ValueError):
    """What is wrong with a record, or with what stands where one should."""


class Unpackable(Damaged):
    """A gzip member cannot be unpacked any further."""


def records(file: BinaryIO) -> Iterator[tuple[int, ArcWarcRecord | Damaged]]:
    """The records from where the file stands, each with the byte at which it begins.

    In a packed file that is the byte of its gzip member. That a record was cut is told behind it;
    who needs it whole calls ``finish``.
    """
    place = file.tell()
    packed = file.read(len(_GZIP)) == _GZIP
    file.seek(place)
    yield from _of_members(file) if packed else _of_text(_Counting(file), place)


def finish(record: ArcWarcRecord) -> None:
    """Read what is left of a record.

    Raises:
        Damaged: it is shorter than it says.
    """
    while record.raw_stream.read(_PIECE):
        pass
    if record.raw_stream.limit:
        raise Damaged("the file ends in the middle of it")


def _of_members(file: BinaryIO) -> Iterator[tuple[int, ArcWarcRecord | Damaged]]:
    place: int | None = file.tell()
    searching = False
    while place is not None and (begin := file.read(len(_GZIP))):
        file.seek(place)
        if begin != _GZIP:
            if begin.strip(b"\0\r\n"):
                yield place, Damaged("what stands here is no gzip member")
            place = _next_member(file, place)
            continue
        member = _Member(file)
        for at, record in _of_text(_Counting(io.BufferedReader(member), still=True), place):
            # While one is searched for, bytes that look like its beginning need not be it.
            if not (searching and isinstance(record, Unpackable)):
                searching = False
                yield at, record
        searching = member.end is None
        place = _next_member(file, place + 1) if member.end is None else file.seek(member.end)


class _Member(io.RawIOBase):
    """The text of the gzip member at which a file stands; ``end`` is where it ended."""

    def __init__(self, file: BinaryIO) -> None:
        self.end: int | None = None
        self._file = file
        self._unpack = zlib.decompressobj(31)
        self._why: str | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while self.end is None and self._why is None:
            if text := self._piece(len(buffer)):
                buffer[: len(text)] = text
                return len(text)
        if self._why is not None:
            raise Unpackable(self._why)
        return 0

    def _piece(self, most: int) -> bytes:
        packed = self._unpack.unconsumed_tail or self._file.read(_PIECE)
        if not packed:
            self._why = "the file ends in the middle of it"
            return b""
        try:
            text = self._unpack.decompress(packed, most)
        except zlib.error:
            self._why = "it cannot be unpacked"
            return b""
        if self._unpack.eof:
            self.end = self._file.tell() - len(self._unpack.unused_data)
        return text


def _next_member(file: BinaryIO, start: int) -> int | None:
    """Go to the next gzip member that begins at ``start`` or later; None where there is none."""
    file.seek(start)
    before = b""
    while chunk := file.read(1 << 20):
        text = before + chunk
        found = text.find(_GZIP)
        if found >= 0:
            return file.seek(file.tell() - len(text) + found)
        before = text[-2:]
    return None


class _Counting:
    """A file as warcio reads it; counts what was read, nothing if ``still``."""

    def __init__(self, file: BinaryIO | io.BufferedReader, *, still: bool = False) -> None:
        self._file = file
        self._still = still
        self.read_so_far = 0

    def read(self, size: int = -1) -> bytes:
        return self._counted(self._file.read(size))

    def readline(self, size: int = -1) -> bytes:
        return self._counted(self._file.readline(size))

    def _counted(self, text: bytes) -> bytes:
        self.read_so_far += 0 if self._still else len(text)
        return text


def _of_text(text: _Counting, start: int) -> Iterator[tuple[int, ArcWarcRecord | Damaged]]:
    """The records of text that is not packed, and whatever else stands between them."""
    lost = False
    while True:
        place = start + text.read_so_far
        try:
            line = text.readline(_PIECE)
            if not line:
                return
            if line.startswith(_BEGIN):
                lost = True
                record = _record(text, line)
                yield place, record
                finish(record)
                lost = False
            elif line.strip() and not lost:
                lost = True
                yield place, Damaged("what stands here is no WARC record")
        except Damaged as damage:
            yield place, damage
            if isinstance(damage, Unpackable):
                return


def _record(text: _Counting, line: bytes) -> ArcWarcRecord:
    from warcio.exceptions import ArchiveLoadFailed
    from warcio.recordloader import ArcWarcRecordLoader
    from warcio.statusandheaders import StatusAndHeadersParserException

    loader = ArcWarcRecordLoader(verify_http=False)
    try:
        record = loader.parse_record_stream(text, line, "warc", no_record_parse=True)
        if record.rec_type is None or record.length is None:
            raise Damaged("its head says neither what it is nor how long")
        if url := record.rec_headers.get_header("WARC-Target-URI"):
            parts = (record.rec_type, url, record.raw_stream, record.length)
            record.http_headers = loader.load_http_headers(*parts)
    except (ArchiveLoadFailed, StatusAndHeadersParserException, EOFError) as error:
        raise Damaged(f"its head cannot be read ({' '.join(str(error).split())})") from None
    return record
