"""What this room needs of others; who composes it fills these."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol, TypeAlias


class Check(Protocol):
    """One thing that was looked at."""

    @property
    def check(self) -> str: ...
    @property
    def ok(self) -> bool: ...
    @property
    def detail(self) -> str: ...


class Health(Protocol):
    """How the daemon is."""

    @property
    def live(self) -> bool: ...
    @property
    def ready(self) -> bool: ...
    @property
    def started_at(self) -> datetime: ...
    @property
    def crawling(self) -> int: ...
    @property
    def crawled(self) -> int: ...
    @property
    def checks(self) -> Sequence[Check]: ...


HealthSource: TypeAlias = Callable[[], Awaitable[Health]]


class Named(Protocol):
    """An address and what to call it."""

    @property
    def name(self) -> str: ...
    @property
    def url(self) -> str: ...


class Entry(Protocol):
    """One thing that a message tells: text that anybody may have written."""

    @property
    def verb(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def facts(self) -> str: ...
    @property
    def changes(self) -> Sequence[str]: ...
    @property
    def because(self) -> Sequence[str]: ...
    @property
    def unknown(self) -> str: ...
    @property
    def count(self) -> int: ...
    @property
    def each(self) -> Sequence[Named]: ...


class MessagePage(Protocol):
    """A page of a message that was sent."""

    @property
    def subject(self) -> str: ...
    @property
    def rule(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def entries(self) -> Sequence[Entry]: ...
    @property
    def notes(self) -> Sequence[str]: ...
    @property
    def number(self) -> int: ...
    @property
    def pages(self) -> int: ...


class Messages(Protocol):
    """Looks messages up; it reads the store, so it is called in a thread."""

    def __call__(self, delivery_id: str, key: str, number: int) -> MessagePage | None:
        """Page ``number`` (from 1) of the message; None if there is none, or its key is another.

        Raises:
            JobdiffError: the store cannot be read.
        """
        ...
