"""The kinds of values that the tables of ``jobdiff.toml`` have in common."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

from jobdiff.config.durations import parse_duration, parse_every
from jobdiff.config.names import parse_name
from postings.cadence import parse_window
from postings.errors import UsageError

_LONGEST_PATTERN = 500

T = TypeVar("T")


def as_duration(value: object) -> object:
    """A duration like ``5m``, for a validator."""
    if not isinstance(value, str):
        return value if isinstance(value, timedelta) else refuse(value, "a duration like 5m")
    try:
        return parse_duration(value)
    except UsageError as wrong:
        raise ValueError(str(wrong)) from None


def as_list(value: object) -> object:
    """One text stands for a list of one, for a validator."""
    return (value,) if isinstance(value, str) else value


def refuse(value: object, wanted: str) -> object:
    """Refuse a value that is not written as text."""
    raise ValueError(f"{value!r} is not {wanted}; write it in quotes")


def _as_every(value: str) -> str:
    try:
        return parse_every(value)
    except UsageError as wrong:
        raise ValueError(str(wrong)) from None


def _is_hours(value: str) -> str:
    try:
        parse_window(value)
    except UsageError as wrong:
        raise ValueError(str(wrong)) from None
    return value


def _is_words(value: str) -> str:
    """A word or phrase, or ``re:`` and a regular expression of bounded length."""
    if not value.strip() or value == "re:":
        raise ValueError("it is empty; write a word or re:PATTERN")
    if len(value) > _LONGEST_PATTERN:
        raise ValueError(f"it is longer than {_LONGEST_PATTERN} characters; write a shorter one")
    if value.startswith("re:"):
        _refuse_bad_pattern(value)
    return value


def _refuse_bad_pattern(value: str) -> None:
    """Only what a linear-time engine can search: no lookaround, no back-references."""
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(value[3:], options)
    except re2.error as wrong:
        told = wrong.args[0] if wrong.args else "it cannot be read"
        reason = told.decode(errors="replace") if isinstance(told, bytes) else str(told)
        raise ValueError(f"{value!r} is no regular expression (RE2): {reason}") from None


def _is_country(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2}", value):
        raise ValueError(f"{value!r} is no country code; write two letters, like CH")
    return value.upper()


def _is_language(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2,3}", value):
        raise ValueError(f"{value!r} is no language code; write two letters, like en")
    return value.lower()


def _is_web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or re.search(r"\s", value):
        raise ValueError(f"{value!r} is no web address; write it with https:// in front")
    return value


def _is_public_address(value: str) -> str:
    """Where a site of one's own is reached: nothing in it that a link cannot begin with."""
    host = r"\[[0-9a-f:.]{2,45}\]|[a-z0-9_]([a-z0-9._-]{0,251}[a-z0-9_])?"
    found = re.fullmatch(
        rf"(?P<site>https?://({host})(:(?P<port>\d{{1,5}}))?)(?P<path>(/[\w~%-][\w.~%-]*)*)/?",
        value,
        re.ASCII | re.IGNORECASE,
    )
    if found is None or int(found["port"] or 0) > 65535:
        raise ValueError(
            "it is no address that links can begin with; write https:// and a host (one in other"
            " letters as xn--…), and no name, password, ? or #"
        )
    return found["site"].lower() + found["path"]


def _is_name(value: str) -> str:
    try:
        return parse_name(value)
    except UsageError as wrong:
        raise ValueError(str(wrong)) from None


def _is_zone(value: str) -> str:
    try:
        return ZoneInfo(value).key
    except (KeyError, ValueError, OSError):
        raise ValueError(f"{value!r} is no time zone; write it like Europe/Zurich") from None


def _is_no_yes(value: object) -> object:
    """``true`` is 1 to Python, and to nobody else."""
    if isinstance(value, bool):
        raise ValueError("it is no whole number; write one")  # noqa: TRY004  # pydantic's
    return value


WholeNumber = Annotated[int, BeforeValidator(_is_no_yes)]
Duration = Annotated[timedelta, BeforeValidator(as_duration)]
Every = Annotated[str, AfterValidator(_as_every)]
Words = Annotated[str, AfterValidator(_is_words)]
Country = Annotated[str, AfterValidator(_is_country)]
Language = Annotated[str, AfterValidator(_is_language)]
WebAddress = Annotated[str, AfterValidator(_is_web_address)]
PublicAddress = Annotated[str, AfterValidator(_is_public_address)]
Hours = Annotated[str, AfterValidator(_is_hours)]
Zone = Annotated[str, AfterValidator(_is_zone)]
Name = Annotated[str, AfterValidator(_is_name)]
ListOf = Annotated[tuple[T, ...], BeforeValidator(as_list)]


class Section(BaseModel):
    """A table of the file: frozen, and a key it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
