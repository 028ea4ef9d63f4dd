"""The ways a message can go out: one file and one line of the registry each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from alerts.channels import apprise, webhook
from alerts.channels.base import Outgoing, Send

CHANNELS: Final[Mapping[str, Send]] = {
    "apprise": apprise.send,
    "webhook": webhook.send,
}

__all__ = ["CHANNELS", "Outgoing", "Send"]
