"""The configuration as frozen values; a leaf that every room may import.

``load`` reads ``jobdiff.toml`` and the ``JOBDIFF_*`` variables; what is wrong in them is one
``ConfigurationError`` that names the key and its line.
"""

from jobdiff.config.clock import Clock, clock, wall_clock
from jobdiff.config.durations import cron_fields, parse_duration, parse_every, parse_instant
from jobdiff.config.loading import load
from jobdiff.config.model import (
    AlertsSection,
    BoardEntry,
    Channel,
    Config,
    CrawlerSection,
    NetworkSection,
    Rule,
    SchedulerSection,
)
from jobdiff.config.salary import UNITS_A_YEAR, SalaryFloor
from jobdiff.config.secrets import resolve_secret

__all__ = [
    "UNITS_A_YEAR",
    "AlertsSection",
    "BoardEntry",
    "Channel",
    "Clock",
    "Config",
    "CrawlerSection",
    "NetworkSection",
    "Rule",
    "SalaryFloor",
    "SchedulerSection",
    "clock",
    "cron_fields",
    "load",
    "parse_duration",
    "parse_every",
    "parse_instant",
    "resolve_secret",
    "wall_clock",
]
