"""The answer to one request, as a value."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Literal

from scrapy.http import Response


@dataclass(frozen=True)
class Trouble:
    """Why nothing usable arrived; ``detail`` is a sentence for people.

    ``refused``: jobdiff does not go there, so nothing was asked.
    """

    fetch: Literal["blocked", "failed"]
    detail: str
    refused: bool = False


@dataclass(frozen=True)
class Answer:
    """What came back for a URL.

    Attributes:
        url: what was asked; ``final_url`` is where redirects ended.
        status: of the last hop; None when nothing came.
        headers: lower-case names; the last of repeated ones.
        trouble: set when the answer cannot be used at all.
        partial: the body may have been cut: nothing said where it ends.
    """

    url: str
    final_url: str
    at: datetime
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    trouble: Trouble | None = None
    partial: bool = False

    @cached_property
    def body_hash(self) -> str:
        """SHA-256 of the body, as hex."""
        return hashlib.sha256(self.body).hexdigest()

    @property
    def content_type(self) -> str | None:
        return self.headers.get("content-type")


def headers_of(response: Response) -> dict[str, str]:
    """The headers of Scrapy's response: lower-case names, the last of repeated ones."""
    return {
        name.decode("latin-1").lower(): values[-1].decode("latin-1")
        for name, values in response.headers.items()
        if values
    }
