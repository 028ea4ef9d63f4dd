"""The glance: whether a body can carry a JobPosting at all. It only ever decides not to read."""

from __future__ import annotations

import re

# any letter of "JobPosting", escaped as in JSON or as in HTML
_ESCAPED_IN_JSON = re.compile(rb"\\u00(?:[46][279aef]|[57][034])")
_ESCAPED_IN_HTML = re.compile(
    rb"&#(?:x0*(?:[46][279aef]|[57][034])|0*(?:6[6]|7[13489]|8[034]|98|1(?:0[356]|1[012456])));"
)


def may_carry_postings(body: bytes) -> bool:
    r"""Whether the UTF-8 ``body`` mentions JobPosting in any letter case, or might in disguise.

    Disguises are letters written as ``\u004a`` or ``&#74;``, job fields without the type, as
    SuccessFactors has them, and JSON records of the 2014 vocabulary.
    """
    if b"JobPosting" in body:
        return True
    lowered = body.lower()
    return (
        b"jobposting" in lowered
        or _has_untyped_microdata(lowered)
        or (looks_like_json(lowered) and b"hiringorganization" in lowered)
        or (b"\\u00" in lowered and _ESCAPED_IN_JSON.search(lowered) is not None)
        or (b"&#" in lowered and _ESCAPED_IN_HTML.search(lowered) is not None)
    )


def _has_untyped_microdata(lowered: bytes) -> bool:
    return b'itemprop="title"' in lowered and b'itemprop="description"' in lowered


def looks_like_json(body: bytes) -> bool:
    """Whether a body begins as a JSON object or list does."""
    return body[:200].lstrip()[:1] in (b"{", b"[")
