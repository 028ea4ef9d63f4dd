"""The short form of the crawling part of ``make bench``."""

from __future__ import annotations

import pytest

from benchmarks.crawling.measure import TARGETS, measured
from benchmarks.crawling.site import SIZES, body_at
from benchmarks.measure import Target
from postings.reading import read_document

SLACK = 3.0


def test_the_pages_are_of_realistic_size_and_each_is_a_posting() -> None:
    for number, size in enumerate(SIZES):
        body = body_at(f"/jobs/{number}-engineer", 9) or b""
        assert size <= len(body) < size + 3_000
        [posting] = read_document(body, "https://careers.example.org/", "text/html").postings
        assert posting.identifier.value == f"R-{number:04}"
    assert body_at("/elsewhere", 9) is None


@pytest.fixture(scope="module")
def seconds() -> dict[str, float]:
    return measured(rounds=1, pages=15, listed=400)


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.says)
def test_crawling_costs_what_it_should(target: Target, seconds: dict[str, float]) -> None:
    assert target.met(seconds, SLACK), f"{target.says}: {target.ratio(seconds):.4f}"
