"""The configuration as frozen values, in the shape of ``jobdiff.toml``."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, TypeAlias
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ByteSize,
    Field,
    PrivateAttr,
    field_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from jobdiff.config.alerting import AlertsSection, Channel, Rule
from jobdiff.config.fields import (
    Duration,
    Every,
    Hours,
    ListOf,
    Name,
    PublicAddress,
    Section,
    WebAddress,
    Zone,
    as_duration,
)
from postings.cadence import ALWAYS

OFF = "off"


def _as_revisit(value: object) -> object:
    return value if value == "auto" else as_duration(value)


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


Origin: TypeAlias = Annotated[WebAddress, AfterValidator(lambda value: value.rstrip("/"))]


class PlatformSettings(Section):
    """``[platforms.NAME]``.

    Attributes:
        api: asked instead of the platform's own host: scheme, host and port.
        detail: whether postings' own pages are read beside the list.
    """

    api: Origin | None = None
    detail: Literal["auto", "never"] = "auto"


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
    smartrecruiters: PlatformSettings = PlatformSettings()
    successfactors: PlatformSettings = PlatformSettings()
    icims: PlatformSettings = PlatformSettings()
    jobvite: PlatformSettings = PlatformSettings()
    breezy: PlatformSettings = PlatformSettings()
    jazzhr: PlatformSettings = PlatformSettings()
    oracle_hcm: PlatformSettings = PlatformSettings()
    gem: PlatformSettings = PlatformSettings()
    paylocity: PlatformSettings = PlatformSettings()
    ukg: PlatformSettings = PlatformSettings()

    def told(self) -> dict[str, PlatformSettings]:
        """Those of which something is set, by name."""
        plain = PlatformSettings()
        each = ((name, getattr(self, name)) for name in type(self).model_fields)
        return {name: settings for name, settings in each if settings != plain}

    def told_of(self, board: BoardEntry) -> dict[str, PlatformSettings]:
        """What holds for one board, whichever platform it is on."""
        asked = {"api": board.api, "detail": board.detail}
        own = {name: value for name, value in asked.items() if value is not None}
        if not own:
            return self.told()
        return {
            name: getattr(self, name).model_copy(update=own) for name in type(self).model_fields
        }


class SchedulerSection(Section):
    """``[scheduler]``.

    Attributes:
        min_interval: the floor for any board's interval.
        crawls: how many boards one process crawls at once.
        window: the hours in which boards are crawled that have none of their own, or ``always``.
        timezone: of the window and of cron lines, where a board has none of its own.
        keep: for how long old detail is kept (``jobdiff gc --keep``); None is for ever.
    """

    min_interval: Duration = timedelta(minutes=5)
    crawls: int = Field(default=16, ge=1, le=500)
    window: Hours = ALWAYS
    timezone: Zone = "UTC"
    keep: Duration | None = None

    @field_validator("min_interval")
    @classmethod
    def _is_positive(cls, value: timedelta) -> timedelta:
        if value < timedelta(seconds=1):
            raise ValueError("the shortest interval is 1s")
        return value


class ArchiveSection(Section):
    """``[archive]``.

    Attributes:
        folder: where pages are kept as they came; relative to the file's own folder. None: nowhere.
        most_per_day: once a day's file has grown to it, the day's other pages are not kept.
    """

    folder: str | None = Field(default=None, min_length=1)
    most_per_day: ByteSize = ByteSize(1_000_000_000)


class WebSection(Section):
    """``[web]``.

    Attributes:
        listen: the address and port that health and pages are served at, or ``off``.
        hosts: names beside this machine's own under which they may be asked for.
        url: where people reach them, through a proxy, say; messages link there. No slash ends it.
    """

    listen: str = "127.0.0.1:8765"
    hosts: ListOf[Name] = ()
    url: PublicAddress | None = None

    @field_validator("listen")
    @classmethod
    def _is_of_this_machine(cls, value: str) -> str:
        if value == OFF:
            return value
        found = re.fullmatch(r"(localhost|127(?:\.\d{1,3}){3}|\[::1\]):(\d{1,5})", value)
        if found is None or int(found[2]) > 65535:
            raise ValueError(
                f"{value!r} is no address of this machine alone; write 127.0.0.1:8765 (a proxy"
                " before it lets others in), or off"
            )
        return value

    @property
    def address(self) -> tuple[str, int] | None:
        """Host and port; None where nothing is served."""
        if self.listen == OFF:
            return None
        host, _, port = self.listen.rpartition(":")
        return "127.0.0.1" if host == "localhost" else host.strip("[]"), int(port)

    @property
    def every_host(self) -> tuple[str, ...]:
        """``hosts``, and that of ``url``."""
        if self.url is None:
            return self.hosts
        return (*self.hosts, re.sub(r":\d+$", "", urlsplit(self.url).netloc))


class BoardEntry(Section):
    """One ``[[boards]]``; ``line`` is where its table stands in the file.

    ``api`` and ``detail`` go before those of ``[platforms.NAME]``.
    """

    url: WebAddress
    name: Name | None = None
    tags: ListOf[Name] = ()
    every: Every = "auto"
    strategy: str = Field(default="auto", min_length=1)
    window: Hours | None = None
    timezone: Zone | None = None
    allow_private: bool = False
    browser: Literal["always", "auto", "never"] = "never"
    api: Origin | None = None
    detail: Literal["auto", "never"] | None = None
    _line: int | None = PrivateAttr(default=None)

    @property
    def line(self) -> int | None:
        """The line of the file its table starts on."""
        return self._line


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
    web: WebSection = WebSection()
    archive: ArchiveSection = ArchiveSection()


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
    web: WebSection = WebSection()
    archive: ArchiveSection = ArchiveSection()
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

    def operators(self) -> tuple[Channel, ...]:
        """The channels that are told how the boards are doing, else those that people read."""
        return self._named(self.alerts.operator)

    def marked_channels(self) -> tuple[Channel, ...]:
        """The channels that are told of saved and applied postings, else those people read."""
        return self._named(self.alerts.marked)

    def _named(self, names: tuple[str, ...]) -> tuple[Channel, ...]:
        return tuple(
            channel
            for channel in self.channels
            if (channel.name in names if names else channel.is_for_people)
        )
