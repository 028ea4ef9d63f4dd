"""How values of the core are kept in columns, on any database."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, String
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine


class UtcTime(TypeDecorator[datetime]):
    """An instant. Aware in, UTC out; kept as sortable text where the database has no such type."""

    impl = String(27)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(DateTime(timezone=True))
        return dialect.type_descriptor(String(27))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value.isoformat()} has no time zone; the store keeps instants")
        at = value.astimezone(UTC)
        return at if dialect.name == "postgresql" else spell(at)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.astimezone(UTC) if isinstance(value, datetime) else read_instant(value)


def spell(at: datetime) -> str:
    """An instant as text of one width, so that text sorts as time does.

    >>> spell(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    '2026-01-02T03:04:05.000000Z'
    """
    return f"{at.astimezone(UTC).isoformat(timespec='microseconds')[:26]}Z"


def read_instant(text: str) -> datetime:
    """The inverse of ``spell``; any RFC 3339 instant is read."""
    return datetime.fromisoformat(text).astimezone(UTC)


def dumps(value: Any) -> str:
    """A JSON value as text, small, and always encodable: a lone surrogate is escaped."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":"))
    return text


def clean(text: str) -> str:
    """Text that any database takes: without NUL and lone surrogates."""
    return text.replace("\x00", "").encode(errors="replace").decode()
