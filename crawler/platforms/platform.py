"""What a platform is: how it is recognised, what its list is asked, and what the list says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, TypeVar
from urllib.parse import parse_qs, urlsplit

from crawler.answer import Answer
from crawler.html import Page

T = TypeVar("T")

Node: TypeAlias = dict[str, Any]
"""A raw schema.org JobPosting."""


@dataclass(frozen=True)
class Tenant:
    """One employer's board on a platform.

    Attributes:
        name: as the platform spells it; part of the postings' keys.
        api: scheme and host of the list, without a slash at the end.
        site: which of several boards of the employer, where a platform has that.
    """

    name: str
    api: str
    site: str = ""

    @property
    def key(self) -> str:
        """What stands for the tenant in keys."""
        return f"{self.name}/{self.site}".casefold() if self.site else self.name.casefold()

    def is_of(self, other: Tenant) -> bool:
        """Whether it is the same employer's, whichever of its boards."""
        return self.name.casefold() == other.name.casefold()


@dataclass(frozen=True)
class Query:
    """One request for a part of the list.

    Attributes:
        path: path and query at the API's host, or a whole URL.
        body: what is posted as JSON; None asks with GET.
        offset: how many entries stand before this part.
        total: how many entries there are in all, where an earlier part has said so.
        otherwise: what is asked instead where there is nothing, or another thing, at this address.
    """

    path: str
    body: Mapping[str, Any] | None = None
    offset: int = 0
    total: int | None = None
    otherwise: Query | None = None

    def url(self, api: str) -> str:
        """Where it is asked."""
        return self.path if "://" in self.path else api + self.path


@dataclass(frozen=True)
class Job:
    """One entry of a list: the platform's own id, the raw node, when it was last touched."""

    id: str
    node: Node
    updated: str | None = None


@dataclass(frozen=True)
class Part:
    """What one answer of a list says.

    Attributes:
        jobs: its entries, each id once.
        next: what to ask for the next part; None at the end.
        truncated: why the list itself does not tell everything.
        unread: what kept single entries from being read, a sentence each.
        also: further parts that this one leads to, beside the next.
    """

    jobs: tuple[Job, ...]
    next: Query | None = None
    truncated: str | None = None
    unread: tuple[str, ...] = ()
    also: tuple[Query, ...] = ()


@dataclass(frozen=True)
class Told:
    """What a platform's answer about a single posting says.

    Attributes:
        node: the posting; None where the answer tells none.
        over: why it is not there any more, in words; None where that is not said.
    """

    node: Node | None = None
    over: str | None = None


@dataclass(frozen=True)
class Single:
    """How a platform is asked about one posting, where its page alone does not tell.

    Attributes:
        query: what is asked about the posting at a URL; None where the URL is no posting's.
        read: what the answer says, whatever its status. Raises as ``Platform.read`` does.
        only: the postings' pages are drawn by script: they need not be asked at all.
        in_page: ``read`` reads the posting's own page, whose scripts carry it; nothing else is
            asked.
    """

    query: Callable[[Tenant, str], Query | None]
    read: Callable[[Answer, Tenant], Told]
    only: bool = False
    in_page: bool = False


def _says_nothing(answer: Answer) -> str | None:  # noqa: ARG001
    """Most platforms have no way of their own to say that a posting is over."""
    return None


@dataclass(frozen=True)
class Platform:
    """One platform.

    Attributes:
        tenant_of: whose board, or whose posting, a URL is; None where it is not of this platform.
        is_posting: whether a URL of the platform is one posting's own page.
        first: the first request of a tenant's list.
        read: an answer's body as a part of the list. Raises ValueError (or a sibling, see
            ``MISREAD``) where it has another shape.
        anywhere: employers may have it on their own domain, with the list beside the pages.
        marks: addresses of scripts and styles that show a page of an own domain to be its.
        board_in: the address of the board at the platform that a page's own scripts name, for
            pages that stand on an own domain or under another name.
        full: the first request of the list that says the most of each posting, where that is
            another one; asked where the postings' own pages are not read.
        most: how long a list is that may go on unseen, for the platform shows no more.
        rest: the first request of what lists everything where the list stops too early.
        blank_ends: an answer without a body ends the list.
        page_too: where a posting's page shows its content, if not at its own address.
        over: why a posting is over, in words, by the answer of its page; believed only of what
            the complete list lacks.
        single: how it is asked about one posting.
    """

    name: str
    tenant_of: Callable[[str], Tenant | None]
    is_posting: re.Pattern[str]
    first: Callable[[Tenant], Query]
    read: Callable[[bytes, Tenant, Query], Part]
    anywhere: bool = False
    marks: re.Pattern[str] | None = None
    board_in: Callable[[Page], str | None] | None = None
    full: Callable[[Tenant], Query] | None = None
    most: range = range(0)
    rest: Callable[[Tenant], Query] | None = None
    blank_ends: bool = False
    page_too: Callable[[str], str | None] | None = None
    over: Callable[[Answer], str | None] = _says_nothing
    single: Single | None = None

    def board_at(self, url: str) -> Tenant | None:
        """Whose whole board stands at ``url``; None for another site, or one posting's page."""
        tenant = self.tenant_of(url)
        if tenant is None or self.is_posting.search(urlsplit(url).path):
            return None
        return tenant


