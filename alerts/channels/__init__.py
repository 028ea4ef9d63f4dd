"""The ways a message can go out: one file and one line of the registry each."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Final

from alerts.channels import apprise, feed, stdout, webhook
from alerts.channels.base import Outgoing, Send

CHANNELS: Final[Mapping[str, Send]] = {
    "apprise": apprise.send,
    "webhook": webhook.send,
    "feed": feed.send,
    "stdout": stdout.send,
}

# What they log are URLs, and the URLs of channels are secrets.
for _chatty in ("httpcore", "httpx", "urllib3"):
    logging.getLogger(_chatty).setLevel(logging.CRITICAL + 1)

# What Apprise notes while it sends is read by its channel, and goes nowhere else.
_apprise = logging.getLogger("apprise")
_apprise.setLevel(logging.DEBUG)
_apprise.propagate = False
_apprise.addHandler(logging.NullHandler())

__all__ = ["CHANNELS", "Outgoing", "Send"]
