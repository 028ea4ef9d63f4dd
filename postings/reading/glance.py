"""The glance: whether a body can carry a JobPosting at all. It only ever decides not to read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

_MENTION: Final = b"jobposting"
_JSON_LD = b"application/ld+json"
# any letter of "JobPosting", escaped as in JSON or as in HTML
_ESCAPED_IN_JSON = re.compile(rb"\\u00(?:[46][279aef]|[57][034])")
_ESCAPED_IN_HTML = re.compile(
    rb"&#(?:x0*(?:[46][279aef]|[57][034])|0*(?:6[6]|7[13489]|8[034]|98|1(?:0[356]|1[012456])));"
)


@dataclass(frozen=True)
class Glance:
    """What a first look at a body tells.

    Attributes:
        lowered: the body in lower case.
        mentions: how often it says JobPosting, in any letter case.
        last: where it does so for the last time; -1 if nowhere.
        disguised: it does not say it, but might carry postings nevertheless.
    """

    lowered: bytes = field(repr=False)
    mentions: int
    last: int
    disguised: bool = False

    @property
    def may_carry_postings(self) -> bool:
        """Whether it is worth reading."""
        return self.mentions > 0 or self.disguised


def glance_at(body: bytes) -> Glance:
    r"""Look whether a body in an encoding like ASCII can carry a JobPosting.

    Disguises are letters written as ``\u004a`` or ``&#74;``, job fields without the type, as
    SuccessFactors has them, and JSON records of the 2014 vocabulary.
    """
    lowered = body.lower()
    # CPython searches from the right in half the time that it takes from the left
    last = lowered.rfind(_MENTION)
    if last < 0:
        return Glance(lowered, 0, last, disguised=_is_disguised(lowered))
    return Glance(lowered, lowered.count(_MENTION, 0, last) + 1, last)


def _is_disguised(lowered: bytes) -> bool:
    if looks_like_json(lowered):
        return b"hiringorganization" in lowered or _ESCAPED_IN_JSON.search(lowered) is not None
    return (
        _has_untyped_microdata(lowered)
        or _is_escaped_in_a_script(lowered)
        or _ESCAPED_IN_HTML.search(lowered) is not None
    )


def _is_escaped_in_a_script(lowered: bytes) -> bool:
    """Whether JSON-LD has an escaped letter; other scripts are often full of them."""
    end = len(lowered)
    while (at := lowered.rfind(_JSON_LD, 0, end)) >= 0:
        closed = lowered.find(b"</script", at, end)
        if _ESCAPED_IN_JSON.search(lowered, at, closed if closed >= 0 else end):
            return True
        end = at
    return False


def count_mentions(text: bytes) -> int:
    """How often a UTF-8 text says JobPosting, in any letter case."""
    return text.lower().count(_MENTION)


def _has_untyped_microdata(lowered: bytes) -> bool:
    names = (b'itemprop="description"', b'itemprop="title"')
    return all(lowered.rfind(name) >= 0 for name in names)


def looks_like_json(body: bytes) -> bool:
    """Whether a body begins as a JSON object or list does."""
    return body[:200].lstrip()[:1] in (b"{", b"[")
