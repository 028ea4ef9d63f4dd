"""A list's entry and the posting's own page become one posting (rule 11)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from postings.model import Identifier, Organization, Posting
from postings.normalise import posting_of

_PROPERTIES: Final = (
    ("title", ("title",)),
    ("url", ("url",)),
    ("description_html", ("description",)),
    ("organization", ("hiringOrganization",)),
    ("identifier", ("identifier",)),
    ("apply_url", ("applyUrl",)),
    ("department", ("department",)),
    ("date_posted", ("datePosted",)),
    ("date_modified", ("dateModified",)),
    ("valid_through", ("validThrough",)),
    ("employment_types", ("employmentType",)),
    ("locations", ("jobLocation",)),
    ("remote", ("jobLocationType", "workplaceType")),
    ("applicant_locations", ("applicantLocationRequirements",)),
    ("salary", ("baseSalary",)),
    ("language", ("inLanguage",)),
)
_NOTHING: Final = (None, "", (), Organization(), Identifier())


def merged(page: Posting, listed: Posting, *, url: str) -> Posting:
    """What the page says, and where it is silent what the list says.

    It is read from one raw node with the properties of both, so that reading that node again gives
    the same posting.

    Args:
        page: as read on the posting's own page.
        listed: as the list has it.
        url: where the page stands.
    """
    gaps = {
        name
        for field, names in _PROPERTIES
        if getattr(page, field) in _NOTHING and getattr(listed, field) not in _NOTHING
        for name in names
        if name in listed.raw
    }
    if not gaps:
        return page
    folded = {name.casefold() for name in gaps}
    kept = {name: value for name, value in page.raw.items() if name.casefold() not in folded}
    filled = {name: listed.raw[name] for name in sorted(gaps)}
    source = page.source
    posting = posting_of(kept | filled, syntax=source.syntax, url=url, repaired=source.repaired)
    return replace(posting, problems=page.problems)
