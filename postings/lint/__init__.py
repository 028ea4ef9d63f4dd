"""Lint: what of a posting breaks Google's rules for JobPosting, or ours, and where it stands.

A posting that breaks them is not unusable: it is read and kept, and here it is graded. Every rule
has an id that means one thing for good; ``docs/lint.md`` explains each.
"""

from __future__ import annotations

from postings.lint.case import Finding, Rule, Where
from postings.lint.judge import Report, lint_document, lint_posting
from postings.lint.registry import RULES, rule

__all__ = ["RULES", "Finding", "Report", "Rule", "Where", "lint_document", "lint_posting", "rule"]
