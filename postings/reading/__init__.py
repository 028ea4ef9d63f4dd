"""Reading: bytes, URL and content type in, every JobPosting out.

``read_document`` is the one way in. JSON-LD, microdata and RDFa are read by extruct, which is
imported nowhere else; what it refuses goes to the repairs. One broken block costs that block.
"""

from __future__ import annotations

from typing import Final

from postings.reading.document import read_document
from postings.reading.limits import Limits
from postings.reading.result import Origin, Reading

READER_VERSION: Final = 3
"""Raised whenever the same bytes may read differently, so that such changes are no news."""

__all__ = ["READER_VERSION", "Limits", "Origin", "Reading", "read_document"]
