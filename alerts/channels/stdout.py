"""Messages on standard output: for terminals, pipes and cron's mail."""

from __future__ import annotations

import json
import sys

from alerts.channels.base import Outgoing
from jobdiff.config import Channel
from postings.errors import DeliveryError

SCHEMA = "jobdiff.message/1"


async def send(channel: Channel, outgoing: Outgoing, *, allow_private: bool) -> None:  # noqa: ARG001
    """Print one message; see ``alerts.channels.base.Send``."""
    message = outgoing.message()
    if channel.stdout == "json":
        told = {
            "schema": SCHEMA,
            "id": outgoing.id,
            "rule": outgoing.rule,
            "subject": message.subject,
            "text": message.text,
            "events": [dict(event) for event in outgoing.events],
            "deadlines": [dict(one) for one in outgoing.deadlines],
            "boards": [dict(one) for one in outgoing.boards],
        }
        text = json.dumps(told, ensure_ascii=False)
    else:
        text = f"{message.subject}\n\n{message.text}\n"
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except (OSError, ValueError) as wrong:
        raise DeliveryError(
            f"channel {channel.name!r}: standard output is closed; it is tried again"
        ) from wrong
