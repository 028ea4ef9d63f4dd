"""The configuration as frozen values, in the shape of ``jobdiff.toml``."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from jobdiff.config.durations import parse_duration, parse_every
from jobdiff.config.salary import SalaryFloor, parse_salary_floor
from postings.errors import UsageError
from postings.model import Kind

_LONGEST_PATTERN = 500
_LATER = "comes with a later version of jobdiff; leave it out for now"


def _as_duration(value: object) -> object:
    if not isinstance(value, str):
        return value if isinstance(value, timedelta) else _refuse(value, "a duration like 5m")
    try:
        return parse_duration(value)
    except UsageError as wrong:
        raise ValueError(str(wrong)) from None


def _as_revisit(value: object) -> object:
    return value if value == "auto" else _as_duration(value)


def _as_every(value: str) -> str:
    try:
        return parse_every(value)
    except UsageError as wrong:
        raise ValueError(str(wrong)) from None


def _as_list(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _refuse(value: object, wanted: str) -> object:
    raise ValueError(f"{value!r} is not {wanted}; write it in quotes")


def _is_words(value: str) -> str:
    """A word or phrase, or ``re:`` and a regular expression of bounded length."""
    if not value.strip() or value == "re:":
        raise ValueError("it is empty; write a word or re:PATTERN")
    if len(value) > _LONGEST_PATTERN:
        raise ValueError(f"it is longer than {_LONGEST_PATTERN} characters; write a shorter one")
    if value.startswith("re:"):
        try:
            re.compile(value[3:])
        except re.error as wrong:
            raise ValueError(f"{value!r} is no regular expression: {wrong}") from None
    return value


def _is_country(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2}", value):
        raise ValueError(f"{value!r} is no country code; write two letters, like CH")
    return value.upper()


def _is_web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or re.search(r"\s", value):
        raise ValueError(f"{value!r} is no web address; write it with https:// in front")
    return value


Duration = Annotated[timedelta, BeforeValidator(_as_duration)]
Every = Annotated[str, AfterValidator(_as_every)]
Words = Annotated[str, AfterValidator(_is_words)]
Country = Annotated[str, AfterValidator(_is_country)]
WebAddress = Annotated[str, AfterValidator(_is_web_address)]
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^\S(.*\S)?$")]
Required = Literal["title", "text", "employer", "country", "salary"]


class Section(BaseModel):
    """A table of the file: frozen, and a key it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class CrawlerSection(Section):
    """``[crawler]``."""

    contact: str | None = None
    delay: Duration = timedelta(seconds=1)
    revisit: Annotated[Literal["auto"] | timedelta, BeforeValidator(_as_revisit)] = "auto"

    @field_validator("contact")
    @classmethod
    def _fits_a_header(cls, value: str | None) -> str | None:
        if value is None or re.fullmatch(r"[\x21-\x7e]{3,200}", value):
            return value
        raise ValueError("it goes into the User-Agent; write mailto:you@example.org or a URL")


class NetworkSection(Section):
    """``[network]``."""

    allow_private: bool = False


class PlatformSettings(Section):
    """``[platforms.NAME]``.

    Attributes:
        api: asked instead of the platform's own host: scheme, host and port.
        detail: whether postings' own pages are read beside the list.
    """

    api: WebAddress | None = None
    detail: Literal["auto", "never"] = "auto"

    @field_validator("api")
    @classmethod
    def _is_an_origin(cls, value: str | None) -> str | None:
        return value.rstrip("/") if value else value


class PlatformsSection(Section):
    """``[platforms]``: a table for each platform (``docs/platforms.md``)."""

    greenhouse: PlatformSettings = PlatformSettings()
    lever: PlatformSettings = PlatformSettings()
    ashby: PlatformSettings = PlatformSettings()
    workday: PlatformSettings = PlatformSettings()
    recruitee: PlatformSettings = PlatformSettings()
    teamtailor: PlatformSettings = PlatformSettings()
    personio: PlatformSettings = PlatformSettings()
    workable: PlatformSettings = PlatformSettings()
    pinpoint: PlatformSettings = PlatformSettings()
    rippling: PlatformSettings = PlatformSettings()
    bamboohr: PlatformSettings = PlatformSettings()

    def told(self) -> dict[str, PlatformSettings]:
        """Those of which something is set, by name."""
        plain = PlatformSettings()
        each = ((name, getattr(self, name)) for name in type(self).model_fields)
        return {name: settings for name, settings in each if settings != plain}


class SchedulerSection(Section):
    """``[scheduler]``."""

    min_interval: Duration = timedelta(minutes=5)

    @field_validator("min_interval")
    @classmethod
    def _is_positive(cls, value: timedelta) -> timedelta:
        if value < timedelta(seconds=1):
            raise ValueError("the shortest interval is 1s")
        return value


