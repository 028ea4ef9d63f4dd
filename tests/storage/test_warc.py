"""WARC files record by record, whatever has befallen them."""

from __future__ import annotations

import gzip
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.warc import Damaged, records


def _record(number: int, body: bytes = b"body", *, length: int | None = None) -> bytes:
    told = b"HTTP/1.1 200 OK\r\n\r\n" + body
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\n"
        f"WARC-Target-URI: https://example.org/{number}\r\n"
        f"Content-Length: {len(told) if length is None else length}\r\n\r\n"
    )
    return head.encode() + told + b"\r\n\r\n"


def _read(content: bytes) -> list[tuple[int, str]]:
    """What is told of a file: the last letter of a record's address, or what is wrong."""
    told = []
    for place, record in records(io.BytesIO(content)):
        if isinstance(record, Damaged):
            told.append((place, str(record)))
        else:
            told.append((place, record.rec_headers.get_header("WARC-Target-URI")[-1]))
    return told


def test_plain_and_packed_records_have_their_places() -> None:
    parts = [_record(number) for number in (1, 2, 3)]
    packed = [gzip.compress(part) for part in parts]
    for each in (parts, packed):
        places = [0, len(each[0]), len(each[0] + each[1])]
        assert _read(b"".join(each)) == list(zip(places, "123", strict=True))
    assert _read(gzip.compress(b"".join(parts))) == [(0, "1"), (0, "2"), (0, "3")]


def test_reading_begins_where_the_file_stands() -> None:
    first, second = gzip.compress(_record(1)), gzip.compress(_record(2))
    file = io.BytesIO(first + second)
    file.seek(len(first))
    assert [place for place, _ in records(file)] == [len(first)]


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_head_that_is_broken_costs_its_record_alone(pack: type[bytes]) -> None:
    first, broken = pack(_record(1)), pack(b"WARC/1.0\r\nbroken\r\n\r\nand more\r\n")
    told = _read(first + broken + pack(_record(3)))
    assert told[0] == (0, "1")
    assert told[1] == (len(first), "its head says neither what it is nor how long")
    assert told[2:] == [(len(first + broken), "3")]


def test_a_record_that_is_longer_than_it_says_costs_nobody_else() -> None:
    short = _record(2, b"one\r\ntwo\r\nthree", length=25)
    told = _read(_record(1) + short + _record(3))
    assert [what for _, what in told] == ["1", "2", "what stands here is no WARC record", "3"]


def test_a_member_that_was_cut_costs_itself_alone() -> None:
    first, second, third = (gzip.compress(_record(n, bytes(range(256)))) for n in (1, 2, 3))
    for length in range(4, len(second)):
        told = _read(first + second[:length] + third)
        assert told[0] == (0, "1")
        assert told[-1] == (len(first) + length, "3")
        assert len(told) > 2


def test_blanks_behind_the_last_member_are_none_of_its_business() -> None:
    assert _read(gzip.compress(_record(1)) + bytes(512)) == [(0, "1")]


@given(st.binary(max_size=300), st.sampled_from([bytes, gzip.compress]))
def test_whatever_stands_between_two_records_both_are_read(
    rubbish: bytes, pack: type[bytes]
) -> None:
    told = _read(pack(_record(1)) + rubbish + b"\r\n" + pack(_record(2)))
    assert told[0] == (0, "1")
    assert told[-1][1] == "2"
