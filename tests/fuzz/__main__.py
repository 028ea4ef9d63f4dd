"""``python -m tests.fuzz [--count N] [--seed S] [--start I] [--processes P]``: the long run.

Input I of seed S is always the same: a run goes on where another one ended with ``--start``, and
``--show I`` prints one input. What fails is kept in ``fuzz-findings/``. Exits 1 when anything did.
"""

from __future__ import annotations

import argparse
import sys

from tests.fuzz.check import fault
from tests.fuzz.inputs import made
from tests.fuzz.long_run import run


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--count", type=int, default=2_000_000)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after this time")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--show", type=int, help="print one input and how it is judged")
    told = parser.parse_args()
    if told.show is not None:
        case = made(told.seed, told.show)
        sys.stdout.buffer.write(case.body)
        print(f"\n{case.kind}, {case.content_type}: {fault(case, twice=True) or 'fine'}")
        return
    sys.exit(1 if run(told.seed, told.start, told.count, told.seconds, told.processes) else 0)


if __name__ == "__main__":
    main()
