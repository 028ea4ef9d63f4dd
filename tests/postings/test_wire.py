from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from postings import wire
from postings.model import Change, Evidence, Posting, Problem
from tests.postings.world import START, job

KEYS = (
    "schema url title description_text description_html organization identifier apply_url "
    "department openings date_posted date_modified valid_through employment_types locations "
    "remote applicant_locations salary industry occupational_category skills qualifications "
    "responsibilities benefits education experience_months work_hours direct_apply language "
    "source problems raw"
).split()


def test_a_posting_has_all_keys_in_the_contract_s_order() -> None:
    assert list(wire.posting_json(Posting())) == KEYS
    assert list(wire.posting_json(job(1))) == KEYS


def test_unknown_is_null_or_an_empty_list() -> None:
    empty = wire.posting_json(Posting())
    told = {key: value for key, value in empty.items() if value not in (None, [], {})}
    assert told == {
        "schema": "jobdiff.posting/1",
        "source": {"syntax": "json-ld", "repaired": False},
    }


def test_a_stored_posting_comes_back_as_it_was() -> None:
    posting = replace(
        job(1), problems=(Problem("x", "info", None, "y"),), raw={"@type": "JobPosting"}
    )
    assert wire.posting_from_json(wire.posting_json(posting)) == posting
    assert wire.posting_from_json(wire.stored_json(Posting())) == Posting()
    assert wire.posting_from_json({}) == Posting()


def test_instants_are_rfc_3339_in_utc() -> None:
    zone = timezone(timedelta(hours=2))
    assert wire.instant(datetime(2026, 1, 1, 2, tzinfo=zone)) == "2026-01-01T00:00:00Z"
    assert wire.instant(datetime(2026, 1, 1, 2, 0, 0, 5, tzinfo=UTC)) == (
        "2026-01-01T02:00:00.000005Z"
    )
    assert wire.instant(None) is None


def test_an_event_s_parts_are_plain_json() -> None:
    piece = Evidence("http_status", "https://example.org/1", START, "HTTP 410")
    assert wire.evidence_json(piece) == {
        "kind": "http_status",
        "url": "https://example.org/1",
        "at": "2026-03-02T09:00:00Z",
        "detail": "HTTP 410",
    }
    change = Change("salary.max", 1, 2, material=True)
    assert wire.change_json(change)["material"] is True
    summary = wire.summary_json(job(1), "id-1", "https://example.org/1")
    assert (summary["id"], summary["organization"], summary["salary"]["max"]) == (
        "id-1",
        "Example",
        120_001,
    )
    assert wire.summary_json(Posting(), "id", "u")["salary"] is None
