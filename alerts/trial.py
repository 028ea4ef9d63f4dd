"""A test message through a channel, outside the outbox."""

from __future__ import annotations

import uuid
from datetime import datetime

from alerts.channels import CHANNELS, Outgoing
from alerts.channels.answers import AGAIN
from jobdiff.config import Channel, Config
from postings.errors import JobdiffError


async def try_channel(channel: Channel, config: Config, now: datetime) -> str | None:
    """Send a test message; what went wrong in words, or None: the channel took it."""
    outgoing = Outgoing(
        id=str(uuid.uuid4()),
        rule="test",
        events=(),
        now=now,
        subject="A test message of jobdiff",
        notes=("If you can read this, the channel works.",),
        templates=config.alerts.templates,
    )
    try:
        send = CHANNELS[channel.kind]
        await send(channel, outgoing, allow_private=config.network.allow_private)
    except JobdiffError as error:
        return str(error).removesuffix(AGAIN)
    except Exception as error:  # noqa: BLE001  # a service's plugin may raise anything
        return f"channel {channel.name!r} failed: {type(error).__name__}"
    return None
