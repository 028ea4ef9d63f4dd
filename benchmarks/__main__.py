"""``python -m benchmarks [reading|crawling] [ROUNDS]``: measure, compare with the targets.

Without a part it measures both. Always exits 0.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

from benchmarks import measure
from benchmarks.crawling import measure as crawling
from benchmarks.measure import Target
from benchmarks.pages import (
    page_with_posting,
    page_with_posting_at_its_foot,
    page_without_posting,
)

PAGES, LISTED = 120, 5_000


def main() -> None:
    """Measure what was asked for."""
    asked = sys.argv[1:]
    rounds = next((int(each) for each in asked if each.isdigit()), None)
    if "crawling" not in asked:
        _reading(rounds or 7)
    if "reading" not in asked:
        _crawling(rounds or 3)


def _reading(rounds: int) -> None:
    for page in (page_with_posting(), page_with_posting_at_its_foot(), page_without_posting()):
        print(f"{len(page.body) / 1000:6.1f} kB  {page.name}")
    print(f"\nCPU per page, median of {rounds} rounds in turns:")
    _report(measure.measured(rounds), measure.TARGETS)


def _crawling(rounds: int) -> None:
    print(f"\nCPU per posting of a crawl, the store's work included, median of {rounds} rounds in")
    print(f"turns; {PAGES} postings' pages are asked, {LISTED:,} are listed by the sitemap:")
    _report(crawling.measured(rounds, PAGES, LISTED), crawling.TARGETS)


def _report(seconds: Mapping[str, float], targets: Sequence[Target]) -> None:
    for name, each in seconds.items():
        print(f"{each * 1000:9.3f} ms  {name}")
    print("\nRatios:")
    for target in targets:
        bound = f"{'at least' if target.at_least else 'at most'} {target.bound:.3g}"
        verdict = "met" if target.met(seconds) else "MISSED"
        print(f"{target.ratio(seconds):9.4f}    {bound:<13} {verdict:<7} {target.says}")


if __name__ == "__main__":
    main()
