"""A posting without fault, and what becomes of it."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from postings.lint import Finding, lint_document, lint_posting
from postings.normalise import posting_of

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://example.org/jobs/7"

CLEAN: Mapping[str, Any] = {
    "@context": "https://schema.org",
    "@type": "JobPosting",
    "title": "Pastry cook",
    "url": URL,
    "description": "<p>You bake what the harbour eats for breakfast: bread, rolls and cakes.</p>"
    "<p>The team of four starts at three in the morning and is done by noon.</p>",
    "datePosted": "2026-02-20",
    "validThrough": "2026-04-01T18:00:00+02:00",
    "hiringOrganization": {"@type": "Organization", "name": "Harbour Bakery"},
    "identifier": {"@type": "PropertyValue", "name": "Harbour Bakery", "value": "HB-17"},
    "jobLocation": {
        "@type": "Place",
        "address": {
            "@type": "PostalAddress",
            "streetAddress": "Quay 3",
            "addressLocality": "Lucerne",
            "addressRegion": "LU",
            "postalCode": "6003",
            "addressCountry": "CH",
        },
    },
    "employmentType": "FULL_TIME",
    "baseSalary": {
        "@type": "MonetaryAmount",
        "currency": "CHF",
        "value": {"@type": "QuantitativeValue", "value": 60000, "unitText": "YEAR"},
    },
    "directApply": True,
    "educationRequirements": {
        "@type": "EducationalOccupationalCredential",
        "credentialCategory": "professional certificate",
    },
    "experienceRequirements": {
        "@type": "OccupationalExperienceRequirements",
        "monthsOfExperience": 24,
    },
    "experienceInPlaceOfEducation": True,
}


def node(changes: Mapping[str, Any] | None = None, *without: str) -> dict[str, Any]:
    """The clean posting with these changes."""
    whole = copy.deepcopy(dict(CLEAN)) | dict(changes or {})
    return {name: value for name, value in whole.items() if name not in without}


def found(raw: Mapping[str, Any], syntax: str = "json-ld", **options: Any) -> list[str]:
    """The ids of the rules that a node breaks."""
    return [finding.rule for finding in findings(raw, syntax, **options)]


def findings(raw: Mapping[str, Any], syntax: str = "json-ld", **options: Any) -> list[Finding]:
    return list(lint_posting(posting_of(raw, syntax=syntax, url=URL), NOW, **options))


def page(*nodes: Mapping[str, Any], head: str = "", body: str | None = None) -> bytes:
    """An HTML page with these nodes, each in a script of its own, that shows their titles."""
    scripts = "\n".join(
        f'<script type="application/ld+json">{json.dumps(one)}</script>' for one in nodes
    )
    shown = "".join(f"<h1>{one.get('title')}</h1>" for one in nodes)
    told = body if body is not None else f"{shown}<p>{'Bread. ' * 40}</p><a href=/apply>Apply</a>"
    return f"<html><head>{head}{scripts}</head><body>{told}</body></html>".encode()


def of_page(body: bytes) -> list[Finding]:
    return list(lint_document(body, URL, "text/html", now=NOW).findings)
