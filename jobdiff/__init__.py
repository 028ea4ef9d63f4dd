"""jobdiff: watch career pages.

As a library it gives its reader: ``from jobdiff import read_document`` reads every schema.org
JobPosting of a document, bytes in and values out, with no network and no store.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from postings.model import Posting
    from postings.reading import Limits, read_document
    from postings.reading.result import Reading

    __version__: str

__all__ = ["Limits", "Posting", "Reading", "__version__", "read_document"]

_HOMES = {
    "Limits": "postings.reading",
    "Posting": "postings.model",
    "Reading": "postings.reading.result",
    "read_document": "postings.reading",
}


def __getattr__(name: str) -> Any:
    """Load what is asked for when it is asked for: the commands start faster without it."""
    if name == "__version__":
        from importlib.metadata import version

        return version("jobdiff")
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
