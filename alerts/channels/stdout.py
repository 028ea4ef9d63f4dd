"""Messages on standard output: for terminals, pipes and cron's mail.

Whoever should read may not: so the writing is done in a thread that is left behind after
``DEADLINE`` seconds, and nothing else is written before it is through.
"""

from __future__ import annotations

import json
import sys
from typing import Any, Final

from alerts.channels.base import Outgoing
from alerts.channels.errand import carried_out
from jobdiff.config import Channel
from postings.errors import DeliveryError

SCHEMA: Final = "jobdiff.message/1"
DEADLINE: Final = 20.0
_TO: Final = ("stdout", "")


async def send(channel: Channel, outgoing: Outgoing, *, allow_private: bool) -> None:  # noqa: ARG001
    """Print one message; see ``alerts.channels.base.Send``."""
    text = _text_of(outgoing, as_json=channel.stdout == "json")
    try:
        await carried_out(
            _TO,
            outgoing.id,
            lambda: _print(text),
            within=DEADLINE,
            came_late=outgoing.came_late,
        )
    except TimeoutError:
        raise DeliveryError(
            f"channel {channel.name!r}: nobody reads standard output; it is tried again"
        ) from None
    except (OSError, ValueError) as wrong:
        raise DeliveryError(
            f"channel {channel.name!r}: standard output is closed; it is tried again"
        ) from wrong


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _text_of(outgoing: Outgoing, *, as_json: bool) -> str:
    message = outgoing.message()
    if not as_json:
        return f"{message.subject}\n\n{message.text}\n"
    return _line(
        {
            "schema": SCHEMA,
            "id": outgoing.id,
            "rule": outgoing.rule,
            "subject": message.subject,
            "text": message.text,
            "events": [dict(event) for event in outgoing.events],
            "deadlines": [dict(one) for one in outgoing.deadlines],
            "boards": [dict(one) for one in outgoing.boards],
        }
    )


def _line(told: dict[str, Any]) -> str:
    """One line; what the stream cannot carry is escaped, or it would be printed as "?"."""
    text = json.dumps(told, ensure_ascii=False)
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return json.dumps(told)
    return text
