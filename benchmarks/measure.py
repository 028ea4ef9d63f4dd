"""Measuring: every case in turn, round after round, so that a busy machine slows all of them."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median
from time import process_time

import extruct

from benchmarks.pages import (
    URL,
    page_with_posting,
    page_with_posting_at_its_foot,
    page_without_posting,
)
from postings.fingerprint import fingerprint
from postings.reading import read_document

Case = Callable[[], object]


@dataclass(frozen=True)
class Target:
    """A ratio between two cases and the bound it should keep."""

    says: str
    case: str
    against: str
    bound: float
    at_least: bool = False

    def ratio(self, seconds: Mapping[str, float]) -> float:
        return seconds[self.case] / seconds[self.against]

    def met(self, seconds: Mapping[str, float], slack: float = 1.0) -> bool:
        """Whether the bound is kept, or kept within ``slack`` times of it."""
        ratio = self.ratio(seconds)
        return ratio * slack >= self.bound if self.at_least else ratio <= self.bound * slack


TARGETS: Sequence[Target] = (
    Target("a page without the word JobPosting", "ours: no posting",
           "extruct json-ld: no posting", 0.2),
    Target("one posting: read, normalised, fingerprinted", "ours: posting",
           "extruct json-ld: posting", 1.5),
    Target("the same with the description as plain text", "ours: posting and text",
           "extruct json-ld: posting", 5.0),
    Target("extruct with all syntaxes, against ours", "extruct all: posting",
           "ours: posting", 10.0, at_least=True),
)  # fmt: skip


def cases() -> dict[str, tuple[Case, int]]:
    """What is measured, and how often it runs in one round."""
    posting, other = page_with_posting().body, page_without_posting().body
    foot = page_with_posting_at_its_foot().body
    return {
        "extruct json-ld: no posting": (partial(_extruct, other, ["json-ld"]), 40),
        "ours: no posting": (partial(_ours, other), 400),
        "extruct json-ld: posting": (partial(_extruct, posting, ["json-ld"]), 40),
        "ours: posting": (partial(_ours, posting), 40),
        "ours: posting and HTML": (partial(_ours_with_html, posting), 40),
        "ours: posting and text": (partial(_ours_with_text, posting), 20),
        "ours: posting at the foot": (partial(_ours, foot), 40),
        "extruct all: posting": (partial(_extruct_all, posting), 3),
    }


def measured(rounds: int, share: float = 1.0) -> dict[str, float]:
    """The median CPU seconds of one run of each case.

    Args:
        rounds: how often every case is measured, in turns.
        share: how much of the usual number of runs a round has.
    """
    todo = cases()
    times: dict[str, list[float]] = {name: [] for name in todo}
    for case, _ in todo.values():
        case()
    for _ in range(rounds):
        for name, (case, runs) in todo.items():
            times[name].append(_seconds(case, max(1, round(runs * share))))
    return {name: median(each) for name, each in times.items()}


def _seconds(case: Case, runs: int) -> float:
    gc.collect()
    started = process_time()
    for _ in range(runs):
        case()
    return (process_time() - started) / runs


def _extruct(body: bytes, syntaxes: list[str]) -> object:
    return extruct.extract(body, base_url=URL, syntaxes=syntaxes)


def _extruct_all(body: bytes) -> object:
    return extruct.extract(body, base_url=URL, errors="ignore")


def _ours(body: bytes) -> list[str]:
    return [fingerprint(posting) for posting in read_document(body, URL, "text/html").postings]


def _ours_with_html(body: bytes) -> list[str]:
    postings = read_document(body, URL, "text/html").postings
    return [fingerprint(posting) + (posting.description_html or "") for posting in postings]


def _ours_with_text(body: bytes) -> list[str]:
    postings = read_document(body, URL, "text/html").postings
    return [fingerprint(posting) + (posting.description_text or "") for posting in postings]
