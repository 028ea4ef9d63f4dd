"""The short form of the fuzzer: a few thousand inputs, the same ones every time."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from postings.reading import read_document
from tests.fuzz.check import fault
from tests.fuzz.inputs import URL, Input, made

SEED = 2026
BATCH = 250


def test_a_lost_sentinel_would_be_noticed() -> None:
    case = next(case for number in range(50) if (case := made(SEED, number)).keeps_sentinels)
    assert fault(case) is None
    broken = Input("wrapped", case.body.replace(b"Sentinel 2", b"Sentinel two"), None)
    assert fault(broken) == "sentinel 2 was lost"


def test_an_input_is_always_the_same() -> None:
    assert made(SEED, 7) == made(SEED, 7)
    assert made(SEED, 7) != made(SEED, 8)


@pytest.mark.parametrize("start", range(0, 3000, BATCH))
def test_mutated_pages_never_harm_their_neighbours(start: int) -> None:
    told = {number: fault(made(SEED, number), twice=number % 25 == 0)
            for number in range(start, start + BATCH)}  # fmt: skip
    assert {number: each for number, each in told.items() if each} == {}


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.sampled_from((None, "text/html; charset=utf-16", "text/html")))
def test_any_bytes_are_read(body: bytes, content_type: str | None) -> None:
    page = b"<html>" + body + b"<p itemprop=JobPosting typeof=JobPosting>"
    assert read_document(page, URL, content_type) == read_document(page, URL, content_type)
