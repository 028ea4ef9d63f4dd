"""``python -m benchmarks [ROUNDS]``: measure and compare with the targets. Always exits 0."""

from __future__ import annotations

import sys

from benchmarks.measure import TARGETS, measured
from benchmarks.pages import page_with_posting, page_without_posting


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    for page in (page_with_posting(), page_without_posting()):
        print(f"{len(page.body) / 1000:6.1f} kB  {page.name}")
    print(f"\nCPU per page, median of {rounds} rounds in turns:")
    seconds = measured(rounds)
    for name, each in seconds.items():
        print(f"{each * 1000:9.3f} ms  {name}")
    print("\nRatios:")
    for target in TARGETS:
        bound = f"{'at least' if target.at_least else 'at most'} {target.bound:g}"
        verdict = "met" if target.met(seconds) else "MISSED"
        print(f"{target.ratio(seconds):9.3f}     {bound:<13} {verdict:<7} {target.says}")


main()
