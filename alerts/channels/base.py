"""What a channel is given, and what it promises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from jobdiff.config import Channel


@dataclass(frozen=True)
class Outgoing:
    """One delivery, ready to go.

    Attributes:
        id: stable over every attempt, so that a receiver can drop a repeat.
        events: in their JSON shape (``jobdiff.event/1``).
        unknown: by event id, what the rule asks for and the posting does not say.
        now: when it is sent, for the body.
    """

    id: str
    rule: str
    events: tuple[Mapping[str, Any], ...]
    now: datetime
    unknown: Mapping[str, Sequence[str]] = field(default_factory=dict)


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