class AlertsSection(Section):
    """``[alerts]``."""

    operator: Annotated[tuple[Name, ...], BeforeValidator(_as_list)] = ()

    @field_validator("operator")
    @classmethod
    def _not_yet(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if value:
            raise ValueError(_LATER)
        return value


class BoardEntry(Section):
    """One ``[[boards]]``; ``line`` is where its table stands in the file."""

    url: WebAddress
    name: Name | None = None
    tags: Annotated[tuple[Name, ...], BeforeValidator(_as_list)] = ()
    every: Every = "auto"
    strategy: str = Field(default="auto", min_length=1)
    _line: int | None = PrivateAttr(default=None)

    @property
    def line(self) -> int | None:
        """The line of the file its table starts on."""
        return self._line


class Channel(Section):
    """One ``[[channels]]``: an Apprise URL, or a webhook with its secret."""

    name: Name
    url: SecretStr | None = None
    webhook: SecretStr | None = None
    secret: SecretStr | None = None

    @property
    def kind(self) -> Literal["apprise", "webhook"]:
        """Which entry of the registry in ``alerts.channels`` sends it."""
        return "apprise" if self.url is not None else "webhook"

    @model_validator(mode="after")
    def _is_one_of_two(self) -> Self:
        if (self.url is None) == (self.webhook is None):
            raise ValueError("a channel has either url (Apprise) or webhook; write one of them")
        if (self.webhook is None) != (self.secret is None):
            raise ValueError("webhook and secret belong together; write both, or url alone")
        return self


class Rule(Section):
    """One ``[[rules]]``; empty means any. Without ``channels`` it tells all of them."""

    name: Name
    kinds: Annotated[tuple[Kind, ...], BeforeValidator(_as_list)] = ("new", "reopened")
    title: Annotated[tuple[Words, ...], BeforeValidator(_as_list)] = ()
    not_title: Annotated[tuple[Words, ...], BeforeValidator(_as_list)] = ()
    text: Annotated[tuple[Words, ...], BeforeValidator(_as_list)] = ()
    not_text: Annotated[tuple[Words, ...], BeforeValidator(_as_list)] = ()
    employer: Annotated[tuple[Words, ...], BeforeValidator(_as_list)] = ()
    tags: Annotated[tuple[Name, ...], BeforeValidator(_as_list)] = ()
    country: Annotated[tuple[Country, ...], BeforeValidator(_as_list)] = ()
    salary_at_least: SalaryFloor | None = None
    require: Annotated[tuple[Required, ...], BeforeValidator(_as_list)] = ()
    channels: Annotated[tuple[Name, ...], BeforeValidator(_as_list)] = ()
    deliver: str = "immediately"
    timezone: str = "UTC"
    quiet: str | None = None

    @field_validator("kinds")
    @classmethod
    def _has_kinds(cls, value: tuple[Kind, ...]) -> tuple[Kind, ...]:
        if not value:
            raise ValueError("it is empty; name at least one kind, or leave the key out")
        return value

    @field_validator("salary_at_least", mode="before")
    @classmethod
    def _reads_salary(cls, value: object) -> object:
        if not isinstance(value, str):
            return _refuse(value, "a salary like 100000 CHF/YEAR")
        return parse_salary_floor(value)

    @field_validator("timezone")
    @classmethod
    def _is_zone(cls, value: str) -> str:
        try:
            return ZoneInfo(value).key
        except (KeyError, ValueError, OSError):
            raise ValueError(f"{value!r} is no time zone; write it like Europe/Zurich") from None

    @field_validator("deliver")
    @classmethod
    def _is_built(cls, value: str) -> str:
        if value == "immediately":
            return value
        if re.match(r"hourly$|daily at |weekly on ", value):
            raise ValueError(f"{value!r} {_LATER}")
        raise ValueError(f"{value!r} is not known; write immediately")

    @field_validator("quiet")
    @classmethod
    def _is_not_built(cls, value: str | None) -> str | None:
        if value is not None:
            raise ValueError(_LATER)
        return value


class Scalars(BaseSettings):
    """What can also be set by ``JOBDIFF_*`` variables."""

    model_config = SettingsConfigDict(
        env_prefix="JOBDIFF_",
        env_nested_delimiter="__",
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
    )

    database: str = ""
    crawler: CrawlerSection = CrawlerSection()
    network: NetworkSection = NetworkSection()
    scheduler: SchedulerSection = SchedulerSection()


class Config(Section):
    """Everything ``jobdiff.toml`` and the ``JOBDIFF_*`` variables say.

    Attributes:
        path: the file that was read; None without one.
        database: the store as an SQLAlchemy URL, its SQLite path absolute.
    """

    path: Path | None = Field(default=None, exclude=True)
    database: str = ""
    crawler: CrawlerSection = CrawlerSection()
    network: NetworkSection = NetworkSection()
    scheduler: SchedulerSection = SchedulerSection()
    platforms: PlatformsSection = PlatformsSection()
    alerts: AlertsSection = AlertsSection()
    boards: tuple[BoardEntry, ...] = ()
    channels: tuple[Channel, ...] = ()
    rules: tuple[Rule, ...] = ()

    def channels_of(self, rule: Rule) -> tuple[Channel, ...]:
        """The channels a rule tells, in the file's order."""
        return tuple(
            channel
            for channel in self.channels
            if not rule.channels or channel.name in rule.channels
        )
