"""Mail by SMTP: the headers of what a program sends, and why a mail server did not take it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from alerts.channels.answers import mail_refusal, unreached
from postings.errors import DeliveryError

ID_HEADER: Final = "X-Jobdiff-Delivery"
HEADERS: Final[dict[str, str]] = {
    "Auto-Submitted": "auto-generated",  # RFC 3834: so that no automatic answer comes back
    "X-Auto-Response-Suppress": "All",  # Exchange's word for the same
}
# What smtplib's errors look like in Apprise's notes: (535, b'…'), or a refused recipient.
_CODE: Final = re.compile(r"\(([45]\d\d), b|was refused: ([45]\d\d) ")
_REASONS: Final = (
    ("(-1, b", "it does not speak SMTP there; check the port"),
    ("CERTIFICATE_VERIFY_FAILED", "its certificate is not to be trusted"),
    ("STARTTLS extension not supported", "it offers no encryption; mode=insecure does without"),
    ("SMTP AUTH extension not supported", "it takes no password before encryption"),
    ("SSL", "it does not speak TLS there; check the port and mode"),
    ("timed out", "it did not answer in time"),
    ("Connection unexpectedly closed", "it broke off"),
    ("getaddrinfo", "its host name does not resolve"),
    ("Name or service not known", "its host name does not resolve"),
    ("name resolution", "its host name does not resolve"),
    ("Connection error", "nothing answers there"),
    ("Socket Exception", "nothing answers there, or it broke off"),
)


def with_own(headers: Mapping[str, str], delivery_id: str, *, as_mail: bool) -> dict[str, str]:
    """The headers of the channel's URL, and those of ours that it does not set itself."""
    own = (HEADERS if as_mail else {}) | {ID_HEADER: delivery_id}
    theirs = {name.lower() for name in headers}
    return {name: text for name, text in own.items() if name.lower() not in theirs} | {**headers}


def refusal_of(name: str, notes: Iterable[str], taken: int) -> DeliveryError | None:
    """What a mail server answered last, or why there was no answer; None where nothing tells.

    Args:
        name: the channel's.
        notes: what Apprise noted while it sent.
        taken: how many recipients have the message.
    """
    told = "\n".join(notes)
    if codes := _CODE.findall(told):
        return mail_refusal(name, int("".join(codes[-1])), taken=taken)
    reason = next((words for sign, words in _REASONS if sign in told), None)
    return None if reason is None else unreached(name, reason, taken=taken)
