"""The values as JSON objects, as ``docs/contracts.md`` fixes them, and back where that is needed.

Keys are never left out: unknown is ``null`` or ``[]``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, TypeVar

from postings.changes import told, types
from postings.model import (
    Change,
    Evidence,
    Identifier,
    Organization,
    Place,
    Posting,
    Problem,
    Salary,
    Source,
)

POSTING_SCHEMA = "jobdiff.posting/1"
EVENT_SCHEMA = "jobdiff.event/1"
CRAWL_SCHEMA = "jobdiff.crawl/1"

_Part = TypeVar("_Part", Organization, Identifier, Place, Salary, Source, Problem)


def instant(at: datetime | None) -> str | None:
    """An instant as RFC 3339 in UTC, without a fraction that is zero; None stays None.

    >>> instant(datetime(2021, 8, 5, 15, 51, 56, tzinfo=UTC))
    '2021-08-05T15:51:56Z'
    """
    if at is None:
        return None
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def posting_json(posting: Posting) -> dict[str, Any]:
    """A posting as ``jobdiff.posting/1``, all keys, in the contract's order."""
    return {
        "schema": POSTING_SCHEMA,
        "url": posting.url,
        "title": posting.title,
        "description_text": posting.description_text,
        **stored_json(posting),
    }


def stored_json(posting: Posting) -> dict[str, Any]:
    """A posting without what can be made again (the plain text): what a snapshot keeps."""
    return {
        "url": posting.url,
        "title": posting.title,
        "description_html": posting.description_html,
        "organization": _part_json(posting.organization),
        "identifier": _part_json(posting.identifier),
        "apply_url": posting.apply_url,
        "department": posting.department,
        "openings": posting.openings,
        "date_posted": posting.date_posted,
        "date_modified": posting.date_modified,
        "valid_through": posting.valid_through,
        "employment_types": list(posting.employment_types),
        "locations": [_flat(place) for place in posting.locations],
        "remote": posting.remote,
        "applicant_locations": list(posting.applicant_locations),
        "salary": _flat(posting.salary) if posting.salary else None,
        "industry": posting.industry,
        "occupational_category": posting.occupational_category,
        "skills": list(posting.skills),
        "qualifications": posting.qualifications,
        "responsibilities": posting.responsibilities,
        "benefits": posting.benefits,
        "education": list(posting.education),
        "experience_months": posting.experience_months,
        "work_hours": posting.work_hours,
        "direct_apply": posting.direct_apply,
        "language": posting.language,
        "source": _flat(posting.source),
        "problems": [_flat(problem) for problem in posting.problems],
        "raw": dict(posting.raw),
    }


def _flat(part: Any) -> dict[str, Any]:
    """A part of a posting, whose fields are plain values (``dataclasses.asdict`` is slow)."""
    return {name: getattr(part, name) for name in part.__dataclass_fields__}


def posting_from_json(stored: Mapping[str, Any]) -> Posting:
    """The inverse of ``posting_json`` and ``stored_json``; unknown keys are ignored."""
    told: dict[str, Any] = {name: stored.get(name) for name in _PLAIN}
    told |= {name: tuple(stored.get(name) or ()) for name in _TUPLES}
    return Posting(
        **told,
        organization=_part(Organization, stored.get("organization")) or Organization(),
        identifier=_part(Identifier, stored.get("identifier")) or Identifier(),
        salary=_part(Salary, stored.get("salary")),
        source=_part(Source, stored.get("source")) or Source("json-ld"),
        locations=tuple(_parts(Place, stored.get("locations"))),
        problems=tuple(_parts(Problem, stored.get("problems"))),
        raw=stored.get("raw") or {},
    )


def evidence_json(evidence: Evidence) -> dict[str, Any]:
    """One piece of evidence, as events carry it."""
    return {
        "kind": evidence.kind,
        "url": evidence.url,
        "at": instant(evidence.at),
        "detail": evidence.detail,
    }


def change_json(change: Change) -> dict[str, Any]:
    """One changed field, as events carry it."""
    return asdict(change)


def changes_json(
    changes: Iterable[Change], salary: Mapping[str, Any] | None
) -> list[dict[str, Any]]:
    """Changes as JSON, each with its type; ``salary`` is the posting's after them, as JSON."""
    told = [change_json(change) for change in changes]
    named = types(told, salary)
    return [{**change, "type": named[change["field"]]} for change in told]


def told_json(
    changes: Sequence[Mapping[str, Any]], salary: Mapping[str, Any] | None
) -> list[dict[str, Any]]:
    """Changes in words, the parts of a salary as one."""
    return [
        {"type": one.type, "text": one.text, "material": one.material}
        for one in told(changes, salary)
    ]


def summary_json(posting: Posting, posting_id: str, url: str) -> dict[str, Any]:
    """The part of a posting that its events carry."""
    return {
        "id": posting_id,
        "url": url,
        "title": posting.title,
        "organization": posting.organization.name,
        "locations": [_flat(place) for place in posting.locations],
        "remote": posting.remote,
        "salary": _flat(posting.salary) if posting.salary else None,
        "valid_through": posting.valid_through,
    }


_TUPLES = ("employment_types", "applicant_locations", "skills", "education")
_PLAIN = (
    "title", "url", "description_html", "apply_url", "department", "openings", "date_posted",
    "date_modified", "valid_through", "remote", "industry", "occupational_category",
    "qualifications", "responsibilities", "benefits", "experience_months", "work_hours",
    "direct_apply", "language",
)  # fmt: skip


def _part_json(part: Organization | Identifier) -> dict[str, Any] | None:
    told = _flat(part)
    return told if any(told.values()) else None


def _part(kind: type[_Part], stored: Mapping[str, Any] | None) -> _Part | None:
    return kind(**stored) if stored else None


def _parts(kind: type[_Part], stored: list[Mapping[str, Any]] | None) -> list[_Part]:
    return [kind(**one) for one in stored or ()]
