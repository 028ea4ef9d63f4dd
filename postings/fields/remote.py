"""Where the work is done: remote, hybrid, on site, or not said."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from postings.fields.values import folded, line_of, listed, present, texts
from postings.model import Place, Remote

_STATED = ("joblocationtype", "workplacetype", "worklocationtype", "workmode", "worktype_remote")
_FLAGS = ("remote", "isremote", "telecommute", "telecommuting", "remoteallowed", "isremotework")
_ABOUT_PLACE = re.compile(
    r"remote|telecommut|telework|work.?(?:place|mode|location|model|arrangement)|home.?office"
    r"|location.?type|t[ée]l[ée]travail|teletrabajo|lieu de travail",
    re.IGNORECASE,
)
_YES = re.compile(r"^(?:true|yes|y|1|ja|oui|s[ií]|sim|fully|full|100\s*%)$", re.IGNORECASE)
_NEGATED = re.compile(
    r"\b(?:no|not|non|never|without|kein\w*|nicht|ohne|pas|sans|sin|senza|sem|geen|niet|ingen|ikke"
    r"|nie|bez)\b[\s-]*(?:\w+[\s-]+){0,3}?(?:remot|home|tele|t[ée]l[ée]|wfh|distan|zdaln)"
    r"|remote\W*(?:no|false|none|0)\b",
    re.IGNORECASE,
)
_HYBRID = re.compile(
    r"hybrid|h[ií]brid|ibrid|hybryd|гибрид|ハイブリッド"
    r"|\b(?:part(?:ial|ially|ly)?|teilweise|partiel\w*|parcial\w*|some|occasional\w*)"
    r"[\s-]+(?:\w+[\s-]+)?(?:remot|tele|t[ée]l[ée]|home)",
    re.IGNORECASE,
)
_REMOTE = re.compile(
    r"telecommut|telework|\bremot|\bwfh\b|work(?:ing)?[\s-]+from[\s-]+(?:home|anywhere)"
    r"|home[\s-]*office|t[ée]l[ée]travail|teletrabajo|teletrabalho|telelavoro|thuiswerk"
    r"|distans(?:arbete)?|et[äa]ty|zdaln|удал[её]нн|дистанц|在宅|リモート|远程|遠端|재택",
    re.IGNORECASE,
)
_ON_SITE = re.compile(
    r"on[\s_-]*site|in[\s_-]*(?:office|person)|vor[\s-]ort|pr[ée]sen[zct]i[ae]l|sur[\s-]site"
    r"|op[\s-]locatie|in[\s-]sede|på[\s-]plats",
    re.IGNORECASE,
)


def remote_of(node: Mapping[str, Any], places: Sequence[Place]) -> Remote | None:
    """What the markup says of the place of work; None where it says nothing.

    ``node`` has its names folded. Title and description are not searched: that would be a guess.
    """
    stated = [text for name in _STATED for text in texts(node.get(name))]
    said = [_kind(text) for text in stated] + _flags(node) + _additional(node)
    said += [_kind(text) for text in texts(node.get("joblocation")) if len(text) < 40]
    said += ["remote" for place in places if _names_no_place(place)]
    return next((kind for kind in said if kind is not None), None)


def _names_no_place(place: Place) -> bool:
    return bool(place.locality) and place.street is None and _is_only_remote(place.locality or "")


def _is_only_remote(text: str) -> bool:
    return _kind(text) == "remote" and len(text.split()) <= 3


def _kind(text: str) -> Remote | None:
    if _NEGATED.search(text):
        return None
    if _HYBRID.search(text):
        return "hybrid"
    if _REMOTE.search(text):
        return "remote"
    return "on_site" if _ON_SITE.search(text) else None


def _flags(node: Mapping[str, Any]) -> list[Remote | None]:
    values = [value for name in _FLAGS for value in listed(node.get(name))]
    return ["remote" if _affirms(value) else _kind(str(value)) for value in values]


def _affirms(value: object) -> bool:
    return value is True or (isinstance(value, str) and _YES.match(value.strip()) is not None)


def _additional(node: Mapping[str, Any]) -> list[Remote | None]:
    """What ``additionalProperty`` says under a name such as ``remote`` or ``workplace``."""
    said: list[Remote | None] = []
    for item in listed(node.get("additionalproperty")):
        if not isinstance(item, dict):
            continue
        pair = folded(item)
        name = line_of(present(pair, "name", "propertyid")) or ""
        if _ABOUT_PLACE.search(name):
            value = pair.get("value")
            said += [_kind(name)] if _affirms(value) else [_kind(text) for text in texts(value)]
    return said
