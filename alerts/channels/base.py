"""What a channel is given, and what it promises."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from alerts.message import SHOWN, Content, Message, compose
from jobdiff.config import Channel


def _nothing(_is_taken: bool) -> None:
    """Nobody wants to know."""


@dataclass(frozen=True)
class Outgoing:
    """One delivery, ready to go.

    Attributes:
        id: stable over every attempt, so that a receiver can drop a repeat.
        events: in their JSON shape (``jobdiff.event/1``).
        now: when it is sent, for the body.
        unknown: by event id, what the rule asks for and the posting does not say.
        deadlines: postings that close soon: ``board``, ``deadline``, ``posting``.
        boards: boards in trouble or no longer: ``board``, ``url``, ``trouble``, ``active``,
            ``reason``, ``at``.
        notes: sentences at the end.
        subject: instead of one that is made from the rest.
        at_most: so many entries are told to people, the rest is counted.
        templates: a folder of the user's own templates.
        link: where all of it can be read; empty where it is not served.
        whole: people are told every address of siblings.
        hidden: how many events were left out, because their postings were hidden since.
        taken: which recipients of the channel have it already, by a digest of each; the channel
            leaves those out and adds those that take it now.
        came_late: called, from any thread, when an answer comes after the channel's deadline;
            with whether it was taken.
    """

    id: str
    rule: str
    events: tuple[Mapping[str, Any], ...]
    now: datetime
    unknown: Mapping[str, Sequence[str]] = field(default_factory=dict)
    deadlines: tuple[Mapping[str, Any], ...] = ()
    boards: tuple[Mapping[str, Any], ...] = ()
    notes: tuple[str, ...] = ()
    subject: str = ""
    at_most: int = SHOWN
    templates: str | None = None
    link: str = ""
    whole: bool = False
    hidden: int = 0
    taken: set[str] = field(default_factory=set, hash=False)
    came_late: Callable[[bool], None] = _nothing

    @property
    def says_something(self) -> bool:
        """Whether there is anything left to tell."""
        return bool(self.events or self.deadlines or self.boards or self.subject)

    @property
    def content(self) -> Content:
        """What a message for people tells of it."""
        return Content(
            rule=self.rule,
            events=self.events,
            unknown=self.unknown,
            deadlines=self.deadlines,
            boards=self.boards,
            notes=self.notes,
            subject=self.subject,
            command=f"jobdiff alerts show {self.id}",
            link=self.link,
            whole=self.whole,
            now=self.now,
        )

    def message(self, longest: int | None = None) -> Message:
        """It in words for people, in at most so many characters."""
        return compose(
            self.content, at_most=self.at_most, longest=longest, templates=self.templates
        )


class Send(Protocol):
    """Hand a delivery to a channel; return when it was taken, within a fixed time.

    Raises:
        RetryLater: the channel said when to come back.
        DeliveryError: it was not taken; the message names the channel, never its secrets.
        ConfigurationError: its URL or secret cannot be used.
    """

    async def __call__(
        self, channel: Channel, outgoing: Outgoing, *, allow_private: bool
    ) -> None: ...
