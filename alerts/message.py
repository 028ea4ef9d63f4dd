"""Events in words. Pure; what a page said is data in it, never markup or a mention."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

SHOWN = 20
_SUBJECT = 150
_FIELD = 300
_GAP = "\u200b"
_VERBS = {
    "new": "New",
    "changed": "Changed",
    "expired": "Expired",
    "removed": "Removed",
    "reopened": "Reopened",
}
# What starts a mention, a link or code in Slack, Discord, Telegram, Teams, Matrix or Markdown.
_TRIGGER = re.compile(r"[@<`\]]|:(?=//)")
_IN_URL = "-._~/?#=&%+:,;$!'"


@dataclass(frozen=True)
class Message:
    """One message for people: ``subject`` is one line."""

    subject: str
    text: str


def compose(
    rule: str, events: Sequence[Mapping[str, Any]], unknown: Mapping[str, Sequence[str]]
) -> Message:
    """Write the message of a rule.

    Args:
        rule: the rule's name.
        events: in their JSON shape (``jobdiff.event/1``); at most 20 are told, the rest counted.
        unknown: by event id, what the rule asks for and the posting does not say.
    """
    told = [_event_text(event, unknown.get(event["id"], ())) for event in events[:SHOWN]]
    if len(events) > SHOWN:
        told.append(f"… and {len(events) - SHOWN} more: jobdiff events --json")
    told.append(f"Rule: {plain(rule)}")
    return Message(_subject(rule, events), "\n\n".join(told))


def plain(value: object, limit: int = _FIELD) -> str:
    r"""Page text on one line, bounded, with mentions, links and markup made inert.

    >>> plain("@everyone\n[free](http://x)").replace("\u200b", "|")
    '@|everyone [free]|(http:|//x)'
    """
    return _TRIGGER.sub(rf"\g<0>{_GAP}", line(value, limit))


def line(value: object, limit: int = _FIELD) -> str:
    """Page text on one line, without control characters, clipped at ``limit`` characters."""
    text = str(value)[: limit * 4]
    kept = (" " if c.isspace() else c for c in text if c.isspace() or not _is_control(c))
    squeezed = " ".join("".join(kept).split())
    return squeezed if len(squeezed) <= limit else squeezed[: limit - 1].rstrip() + "…"


def web_address(url: str) -> str:
    """A URL that ends where it ends, in any markup: what could be markup is percent-encoded."""
    return quote(line(url, 2_000), safe=_IN_URL)


def _is_control(character: str) -> bool:
    """Controls, surrogates, and the bidirectional and zero-width marks."""
    return unicodedata.category(character) in {"Cc", "Cf", "Cs"}


def _subject(rule: str, events: Sequence[Mapping[str, Any]]) -> str:
    if len(events) == 1:
        posting = events[0]["posting"]
        employer = f" at {posting['organization']}" if posting["organization"] else ""
        text = f"{_VERBS[events[0]['kind']]}: {posting['title'] or 'untitled'}{employer}"
    else:
        kinds = [event["kind"] for event in events]
        counts = (f"{kinds.count(kind)} {kind}" for kind in _VERBS if kind in kinds)
        text = f"{', '.join(counts)} ({rule})"
    return plain(text, _SUBJECT)


def _event_text(event: Mapping[str, Any], unknown: Sequence[str]) -> str:
    posting = event["posting"]
    lines = [f"{_VERBS[event['kind']]}: {plain(posting['title'] or 'untitled')}"]
    facts = [posting["organization"], _places(posting["locations"]), _salary(posting["salary"])]
    if told := " · ".join(plain(fact) for fact in facts if fact):
        lines.append(f"at {told}")
    lines += [_change(change) for change in event["changes"] if change["material"]][:SHOWN]
    if event["kind"] in {"expired", "removed"}:
        lines += [f"because: {plain(piece['detail'])}" for piece in event["evidence"][:3]]
    if unknown:
        lines.append(f"not said: {', '.join(unknown)} (so the rule could not test it)")
    lines.append(web_address(posting["url"] or ""))
    return "\n".join(lines)


def _change(change: Mapping[str, Any]) -> str:
    before, after = (_value(change[side]) for side in ("before", "after"))
    return f"{plain(change['field'])}: {before} → {after}"


def _value(value: object) -> str:
    return "nothing" if value in (None, [], "") else plain(value)


def _places(places: Sequence[Mapping[str, Any]]) -> str:
    named = [", ".join(p for p in (at["locality"], at["country"]) if p) for at in places[:3]]
    more = f" and {len(places) - 3} more" if len(places) > 3 else ""
    return "; ".join(name for name in named if name) + more


def _salary(salary: Mapping[str, Any] | None) -> str:
    if not salary:
        return ""
    amounts = [f"{amount:,.0f}" for amount in (salary["min"], salary["max"]) if amount is not None]
    unit = "/".join(part for part in (salary["currency"], salary["unit"]) if part)
    return f"{'–'.join(dict.fromkeys(amounts))} {unit}".strip()
