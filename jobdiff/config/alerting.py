"""``[alerts]``, ``[[channels]]`` and ``[[rules]]``: who is told of what, where and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, Any, Final, Literal, Self, TypeAlias, get_origin
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    Field,
    PrivateAttr,
    SecretStr,
    field_validator,
    model_validator,
)

from jobdiff.config.fields import (
    Country,
    Duration,
    Language,
    ListOf,
    Name,
    Section,
    WholeNumber,
    Words,
    Zone,
    refuse,
)
from jobdiff.config.salary import SalaryFloor, parse_salary_floor
from jobdiff.config.timing import Quiet, Schedule, parse_quiet, parse_schedule
from postings.model import Kind, Remote

ChannelKind: TypeAlias = Literal["apprise", "webhook", "feed", "stdout"]
EmploymentType: TypeAlias = Literal[
    "FULL_TIME", "PART_TIME", "CONTRACTOR", "TEMPORARY", "INTERN", "VOLUNTEER", "PER_DIEM", "OTHER"
]
Required: TypeAlias = Literal[
    "title", "text", "employer", "country", "region", "town", "remote", "salary",
    "employment_type", "language", "age",
]  # fmt: skip

OPERATOR: Final = "operator"
MARKED: Final = "saved and applied"
WATCHING: Final = "still watching"
RESERVED_RULES: Final = (OPERATOR, MARKED, WATCHING)
_FIELDS: Final = frozenset(
    """title organization description valid_through employment_types locations remote
    applicant_locations salary department openings identifier apply_url industry
    occupational_category skills qualifications responsibilities benefits education
    experience_months work_hours direct_apply language""".split()
)


def _is_schedule(value: str) -> str:
    parse_schedule(value)
    return value


def _is_quiet(value: str) -> str:
    parse_quiet(value)
    return value


def _is_field(value: str) -> str:
    if value.partition(".")[0].removesuffix("_text") not in _FIELDS:
        raise ValueError(f"{value!r} is no field that changes; write one of a posting, like salary")
    return value


Deliver = Annotated[str, AfterValidator(_is_schedule)]
QuietHours = Annotated[str, AfterValidator(_is_quiet)]
FieldName = Annotated[str, AfterValidator(_is_field)]


def _is_list(annotation: Any) -> bool:
    return get_origin(annotation) is tuple


class Timed(Section):
    """What has a time zone and quiet hours in it."""

    timezone: Zone = "UTC"
    quiet: QuietHours | None = None

    @property
    def zone(self) -> ZoneInfo:
        """Where its local times are local."""
        return ZoneInfo(self.timezone)

    @property
    def quiet_hours(self) -> Quiet | None:
        """When nothing is sent."""
        return parse_quiet(self.quiet) if self.quiet else None


class AlertsSection(Timed):
    """``[alerts]``.

    Attributes:
        operator: channels that are told how the boards themselves are doing.
        failing_after: crawls in a row that cannot read a board before that is told.
        still_watching: when operators are told that all is well; None: never.
        marked: channels that are told of postings that were marked saved or applied.
        remind: how long before its deadline one of those is told of again.
        templates: a folder of one's own templates.
    """

    operator: ListOf[Name] = ()
    failing_after: WholeNumber = Field(default=2, ge=1, le=1000)
    still_watching: Deliver | None = None
    marked: ListOf[Name] = ()
    remind: Duration = timedelta(days=3)
    templates: str | None = Field(default=None, min_length=1)

    @field_validator("still_watching")
    @classmethod
    def _is_now_and_then(cls, value: str | None) -> str | None:
        if value is not None and parse_schedule(value).rhythm in {"immediately", "hourly"}:
            raise ValueError(f"{value!r} is too often; write weekly on mon at 08:00")
        return value


class Channel(Section):
    """One ``[[channels]]``: an Apprise URL, a webhook with its secret, a feed, or stdout."""

    name: Name
    url: SecretStr | None = None
    webhook: SecretStr | None = None
    secret: SecretStr | None = None
    feed: str | None = Field(default=None, min_length=1)
    stdout: Literal["text", "json"] | None = None

    @property
    def kind(self) -> ChannelKind:
        """Which entry of the registry in ``alerts.channels`` sends it."""
        if self.url is not None:
            return "apprise"
        if self.feed is not None:
            return "feed"
        return "stdout" if self.stdout is not None else "webhook"

    @property
    def is_for_people(self) -> bool:
        """Whether somebody reads it, rather than a program."""
        return self.kind in {"apprise", "stdout"}

    @model_validator(mode="after")
    def _is_one_of_them(self) -> Self:
        given = [one for one in (self.url, self.webhook, self.feed, self.stdout) if one is not None]
        if len(given) != 1:
            raise ValueError(
                "a channel has either url (Apprise), webhook, feed or stdout; write one of them"
            )
        if (self.webhook is None) != (self.secret is None):
            raise ValueError("webhook and secret belong together; write both, or url alone")
        return self


@dataclass(frozen=True)
class RuleOrigin:
    """Where a rule comes from.

    Attributes:
        keys: what was asked for, as it was written.
        line: of the file, where its table begins.
        stored: a command made it, and it lives in the store.
        paused: it tells nothing for now.
        after_cursor: it tells of events after this one.
    """

    keys: Mapping[str, Any] = field(default_factory=dict)
    line: int | None = None
    stored: bool = False
    paused: bool = False
    after_cursor: int = 0


class Rule(Timed):
    """One ``[[rules]]``; empty means any. Without ``channels`` it tells all of them."""

    name: Name
    kinds: ListOf[Kind] = ("new", "reopened")
    changed: ListOf[FieldName] = ()
    boards: ListOf[Name] = ()
    tags: ListOf[Name] = ()
    title: ListOf[Words] = ()
    not_title: ListOf[Words] = ()
    text: ListOf[Words] = ()
    not_text: ListOf[Words] = ()
    employer: ListOf[Words] = ()
    not_employer: ListOf[Words] = ()
    country: ListOf[Country] = ()
    region: ListOf[Words] = ()
    town: ListOf[Words] = ()
    remote: ListOf[Remote] = ()
    salary_at_least: SalaryFloor | None = None
    employment_type: ListOf[EmploymentType] = ()
    language: ListOf[Language] = ()
    max_age: Duration | None = None
    require: ListOf[Required] = ()
    channels: ListOf[Name] = ()
    deliver: Deliver = "immediately"
    remind: Duration | None = None
    at_most: WholeNumber = Field(default=20, ge=1, le=1000)
    _origin: RuleOrigin = PrivateAttr(default=RuleOrigin())

    @property
    def origin(self) -> RuleOrigin:
        """Where it comes from."""
        return self._origin

    @property
    def written(self) -> dict[str, Any]:
        """What it asks for as it was written, in the order of its keys; lists as lists."""
        keys = self._origin.keys
        fields = type(self).model_fields
        said = {name: keys[name] for name in fields if name in keys and name != "name"}
        return {
            name: [value] if isinstance(value, str) and _is_list(fields[name].annotation) else value
            for name, value in said.items()
        }

    @property
    def schedule(self) -> Schedule:
        """When its matches are sent."""
        return parse_schedule(self.deliver)

    @model_validator(mode="before")
    @classmethod
    def _changes_alone(cls, values: object) -> object:
        """A rule that names fields and no kinds is about changes."""
        if isinstance(values, dict) and values.get("changed") and "kinds" not in values:
            return {**values, "kinds": ("changed",)}
        return values

    @field_validator("name")
    @classmethod
    def _is_free(cls, value: str) -> str:
        if value in RESERVED_RULES:
            raise ValueError(f"{value!r} is jobdiff's own name; choose another")
        return value

    @field_validator("kinds")
    @classmethod
    def _has_kinds(cls, value: tuple[Kind, ...]) -> tuple[Kind, ...]:
        if not value:
            raise ValueError("it is empty; name at least one kind, or leave the key out")
        return value

    @model_validator(mode="after")
    def _asks_for_changes(self) -> Self:
        if self.changed and "changed" not in self.kinds:
            raise ValueError('changed names fields, but kinds leaves changes out; add "changed"')
        return self

    @field_validator("salary_at_least", mode="before")
    @classmethod
    def _reads_salary(cls, value: object) -> object:
        if not isinstance(value, str):
            return value if value is None else refuse(value, "a salary like 100000 CHF/YEAR")
        return parse_salary_floor(value)
