"""Lists of our own, one for each platform, and what they mean.

Each folder holds ``payload.json`` (or ``.xml``, ``.html``) and ``expected.json``; ``full.*`` with
``expected_full.json`` is the list that says the most, where that is another one. A missing
expectation is written, and the test fails until a person has looked at it and runs the test again.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from crawler.platforms import PLATFORMS
from crawler.platforms.platform import MISREAD, Query, Tenant
from postings.normalise import posting_of
from postings.wire import posting_json

HERE = Path(__file__).parent
TENANT = Tenant("acme", "https://acme.example.org", "careers")


def outcome(name: str, kind: str = "payload") -> dict[str, Any]:
    platform = PLATFORMS[name]
    [payload] = (HERE / name).glob(f"{kind}.*")
    first = platform.full if kind == "full" and platform.full else platform.first
    part = platform.read(payload.read_bytes(), TENANT, first(TENANT))
    told = [
        posting_of(job.node, syntax=f"api:{name}", url="https://acme.example.org/list")
        for job in part.jobs
    ]
    return {
        "ids": [job.id for job in part.jobs],
        "updated": [job.updated for job in part.jobs],
        "next": part.next.url(TENANT.api) if part.next else None,
        "truncated": part.truncated,
        **({"unread": list(part.unread)} if part.unread else {}),
        **({"also": [each.url(TENANT.api) for each in part.also]} if part.also else {}),
        "postings": [said(posting_json(posting)) for posting in told],
    }


def said(posting: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in posting.items() if key not in ("raw", "schema")}
    return {key: value for key, value in kept.items() if value not in (None, [], {}, "")}


KINDS = [(name, "payload") for name in PLATFORMS]
KINDS += [(name, "full") for name, platform in PLATFORMS.items() if platform.full]


@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_a_list_means_what_is_expected(name: str, kind: str) -> None:
    expected = HERE / name / ("expected.json" if kind == "payload" else "expected_full.json")
    found = outcome(name, kind)
    if not expected.exists():
        expected.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
        pytest.fail(f"{expected} was written: look at it, then run this again")
    assert found == json.loads(expected.read_text())


@pytest.mark.parametrize("name", PLATFORMS)
@pytest.mark.parametrize(
    "body", [b"", b"[1", b"null", b"7", b'"x"', b"{}", b'{"jobs": 1}', b"<html></html>"]
)
def test_what_is_no_list_is_refused(name: str, body: bytes) -> None:
    platform = PLATFORMS[name]
    with pytest.raises(MISREAD):
        platform.read(body, TENANT, Query("/list"))
