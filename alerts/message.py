"""A message for people: its subject, its text and its HTML, from templates that can be replaced.

Templates run in a sandbox, and what a page said is only ever a variable in them: it is never
compiled, and comes out as one harmless line (text) or escaped (HTML).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from alerts.inert import Address, line, plain, web_address
from alerts.view import Entry, Named, board_entries, deadline_entries, event_entries, subject_of
from postings.errors import ConfigurationError

SHOWN: Final = 20
TEMPLATES: Final = ("subject.txt", "message.txt", "message.html")
_SUBJECT = 150
_LONGEST_VALUE = 2_000
_SOME_WORDS = 40

_ADDRESS: Final = web_address("https://example.org/jobs/1")
_SAMPLE: Final[Mapping[str, Any]] = {
    "rule": "sample",
    "subject": "New: Sample",
    "entries": [
        Entry(
            "New",
            "Sample",
            "Example · Bern",
            ("a change",),
            ("why",),
            "salary",
            urls=(_ADDRESS,),
            each=(Named("Bern, CH", _ADDRESS),),
        )
    ],
    "more": 1,
    "command": "jobdiff alerts show 1",
    "link": web_address("https://example.org/messages/1"),
    "is_whole": False,
    "notes": ("a note",),
}

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Message:
    """One message for people: ``subject`` is one line, ``html`` says the same as ``text``."""

    subject: str
    text: str
    html: str = ""


@dataclass(frozen=True)
class Content:
    """What a message tells.

    Attributes:
        events: in their JSON shape (``jobdiff.event/1``).
        unknown: by event id, what the rule asks for and the posting does not say.
        deadlines: postings that close soon: ``posting``, ``deadline``.
        boards: boards that are in trouble or no longer: ``board``, ``url``, ``trouble``,
            ``active``, ``reason``.
        notes: sentences at the end.
        subject: instead of one that is made from the rest.
        command: what shows the rest.
        link: where all of it can be read; empty where it is not served.
        whole: every address of siblings is told, not only the first five.
    """

    rule: str
    events: Sequence[Mapping[str, Any]] = ()
    unknown: Mapping[str, Sequence[str]] = field(default_factory=dict)
    deadlines: Sequence[Mapping[str, Any]] = ()
    boards: Sequence[Mapping[str, Any]] = ()
    notes: Sequence[str] = ()
    subject: str = ""
    command: str = "jobdiff events --json"
    link: str = ""
    whole: bool = False
    now: datetime = datetime(1970, 1, 1, tzinfo=UTC)


def compose(
    content: Content,
    *,
    at_most: int = SHOWN,
    longest: int | None = None,
    templates: str | None = None,
) -> Message:
    """Write a message.

    Args:
        content: what it tells.
        at_most: so many entries are told, the rest is counted.
        longest: so many characters fit; fewer entries are told then.
        templates: a folder of one's own templates; one that fails is replaced by jobdiff's.
    """
    entries = entries_of(content)
    shown = min(at_most, len(entries))
    message = _rendered(content, entries, shown, templates)
    while longest is not None and len(message.text) > longest and shown > 1:
        shown = max(shown * 2 // 3, 1)
        message = _rendered(content, entries, shown, templates)
    if longest is not None and len(message.text) > longest:
        return Message(message.subject, _clipped(message.text, longest, content), message.html)
    return message


def _clipped(text: str, longest: int, content: Content) -> str:
    """Its beginning; and where the whole stands, if that leaves room for some words."""
    end = f"…\n{web_address(content.link)}" if content.link else "…"
    if longest - len(end) < _SOME_WORDS:
        end = "…"
    return text[: max(longest - len(end), 0)] + end


def entries_of(content: Content) -> list[Entry]:
    """All that it tells, what is most urgent first."""
    entries = [
        *board_entries(content.boards),
        *deadline_entries(content.deadlines, content.now),
        *event_entries(content.events, content.unknown),
    ]
    return [entry.whole() for entry in entries] if content.whole else entries


def check_templates(folder: str) -> None:
    """Refuse a folder of templates that is none, or one of whose templates is broken.

    Raises:
        ConfigurationError: names the folder, or the template and its line.
    """
    if not Path(folder).is_dir():
        raise ConfigurationError(f"alerts.templates: {folder} is no folder")
    for name in TEMPLATES:
        try:
            _environment(folder, _is_html(name)).get_template(name).render(_SAMPLE)
        except Exception as wrong:  # noqa: BLE001  # a template may raise anything
            at = getattr(wrong, "lineno", None)
            place = f"{Path(folder) / name}{f', line {at}' if at else ''}"
            raise ConfigurationError(f"{place}: {line(wrong)}") from None


def _rendered(
    content: Content, entries: Sequence[Entry], shown: int, templates: str | None
) -> Message:
    values = {
        "rule": content.rule,
        "subject": content.subject or subject_of(content.rule, content.events, entries),
        "entries": entries[:shown],
        "more": sum(entry.count for entry in entries[shown:]),
        "command": content.command,
        "link": web_address(content.link),
        "is_whole": all(entry.is_whole for entry in entries[:shown]) and shown == len(entries),
        "notes": content.notes,
    }
    subject, text, html = (_render(templates, name, values) for name in TEMPLATES)
    return Message(" ".join(subject.split())[:_SUBJECT], text.strip(), html.strip())


def _render(folder: str | None, name: str, values: Mapping[str, Any]) -> str:
    if folder is not None:
        try:
            return _environment(folder, _is_html(name)).get_template(name).render(values)
        except Exception as wrong:  # noqa: BLE001  # a template may raise anything; news must go out
            log.warning("template %s is not used: %s", Path(folder) / name, line(wrong))
    return _environment(None, _is_html(name)).get_template(name).render(values)


def _is_html(name: str) -> bool:
    return name.endswith(".html")


@lru_cache(maxsize=8)
def _environment(folder: str | None, is_html: bool) -> ImmutableSandboxedEnvironment:
    built_in = PackageLoader("alerts")
    own = [FileSystemLoader(folder)] if folder is not None else []
    return ImmutableSandboxedEnvironment(
        loader=ChoiceLoader([*own, built_in]),
        autoescape=is_html,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        cache_size=0 if own else 50,  # one's own may be edited while jobdiff runs
    )


def _finalize(value: object) -> object:
    """What every expression of a template comes out as; HTML is escaped after it."""
    return value if isinstance(value, (Address, int)) else plain(value, _LONGEST_VALUE)
