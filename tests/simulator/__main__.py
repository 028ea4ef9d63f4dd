"""The long form: a thousand boards over ninety days; prints the table of ``docs/simulator.md``."""

from __future__ import annotations

import argparse
import sys
from typing import Final

from tests.simulator.table import judged, table, total
from tests.simulator.test_noise import events, migrated

MANY: Final = 10_000


def main() -> int:
    """Play the boards, say what is false or missed, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulator", description=__doc__)
    parser.add_argument("--boards", type=int, default=1000)
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--seed", type=int, default=0, help="of the first board")
    wanted = parser.parse_args()
    scores = []
    for seed in range(wanted.seed, wanted.seed + wanted.boards):
        one = judged(seed, wanted.days)
        for line in one.mistakes:
            print(f"board {seed}: {line}", flush=True)
        scores.append(one)
    result = total(scores)
    print(table(result), flush=True)
    noise, schemes = events(MANY), migrated(MANY)
    print(f"{MANY:,} unchanged pages with noise: {noise.total() - MANY} events.")
    print(f"{MANY:,} postings with another scheme of identity: {schemes.total() - MANY} events.")
    wrong = sum(result.false[kind] for kind in ("removed", "expired", "new"))
    return int(wrong > 0 or noise != {"new": MANY} or schemes != {"new": MANY})


if __name__ == "__main__":
    sys.exit(main())
