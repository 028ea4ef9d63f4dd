"""What a channel is given, and what it promises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from alerts.message import SHOWN, Content, Message, compose
from jobdiff.config import Channel


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

    @property
    def says_something(self) -> bool:
        """Whether there is anything left to tell."""
        return bool(self.events or self.deadlines or self.boards or self.subject)

    def message(self, longest: int | None = None) -> Message:
        """It in words for people, in at most so many characters."""
        content = Content(
            rule=self.rule,
            events=self.events,
            unknown=self.unknown,
            deadlines=self.deadlines,
            boards=self.boards,
            notes=self.notes,
            subject=self.subject,
            command=f"jobdiff alerts show {self.id}",
            now=self.now,
        )
        return compose(content, at_most=self.at_most, longest=longest, templates=self.templates)


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
