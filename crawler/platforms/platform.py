"""What a platform is: how it is recognised, what its list is asked, and what the list says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

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


@dataclass(frozen=True)
class Query:
    """One request for a part of the list.

    Attributes:
        path: path and query at the API's host, or a whole URL.
        body: what is posted as JSON; None asks with GET.
        offset: how many entries stand before this part.
        total: how many entries there are in all, where an earlier part has said so.
    """

    path: str
    body: Mapping[str, Any] | None = None
    offset: int = 0
    total: int | None = None

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
    """

    jobs: tuple[Job, ...]
    next: Query | None = None
    truncated: str | None = None


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
    """

    name: str
    tenant_of: Callable[[str], Tenant | None]
    is_posting: re.Pattern[str]
    first: Callable[[Tenant], Query]
    read: Callable[[bytes, Tenant, Query], Part]
    anywhere: bool = False

    def board_at(self, url: str) -> Tenant | None:
        """Whose whole board stands at ``url``; None for another site, or one posting's page."""
        tenant = self.tenant_of(url)
        if tenant is None or self.is_posting.search(urlsplit(url).path):
            return None
        return tenant


MISREAD: Final = (ValueError, TypeError, AttributeError, KeyError, LookupError, RecursionError)
"""What reading an answer of a foreign shape may raise."""


def entries(value: Any) -> list[dict[str, Any]]:
    """The objects of a JSON list.

    Raises:
        ValueError: it is no list.
    """
    if not isinstance(value, list):
        raise ValueError("there is no list in it")  # noqa: TRY004 - one error for a wrong shape
    return [each for each in value if isinstance(each, dict)]


def table(body: bytes) -> dict[str, Any]:
    """The JSON object that a body is.

    Raises:
        ValueError: it is none.
    """
    told = json.loads(body)
    if not isinstance(told, dict):
        raise ValueError("it is no JSON object")  # noqa: TRY004 - one error for a wrong shape
    return told


def once(jobs: Iterable[Job]) -> tuple[Job, ...]:
    """Each id once, the first entry counts; entries without an id are left out."""
    found: dict[str, Job] = {}
    for job in jobs:
        if job.id and job.id != "None":
            found.setdefault(job.id, job)
    return tuple(found.values())


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
