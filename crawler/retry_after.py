"""``Retry-After``, in both of its forms (RFC 9110 section 10.2.3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST = timedelta(hours=24)


def retry_after(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """Until when the server asks to be left alone; None where it does not say.

    A date counts from the answer's own ``Date``, since clocks differ. At most 24 hours; what lies
    in the past is now.

    >>> retry_after({"retry-after": "120"}, datetime(2026, 1, 1, tzinfo=UTC)).isoformat()
    '2026-01-01T00:02:00+00:00'
    """
    said = headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        wait = LONGEST if len(said) > 6 else timedelta(seconds=int(said))
    else:
        until = _date(said)
        if until is None:
            return None
        wait = until - (_date(headers.get("date", "")) or now)
    return now + min(max(wait, timedelta()), LONGEST)


def _date(text: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
