"""What a channel's answer comes to: the same words and waits for webhooks and services.

Whatever a channel says, the message is tried again, later and later: a token is put right, an
address comes back, and nothing was lost meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from postings.errors import DeliveryError, RetryLater

LONGEST_WAIT: Final = 86_400.0
AGAIN: Final = "; it is tried again"
_ADVICE: Final[Mapping[int, str]] = {
    400: "it does not understand the message, or its URL is not complete",
    401: "check its token or password",
    403: "check its token or password, and what it may do",
    404: "check its URL",
    405: "check its URL",
    410: "what it was sent to is gone; check its URL",
    413: "the message is too long for it",
    429: "it wants fewer messages",
}
_SMTP_ADVICE: Final[Mapping[int, str]] = {
    421: "the mail server is closing",
    450: "the mailbox is busy, or the mail server asks to come back later",
    451: "the mail server asks to come back later",
    452: "the mailbox is full",
    454: "the mail server cannot check the password now",
    530: "the mail server wants a user, a password or encryption; check its URL",
    534: "the mail server wants another way to log in, often a password of its own for programs",
    535: "check its user and password",
    550: "the mail server refuses the recipient or the sender",
    551: "the mail server refuses the recipient",
    552: "the mailbox is full, or the message too long for it",
    553: "the mail server does not understand an address",
    554: "the mail server refuses the message",
}


def retry_after(value: str | None, date: str | None) -> float | None:
    """Seconds to wait, from a Retry-After header in either form, between 0 and a day.

    An HTTP date counts from the answer's own Date; without one it cannot be read.
    """
    text = (value or "").strip()
    if text.isascii() and text.isdecimal():
        return min(float(text[:9]), LONGEST_WAIT)
    try:
        wait = (_http_date(text) - _http_date(date or "")).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(wait, 0.0), LONGEST_WAIT)


def refusal(
    name: str, status: int, wait: float | None, *, reason: str = "", taken: int = 0
) -> DeliveryError:
    """The error for an answer by HTTP that is no 2xx.

    Args:
        name: the channel's.
        status: what it answered.
        wait: seconds that it asked for, see ``retry_after``.
        reason: its own name for what is wrong.
        taken: how many of its recipients took the message nevertheless.
    """
    if 300 <= status < 400:
        return DeliveryError(
            f"channel {name!r} answered {status}: it redirects; write the address it redirects to"
        )
    advice = _ADVICE.get(status, "it has trouble of its own" if status >= 500 else "")
    what = f"answered {status}{f' ({reason})' if reason else ''}"
    message = _told(name, what, advice, taken)
    return DeliveryError(message) if wait is None else RetryLater(message, wait)


def mail_refusal(name: str, code: int, *, taken: int = 0) -> DeliveryError:
    """The error for a mail server's answer (RFC 5321, 4.2) that is no 2xx or 3xx."""
    return DeliveryError(_told(name, f"answered {code}", _SMTP_ADVICE.get(code, ""), taken))


def unreached(name: str, reason: str, *, taken: int = 0) -> DeliveryError:
    """The error for a channel that gave no answer."""
    return DeliveryError(_told(name, "could not be reached", reason, taken))


def _told(name: str, what: str, advice: str, taken: int) -> str:
    told = f"channel {name!r} {what}{f': {advice}' if advice else ''}"
    has = "one recipient has" if taken == 1 else f"{taken} recipients have"
    rest = f"; {has} the message already" if taken else ""
    return f"{told}{rest}{AGAIN}"


def _http_date(text: str) -> datetime:
    at = parsedate_to_datetime(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
