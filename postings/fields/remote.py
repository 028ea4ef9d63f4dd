"""Where the work is done: remote, hybrid, on site, or not said."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from postings.fields.values import folded, line_of, listed, local_name, present, texts
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
    r"|(?:remote|telecommut\w{0,8}|telework\w{0,8}|home[\s-]*office)"
    r"\W*(?:no|false|none|nein|non|0)\b"
    r"|(?<!\d)0\s*%",
    re.IGNORECASE,
)
_HYBRID = re.compile(
    r"hybrid|h[ií]brid|ibrid|hybryd|гибрид|ハイブリッド"
    r"|\b(?:part(?:ial|ially|ly)?|teilweise|partiel\w*|parcial\w*|some|occasional\w*)"
    r"[\s-]+(?:\w+[\s-]+)?(?:remot|tele|t[ée]l[ée]|home)"
    r"|(?:remote|home[\s-]*office|t[ée]l[ée]travail)\W+part"
    r"|\b[1-4]\s*(?:days?|tage?|jours?|d[ií]as?|dagen|giorni)\b.{0,20}(?:remot|home|t[ée]l[ée])"
    r"|(?:remot\w{0,8}|home[\s-]*office|t[ée]l[ée]travail)\W+(?:\w+\W+){0,2}?"
    r"[1-4]\s*(?:days?|tage?n?|jours?|d[ií]as?|dagen|giorni)\b",
    re.IGNORECASE,
)
_PERHAPS = re.compile(
    r"(?:remot|home[\s-]*office)\w{0,8}\W+(?:is\s+)?(?:optional|possible|möglich)", re.IGNORECASE
)
_REMOTE = re.compile(
    r"telecommut|telework|\bremot|\bwfh\b|work(?:ing)?[\s-]+from[\s-]+(?:home|anywhere)"
    r"|home[\s-]*office|t[ée]l[ée]travail|teletrabajo|teletrabalho|telelavoro|thuiswerk"
    r"|distans(?:arbete)?|\b[aà][\s-]distan[cz]|op[\s-]afstand|et[äa]ty|zdaln|удал[её]нн|дистанц|在宅|リモート|远程|遠端|재택",
    re.IGNORECASE,
)
_ON_SITE = re.compile(
    r"on[\s_-]*site|in[\s_-]*(?:office|person)|vor[\s-]ort|pr[ée]sen[zct]i[ae]l|sur[\s-]site"
    r"|op[\s-]locatie|in[\s-]sede|på[\s-]plats|stacjonar",
    re.IGNORECASE,
)


def remote_of(node: Mapping[str, Any], places: Sequence[Place]) -> Remote | None:
    """What the markup says of the place of work; None where it says nothing.

    ``node`` has its names folded. Title and description are not searched: that would be a guess.
    """
    stated = [text for name in _STATED for text in texts(node.get(name))]
    said = [_kind(text) for text in stated] + _flags(node) + _additional(node)
    location = node.get("joblocation")
    for place in location if isinstance(location, list) else [location]:
        said += _of_place(place)
    said += ["remote" for place in places if _names_no_place(place)]
    return next((kind for kind in said if kind is not None), None)


def _of_place(place: object) -> list[Remote | None]:
    """What a ``jobLocation`` says of itself, in a short text, a property or its type."""
    said = [_kind(text) for text in texts(place) if len(text) < 40]
    if not isinstance(place, dict):
        return said
    shape = folded(place)
    if "virtuallocation" in map(local_name, texts(shape.get("@type"))):
        said.append("remote")
    return said + _additional(shape)


def _names_no_place(place: Place) -> bool:
    return bool(place.locality) and place.street is None and _is_only_remote(place.locality or "")


def _is_only_remote(text: str) -> bool:
    return _kind(text) == "remote" and len(text.split()) <= 3


def _kind(text: str) -> Remote | None:
    if _NEGATED.search(text) or _PERHAPS.search(text):
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
    """What ``additionalProperty`` says under a name such as ``remote``, or without one."""
    said: list[Remote | None] = []
    for item in listed(node.get("additionalproperty")):
        if not isinstance(item, dict):
            continue
        pair = folded(item)
        name = line_of(present(pair, "name", "propertyid")) or ""
        if _ABOUT_PLACE.search(name):
            value = pair.get("value")
            said += [_kind(name)] if _affirms(value) else [_kind(text) for text in texts(value)]
        elif not name:
            told = texts(pair.get("value"))
            said += ["remote" for text in told if local_name(text) == "telecommute"]
    return said
