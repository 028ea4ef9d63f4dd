"""The configuration as frozen values; a leaf that every room may import.

``load`` reads ``jobdiff.toml`` and the ``JOBDIFF_*`` variables; what is wrong in them is one
``ConfigurationError`` that names the key and its line.
"""

from jobdiff.config.alerting import (
    MARKED,
    OPERATOR,
    WATCHING,
    AlertsSection,
    Channel,
    Rule,
    RuleOrigin,
)
from jobdiff.config.clock import Clock, Uptime, clock, steady_seconds, uptime, wall_clock
from jobdiff.config.durations import (
    cron_fields,
    parse_duration,
    parse_every,
    parse_hours,
    parse_instant,
    parse_zone,
)
from jobdiff.config.loading import load
from jobdiff.config.model import (
    BoardEntry,
    Config,
    CrawlerSection,
    NetworkSection,
    SchedulerSection,
    WebSection,
)
from jobdiff.config.names import parse_name
from jobdiff.config.rules import (
    missing_channels,
    read_rule,
    refuse_missing_channels,
    stored_rule,
)
from jobdiff.config.salary import UNITS_A_YEAR, SalaryFloor
from jobdiff.config.secrets import resolve_secret
from jobdiff.config.timing import Quiet, Schedule

__all__ = [
    "MARKED",
    "OPERATOR",
    "UNITS_A_YEAR",
    "WATCHING",
    "AlertsSection",
    "BoardEntry",
    "Channel",
    "Clock",
    "Config",
    "CrawlerSection",
    "NetworkSection",
    "Quiet",
    "Rule",
    "RuleOrigin",
    "SalaryFloor",
    "Schedule",
    "SchedulerSection",
    "Uptime",
    "WebSection",
    "clock",
    "cron_fields",
    "load",
    "missing_channels",
    "parse_duration",
    "parse_every",
    "parse_hours",
    "parse_instant",
    "parse_name",
    "parse_zone",
    "read_rule",
    "refuse_missing_channels",
    "resolve_secret",
    "steady_seconds",
    "stored_rule",
    "uptime",
    "wall_clock",
]
