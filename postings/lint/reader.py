"""What the reader tells on its own: problems of a block, a page or a field, as rules."""

from __future__ import annotations

from typing import Final

from postings.lint.case import Rule

_FIELDS: Final = (
    "title", "url", "description", "hiringOrganization", "jobLocation", "identifier",
    "employmentType", "totalJobOpenings", "inLanguage", "datePosted", "dateModified",
    "validThrough", "baseSalary", "directApply",
)  # fmt: skip


def _dashed(name: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name)


RULES: Final = (
    Rule("json-unreadable", "warning", None, "A block is JSON, or can be repaired.", "jobdiff"),
    Rule("json-repaired", "warning", None, "A block is read as it is written.", "jobdiff"),
    Rule("json-too-deep", "warning", None, "JSON is not nested without need.", "jobdiff"),
    Rule("block-too-long", "warning", None, "A block is of a size that can be read.", "jobdiff"),
    Rule("too-many-blocks", "warning", None, "A page has no mass of blocks.", "jobdiff"),
    Rule("duplicate-keys", "warning", None, "An object has each key once.", "jobdiff"),
    Rule("reference-dangling", "warning", None, "An @id that is referred to exists.", "jobdiff"),
    Rule("microdata-too-much", "warning", None, "Microdata is of a size to be read.", "jobdiff"),
    Rule("rdfa-too-much", "warning", None, "RDFa is of a size that can be read.", "jobdiff"),
    Rule("rdfa-unreadable", "warning", None, "RDFa can be read.", "jobdiff"),
    Rule("tree-truncated", "warning", None, "HTML is not nested without end.", "jobdiff"),
    Rule("page-too-long", "warning", None, "A page is of a size that can be read.", "jobdiff"),
    Rule("too-many-postings", "warning", None, "A page carries no mass of postings.", "jobdiff"),
    Rule("posting-empty", "warning", None, "A JobPosting says something of a job.", "jobdiff"),
    Rule("told-twice", "info", None, "A job is told once on its page.", "jobdiff"),
    Rule("title-clipped", "warning", "title", "A title is no longer than a title.", "jobdiff"),
    Rule(
        "description-clipped", "warning", "description",
        "A description is no longer than a description.", "jobdiff",
    ),
    Rule(
        "employment-type-unknown", "info", "employmentType",
        "The employment type can be told from what is said.", "jobdiff",
    ),
    Rule(
        "currency-withdrawn", "warning", "baseSalary",
        "A currency goes by the code that it has today.", "jobdiff",
    ),
    *(
        Rule(
            f"{_dashed(name)}-unreadable", "warning", name,
            f"{name} has a shape from which its value can be read.", "jobdiff",
        )
        for name in _FIELDS
    ),
)  # fmt: skip
