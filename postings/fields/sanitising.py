"""HTML that anybody wrote, made safe to show."""

from __future__ import annotations

from functools import cache
from typing import Final

import nh3

TAGS: Final = frozenset(
    "a abbr b blockquote br caption code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr i ins li mark ol"
    " p pre q s small span strong sub sup table tbody td tfoot th thead tr u ul".split()
)


@cache
def _sanitiser() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(TAGS),
        clean_content_tags={"script", "style", "template", "noscript", "title", "textarea"},
        attributes={"a": {"href", "title"}, "td": {"colspan"}, "th": {"colspan"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
    )


def sanitised(html: str) -> str:
    """HTML with nothing but harmless tags, attributes and addresses."""
    return _sanitiser().clean(html).strip()
