"""Several blocks, one job: the same posting told twice on a page becomes one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from typing import Any

from postings.fields.values import is_absent, local_name
from postings.model import Place, Posting, Problem
from postings.reading.found import RawNode

# pairs are compared up to here; on longer lists only postings told alike in everything are merged
_COMPARED_AT_MOST = 60
_SYNTAXES = ("json-ld", "microdata", "rdfa")

_SAID = tuple(
    field.name for field in fields(Posting) if field.name not in ("source", "problems", "raw")
)

Read = tuple[RawNode, Posting]


def merged(reads: Sequence[Read], read: Callable[[RawNode], Posting]) -> list[Read]:
    """The reads with those that are one job made one, in the order of their first telling.

    Args:
        reads: each raw node with the posting it makes.
        read: makes a posting of a raw node, for the merged ones.
    """
    groups = _groups(_without_twins(reads))
    return [_read_of(group, read) for group in groups]


def _without_twins(reads: Sequence[Read]) -> list[Read]:
    """Each posting that is told in the same words only once."""
    seen: dict[tuple[object, ...], Read] = {}
    for item in reads:
        seen.setdefault(_told(item[1]), item)
    return list(seen.values())


def _told(posting: Posting) -> tuple[object, ...]:
    return tuple(getattr(posting, name) for name in _SAID)


def _groups(reads: list[Read]) -> list[list[Read]]:
    if len(reads) > _COMPARED_AT_MOST:
        return [[item] for item in reads]
    groups: list[list[Read]] = []
    pair = len(reads) == 2
    for item in reads:
        homes = (group for group in groups if all(_same(one, item, pair) for one in group))
        home = next(homes, None)
        if home is None:
            groups.append([item])
        else:
            home.append(item)
    return groups


def _same(one: Read, other: Read, pair: bool) -> bool:
    a, b = one[1], other[1]
    across = one[0].syntax != other[0].syntax
    if not across and _contradict(a, b):
        return False
    if _differ(a.date_posted and a.date_posted[:10], b.date_posted and b.date_posted[:10]):
        return False
    if not _places_agree(a.locations, b.locations):
        return False
    # a broken block may say little: it must agree in something, not only contradict nothing
    untitled = not (a.title and b.title) and (one[0].repaired or other[0].repaired)
    return _agree_in_something(a, b) if untitled else _titles_agree(a, b, across and pair)


def _contradict(a: Posting, b: Posting) -> bool:
    """Whether two postings of one syntax cannot be one job."""
    return (
        _differ(a.organization.name, b.organization.name)
        or _differ(a.url, b.url)
        or _differ(a.identifier.value, b.identifier.value)
        or not _words_agree(a.description_html, b.description_html)
    )


def _differ(one: str | None, other: str | None) -> bool:
    return bool(one and other) and _folded(one) != _folded(other)


def _folded(text: str | None) -> str:
    return " ".join((text or "").casefold().split())


def _titles_agree(a: Posting, b: Posting, only_pair: bool) -> bool:
    """Whether two postings that contradict each other in nothing else are one job."""
    one, other = _folded(a.title), _folded(b.title)
    if one == other or not one or not other:
        return bool(one or other) or a.description_html == b.description_html
    if only_pair and (one in other or other in one):
        return True
    unnamed = a.url is None and b.url is None
    return _same_words(a, b) and (unnamed or _same_name(a, b) or _same_number(a, b))


def _agree_in_something(a: Posting, b: Posting) -> bool:
    return _same_words(a, b) or _same_name(a, b) or _same_number(a, b)


def _same_words(a: Posting, b: Posting) -> bool:
    return a.description_html is not None and a.description_html == b.description_html


def _same_name(a: Posting, b: Posting) -> bool:
    return bool(a.url and a.url == b.url)


def _same_number(a: Posting, b: Posting) -> bool:
    return a.identifier.value is not None and a.identifier == b.identifier


def _places_agree(one: Sequence[Place], other: Sequence[Place]) -> bool:
    a = {_folded(place.locality) for place in one} - {""}
    b = {_folded(place.locality) for place in other} - {""}
    return not a or not b or bool(a & b)


def _words_agree(one: str | None, other: str | None) -> bool:
    """Whether one description is missing, the same or the beginning of the other."""
    return not one or not other or one == other or one.startswith(other) or other.startswith(one)


def _read_of(group: list[Read], read: Callable[[RawNode], Posting]) -> Read:
    if len(group) == 1:
        return group[0]
    ranked = sorted(group, key=_rank)
    winner = ranked[0][0]
    raw: dict[str, Any] = dict(winner.raw)
    told: list[str] = []
    for node, _ in ranked[1:]:
        told += _fill(raw, node)
    gaps = f"; filled from the others: {', '.join(told[:10])}" if told else ""
    message = f"told {len(group)} times on the page; {winner.syntax} wins{gaps}"
    problem = Problem("told-twice", "info", None, message)
    origins = tuple(origin for node, _ in ranked for origin in node.origins)
    whole = replace(winner, raw=raw, problems=(*winner.problems, problem), origins=origins)
    return whole, read(whole)


def _rank(item: Read) -> tuple[int, bool, bool]:
    """JSON-LD before microdata before RDFa, whole before repaired, with a title before without."""
    node, posting = item
    return _SYNTAXES.index(node.syntax), node.repaired, posting.title is None


def _fill(raw: dict[str, Any], other: RawNode) -> list[str]:
    """Fill the gaps of a raw node from another one; the names of what was filled."""
    present = {local_name(name) for name, value in raw.items() if not is_absent(value)}
    gaps = {
        name: value
        for name, value in other.raw.items()
        if local_name(name) not in present and not is_absent(value)
    }
    for name in [name for name in raw if local_name(name) in map(local_name, gaps)]:
        del raw[name]
    raw.update(gaps)
    return [f"{name} ({other.syntax})" for name in gaps]
