"""The program: ``jobdiff`` and ``python -m jobdiff``."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    from jobdiff.cli.main import run

    sys.exit(run(argv))


if __name__ == "__main__":
    main()
