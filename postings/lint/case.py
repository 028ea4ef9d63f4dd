"""The words of lint: a rule, the case it judges, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

from postings.lint.at import At
from postings.lint.page import Page
from postings.model import Posting, Severity

Author: TypeAlias = Literal["Google", "jobdiff"]


@dataclass(frozen=True)
class Hit:
    """Where a rule is broken, and how; without ``at`` it is about the posting as a whole."""

    message: str
    at: At | None = None


@dataclass(frozen=True)
class Case:
    """One posting to be judged.

    Attributes:
        posting: as it was normalised; its ``raw`` is what it said.
        node: that raw node.
        now: the instant at which its dates are judged.
        page: the HTML page around it, where it is known.
        slides: its deadline was seen to move along with the clock.
    """

    posting: Posting
    node: At
    now: datetime
    page: Page | None = None
    slides: bool = False

    @property
    def is_json(self) -> bool:
        """Whether its values have types: in markup everything is text."""
        return self.posting.source.syntax == "json-ld"

    @property
    def telecommutes(self) -> bool:
        """Whether it is marked as remote in the one way that counts."""
        stated = self.node.said("joblocationtype")
        return stated is not None and any(item.value == "TELECOMMUTE" for item in stated.each())


Check: TypeAlias = Callable[[Case], Iterable[Hit]]


def _nothing(_: Case) -> Iterable[Hit]:
    return ()


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes:
        id: for good; scripts hang on it.
        property: the schema.org name it is about; None: the posting or page as a whole.
        what: what is wrong, in one sentence.
        source: whose rule it is.
        check: finds it in a posting; rules of the reader and of pages have none.
        covers: problems of the reader that say the same, and are not told beside it.
    """

    id: str
    severity: Severity
    property: str | None
    what: str
    source: Author
    check: Check = _nothing
    covers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Where:
    """Where in a document: ``path`` is JSONPath from the block's root; ``line`` counts from 1."""

    block: str | None = None
    path: str | None = None
    line: int | None = None


@dataclass(frozen=True)
class Finding:
    """A rule that is broken in one place.

    ``value`` is the offending JSON value, long ones cut; ``posting`` the number of the posting in
    its document from 0, None where the document as a whole is meant.
    """

    rule: str
    severity: Severity
    property: str | None
    message: str
    value: Any
    where: Where
    posting: int | None = None
