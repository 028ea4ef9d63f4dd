"""What the demo's sites publish on each of their days, read from ``careers.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.resources import files
from typing import Any, Literal, TypeAlias

Outage: TypeAlias = Literal["503", "shell"]


@dataclass(frozen=True)
class Job:
    """One advertised job. ``place`` is "locality, region, country"."""

    id: str
    title: str
    place: str
    salary: str
    posted: str
    text: str
    until: str | None = None
    type: str = "FULL_TIME"
    remote: bool = False


@dataclass(frozen=True)
class SiteDay:
    """What a site shows on one day. ``jobs`` that were taken down are not among them."""

    jobs: tuple[Job, ...]
    gone: frozenset[str]
    outage: Outage | None


@dataclass(frozen=True)
class Site:
    """One employer's career site; ``days[0]`` is its first day."""

    name: str
    shape: Literal["listing", "page"]
    home: str
    about: str
    days: tuple[SiteDay, ...]


@dataclass(frozen=True)
class Day:
    """One simulated day of the demo."""

    at: datetime
    says: str


@dataclass(frozen=True)
class Script:
    """The days, and the sites whose days they are."""

    days: tuple[Day, ...]
    sites: tuple[Site, ...]


def load() -> Script:
    """The script as it stands in ``careers.toml``."""
    told = tomllib.loads(files(__package__).joinpath("careers.toml").read_text("utf-8"))
    days = tuple(Day(**day) for day in told["days"])
    return Script(days, tuple(_site(site, len(days)) for site in told["sites"]))


def _site(told: Mapping[str, Any], days: int) -> Site:
    edits = {edit["day"]: edit for edit in told["days"]}
    jobs = _jobs(told["postings"])
    gone: frozenset[str] = frozenset()
    shown: list[SiteDay] = []
    for number in range(1, days + 1):
        edit = edits.get(number, {})
        jobs = _edited(jobs, edit)
        gone = (gone | frozenset(edit.get("take_down", ()))) - frozenset(edit.get("put_back", ()))
        visible = tuple(job for job in jobs.values() if job.id not in gone)
        shown.append(SiteDay(visible, gone, edit.get("outage")))
    kept = {key: told[key] for key in ("name", "shape", "home", "about")}
    return Site(**kept, days=tuple(shown))


def _jobs(told: Iterable[Mapping[str, Any]]) -> dict[str, Job]:
    return {job["id"]: Job(**job) for job in told}


def _edited(jobs: Mapping[str, Job], edit: Mapping[str, Any]) -> dict[str, Job]:
    later = {**jobs, **_jobs(edit.get("publish", ()))}
    for change in edit.get("edit", ()):
        later[change["id"]] = replace(later[change["id"]], **change)
    return later
