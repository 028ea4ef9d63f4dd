"""The short form of ``make bench``: its ratios, with slack enough for a busy machine."""

from __future__ import annotations

import pytest

from benchmarks.measure import TARGETS, Target, measured
from benchmarks.pages import page_with_posting, page_without_posting
from postings.reading import read_document

SLACK = 3.0


def test_the_pages_are_what_they_say() -> None:
    with_posting, without = page_with_posting().body, page_without_posting().body
    assert all(95_000 < len(body) < 110_000 for body in (with_posting, without))
    assert b"jobposting" not in without.lower()
    [posting] = read_document(with_posting, "https://careers.example.org/", "text/html").postings
    assert posting.problems == ()
    assert posting.locations
    assert posting.salary


@pytest.fixture(scope="module")
def seconds() -> dict[str, float]:
    return measured(rounds=3, share=0.2)


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.case)
def test_reading_costs_what_it_should(target: Target, seconds: dict[str, float]) -> None:
    assert target.met(seconds, SLACK), f"{target.says}: {target.ratio(seconds):.2f}"
