"""One short text that differs when, and only when, a posting's content differs."""

from __future__ import annotations

import hashlib
import json
from typing import Final

from postings.content import content_of
from postings.model import Posting

FINGERPRINT_VERSION: Final = 1
_SPELLED: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode


def fingerprint(posting: Posting) -> str:
    """``VERSION:hash`` over the posting's content; empty fields do not count, nor does order."""
    told = _SPELLED(content_of(posting))
    digest = hashlib.blake2b(told.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    return f"{FINGERPRINT_VERSION}:{digest}"