MISREAD: Final = (ValueError, TypeError, AttributeError, KeyError, LookupError, RecursionError)
"""What reading an answer of a foreign shape may raise."""


@dataclass(frozen=True)
class Rows:
    """The entries of a list, read one by one.

    Attributes:
        jobs: those that were read, each id once.
        unread: what kept the others from being read, a sentence each.
        count: how many entries there were.
    """

    jobs: tuple[Job, ...]
    unread: tuple[str, ...] = ()
    count: int = 0

    def part(self, following: Query | None = None, truncated: str | None = None) -> Part:
        """The part of a list that consists of them."""
        return Part(self.jobs, following, truncated, self.unread)


def listed(value: Any) -> list[Any]:
    """A JSON list.

    Raises:
        ValueError: it is none.
    """
    if not isinstance(value, list):
        raise ValueError("there is no list in it")  # noqa: TRY004 - one error for a wrong shape
    return value


def read_rows(rows: Sequence[T], job: Callable[[T], Job | None]) -> Rows:
    """Read the entries of a list, each on its own: a malformed one costs only itself.

    ``job`` gives None for what is left out on purpose, and raises as ``Platform.read`` does.

    Raises:
        ValueError: none of them could be read: the list has another shape.
    """
    jobs: dict[str, Job] = {}
    unread = []
    for number, row in enumerate(rows, 1):
        try:
            if found := job(row):
                jobs.setdefault(_with_id(found).id, found)
        except MISREAD as error:
            why = str(error) if isinstance(error, ValueError) else "it has another shape"
            unread.append(f"entry {number}: {why}")
    if unread and not jobs and len(unread) == len(rows):
        raise ValueError(f"none of its entries could be read, {unread[0]}")
    return Rows(tuple(jobs.values()), tuple(unread), len(rows))


def _with_id(job: Job) -> Job:
    if not job.id:
        raise ValueError("it has no id")
    return job


def by_id(rows: list[Any], name: str) -> list[list[Any]]:
    """Rows that speak of one posting, by the field that names it, together in one entry."""
    found: dict[Any, list[Any]] = {}
    for number, row in enumerate(rows):
        told = row.get(name) if isinstance(row, dict) else None
        found.setdefault(str(told) if told is not None else number, []).append(row)
    return list(found.values())


def table(body: bytes) -> dict[str, Any]:
    """The JSON object that a body is.

    Raises:
        ValueError: it is none.
    """
    told = json.loads(body)
    if not isinstance(told, dict):
        raise ValueError("it is no JSON object")  # noqa: TRY004 - one error for a wrong shape
    return told


def led_to_board(name: str, value: str) -> Callable[[Answer], str | None]:
    """A platform leads from a posting that is over to its board, with a word in the query."""

    def over(answer: Answer) -> str | None:
        said = parse_qs(urlsplit(answer.final_url).query).get(name, [])
        moved = answer.final_url != answer.url
        return f"redirected to the board with {name}={value}" if moved and value in said else None

    return over


def on_host(pattern: str, *, reserved: Iterable[str] = ()) -> Callable[[str], re.Match[str] | None]:
    """A matcher of ``host/path?query`` from its beginning; its group ``tenant`` is whose it is.

    The host is compared in lower case; ``reserved`` names are the platform's own.
    """
    compiled = re.compile(pattern)
    own = frozenset(reserved)

    def match(url: str) -> re.Match[str] | None:
        try:
            parts = urlsplit(url)
            host = (parts.hostname or "").lower()
        except ValueError:
            return None
        if parts.scheme not in ("http", "https"):
            return None
        query = f"?{parts.query}" if parts.query else ""
        found = compiled.match(f"{host}{parts.path or '/'}{query}")
        return None if found is None or found["tenant"].lower() in own else found

    return match
