"""What differs between two snapshots of a posting, field by field."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from postings.content import FIELDS, content_of
from postings.materiality import is_material
from postings.model import Change, Posting


def diff(before: Posting, after: Posting) -> tuple[Change, ...]:
    """The changes from one snapshot to the next, in the order of ``postings.content.FIELDS``.

    ``before`` and ``after`` of a change are the JSON values that the postings carry.
    """
    old, new = content_of(before), content_of(after)
    return tuple(
        Change(name, _shown(before, name), _shown(after, name), is_material(name, before, after))
        for name in FIELDS
        if old.get(name) != new.get(name)
    )


def _shown(posting: Posting, name: str) -> Any:
    value: Any = posting
    for part in name.split("."):
        value = getattr(value, part, None)
    if name == "locations":
        return [asdict(place) for place in posting.locations]
    return list(value) if isinstance(value, tuple) else value
