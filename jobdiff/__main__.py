"""The program: ``jobdiff`` and ``python -m jobdiff``."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    try:
        from jobdiff.cli.main import run

        code = run(argv)
    except KeyboardInterrupt:
        # Nothing has begun: the modules were still being loaded.
        print("jobdiff: interrupted", file=sys.stderr)  # noqa: T201
        code = 130
    sys.exit(code)


if __name__ == "__main__":
    main()
