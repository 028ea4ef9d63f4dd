from __future__ import annotations

import subprocess
import sys

import pytest

import jobdiff
from jobdiff import Limits, read_document

PAGE = b"""<script type="application/ld+json">
{"@type": "JobPosting", "title": "Engineer", "hiringOrganization": "Acme"}</script>"""


def test_the_reader_can_be_used_as_a_library() -> None:
    reading = read_document(PAGE, "https://example.org/jobs/1", "text/html", limits=Limits())
    assert [posting.title for posting in reading.postings] == ["Engineer"]
    assert isinstance(reading, jobdiff.Reading)
    assert isinstance(reading.postings[0], jobdiff.Posting)


def test_importing_jobdiff_loads_none_of_it() -> None:
    script = "import jobdiff, sys; sys.exit('postings.reading' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_what_is_not_there_is_said() -> None:
    assert jobdiff.__version__
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = jobdiff.nothing
