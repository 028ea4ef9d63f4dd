"""What must hold for every input."""

from __future__ import annotations

import json
from time import process_time
from typing import Final

from postings.content import words
from postings.fingerprint import fingerprint
from postings.model import Posting
from postings.reading import read_document
from postings.reading.result import Reading
from tests.fuzz.inputs import URL, Input, sentinel

MOST_SECONDS: Final = 2.0


def fault(case: Input, *, twice: bool = False) -> str | None:
    """What is wrong with how an input is read; None when nothing is.

    ``twice`` reads it again and compares, and makes the texts and the fingerprints.
    """
    started = process_time()
    try:
        reading = read_document(case.body, URL, case.content_type)
        seconds = process_time() - started
        if twice:
            return _fault_of_another_reading(case, reading)
    except Exception as error:  # noqa: BLE001 - any is a finding
        return f"{type(error).__name__}: {error}"
    if seconds > MOST_SECONDS:
        return f"took {seconds:.1f} s"
    return _lost_sentinel(reading) if case.keeps_sentinels else None


def _lost_sentinel(reading: Reading) -> str | None:
    for number in (1, 2):
        if not any(_is_sentinel(posting, number) for posting in reading.postings):
            return f"sentinel {number} was lost"
    return None


def _is_sentinel(posting: Posting, number: int) -> bool:
    told = sentinel(number)
    return (
        posting.title == told["title"]
        and posting.identifier.value == f"S-{number}"
        and posting.organization.name == f"Watch {number}"
        and posting.date_posted == told["datePosted"]
        and posting.url == told["url"]
        and (posting.description_html or "").startswith(told["description"])
    )


def _fault_of_another_reading(case: Input, reading: Reading) -> str | None:
    if read_document(case.body, URL, case.content_type) != reading:
        return "read differently the second time"
    for posting in reading.postings:
        fingerprint(posting)
        if words(posting.description_unsanitised) != words(posting.description_html):
            return "the words of a description change as it is sanitised"
        text = posting.description_text or ""
        stored = json.dumps(posting.raw, allow_nan=False, ensure_ascii=False)
        if "\0" in text or "\0" in stored:
            return "a NUL was left"
        stored.encode()
    return _lost_sentinel(reading) if case.keeps_sentinels else None
