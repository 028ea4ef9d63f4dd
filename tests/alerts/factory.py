"""Events and rules for tests, in the shapes that the contracts fix."""

from __future__ import annotations

from typing import Any

from jobdiff.config import Config, Rule
from postings.model import Organization, Place, Posting, Salary

WEBHOOK = {"webhook": "http://127.0.0.1:9/", "secret": "whsec_c2VjcmV0"}
POSTING = Posting(
    title="Senior Python Engineer",
    url="https://example.org/jobs/1",
    description_html="<p>We use Django and C++ in Bern.</p>",
    organization=Organization(name="Example AG"),
    locations=(Place(locality="Bern", country="CH"),),
    salary=Salary(min=100_000, max=120_000, currency="CHF", unit="YEAR"),
)


def rule(**values: Any) -> Rule:
    return Rule.model_validate({"name": "python", **values})


def event(number: int = 1, **values: Any) -> dict[str, Any]:
    """A ``new`` event as ``jobdiff.event/1``."""
    posting = {
        "id": f"p{number}",
        "url": f"https://example.org/jobs/{number}",
        "title": "Senior Python Engineer",
        "organization": "Example AG",
        "locations": [{"locality": "Bern", "country": "CH"}],
        "remote": None,
        "salary": {"min": 100000, "max": 120000, "currency": "CHF", "unit": "YEAR"},
        "valid_through": None,
    }
    return {
        "schema": "jobdiff.event/1",
        "cursor": number,
        "id": f"e{number}",
        "kind": "new",
        "board": "example",
        "baseline": False,
        "detected_at": "2026-03-01T12:00:00Z",
        "occurred_at": None,
        "window": {"after": None, "before": "2026-03-01T12:00:00Z"},
        "retracts": None,
        "snapshots": [None, "s1"],
        "changes": [],
        "evidence": [
            {"kind": "content", "url": "https://example.org/jobs/1", "at": "…", "detail": "read"}
        ],
        **values,
        "posting": posting | values.get("posting", {}),
    }


def config(*rules: dict[str, Any], channels: tuple[dict[str, Any], ...] = ()) -> Config:
    """A configuration with these rules and, unless said, one webhook that nothing listens on."""
    return Config.model_validate(
        {
            "network": {"allow_private": True},
            "channels": channels or ({"name": "hook", **WEBHOOK},),
            "rules": rules,
        }
    )
