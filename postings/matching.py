"""Which observations speak of which posting (rule 7)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from postings.identity import (
    bounded,
    content_key,
    is_weak,
    locators,
    numbers,
    role_of,
    url_key,
)
from postings.likeness import is_similar, likeness
from postings.model import Known, Observation, Posting
from postings.urls import without_language


@dataclass(frozen=True)
class Sighting:
    """All that one crawl saw of one posting; ``known`` is None where it was never seen before."""

    known: Known | None
    observations: tuple[Observation, ...]

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Every key of the posting, the former ones first."""
        former = self.known.keys if self.known else ()
        seen = (key for one in self.observations for key in one.keys)
        return bounded((*former, *seen))

    @cached_property
    def listed(self) -> bool:
        """Whether a listing, sitemap or list API of this crawl had it."""
        return any(one.listed for one in self.observations)

    @cached_property
    def read(self) -> Observation | None:
        """The observation whose content counts: of its own page before that of a list."""
        told = [one for one in self.observations if one.posting]
        return min(told, key=lambda one: (not one.asked, one.listed, one.url), default=None)

    @cached_property
    def answered(self) -> tuple[Observation, ...]:
        """The observations for which its own page was asked."""
        return tuple(one for one in self.observations if one.asked)

    @cached_property
    def alive(self) -> bool:
        """Whether some page was asked and has it."""
        return any(one.fetch in ("changed", "unchanged") for one in self.answered)

    @cached_property
    def against(self) -> tuple[Observation, ...]:
        """The answers of its own page that it is over; none where another page still has it."""
        if self.alive:
            return ()
        return tuple(one for one in self.answered if one.fetch in ("gone", "ended"))

    @cached_property
    def same(self) -> Observation | None:
        """The answer that the very page which carries it has not changed, not merely its list."""
        own_page = self.known is not None and self.known.own_page
        same = (one for one in self.observations if one.fetch == "unchanged")
        return next((one for one in same if one.asked or not own_page), None)

    @cached_property
    def unanswered(self) -> bool:
        """Whether its page was asked and nothing could be learnt from it."""
        return bool(self.answered) and not self.alive and not self.against


@dataclass(frozen=True)
class Matched:
    """The observations of a crawl, sorted by posting; ``ambiguous`` keys identify no longer."""

    known: tuple[Sighting, ...]
    unknown: tuple[Sighting, ...]
    ambiguous: frozenset[str]


def match(
    known: Sequence[Known], observations: Sequence[Observation], ambiguous: frozenset[str]
) -> Matched:
    """Sort a crawl's observations by posting.

    Keys decide strongest first; a weak key (content) only between a posting that nothing else
    of this crawl speaks of and observations that nothing else claims. What is left after that is
    matched by the address without its language or, if the text is similar, its slug's words; and
    where all but the employer's name is as it was, by the rest.
    """
    unclear = ambiguous | _shared_by_different(observations)
    ordered = sorted(observations, key=lambda one: (one.url, one.at, one.keys))
    found: dict[str, list[Observation]] = defaultdict(list)
    rest = _claim(ordered, _owners(known, unclear, weak=False), found)
    missing = [one for one in known if _may_have_moved(Sighting(one, tuple(found.get(one.id, ()))))]
    unknown = _claim_alike(_groups(rest, unclear), missing, unclear, found)
    unknown = _claim_near(unknown, [one for one in missing if one.state == "open"], unclear, found)
    names = _Names.of(known, observations)
    unknown = _claim_renamed(unknown, missing, unclear, found, names)
    return Matched(
        tuple(Sighting(one, tuple(found[one.id])) for one in known if one.id in found),
        tuple(unknown),
        unclear,
    )


def _owners(known: Iterable[Known], unclear: frozenset[str], *, weak: bool) -> dict[str, str]:
    claims = [(key, one.id) for one in known for key in one.keys if key not in unclear]
    holders = Counter(key for key, _ in set(claims))
    return {key: holder for key, holder in claims if holders[key] == 1 and is_weak(key) == weak}


def _claim(
    observations: Iterable[Observation],
    owners: dict[str, str],
    found: dict[str, list[Observation]],
) -> list[Observation]:
    rest = []
    for one in observations:
        owner = next((owners[key] for key in one.keys if key in owners), None)
        if owner is None:
            rest.append(one)
        else:
            found[owner].append(one)
    return rest


def _claim_alike(
    unknown: Sequence[Sighting],
    missing: Sequence[Known],
    unclear: frozenset[str],
    found: dict[str, list[Observation]],
) -> list[Sighting]:
    owners = _owners(missing, unclear, weak=True)
    by_id = {one.id: one for one in missing}
    wanted = Counter(key for one in unknown for key in one.keys if key in owners)
    left = []
    for one in unknown:
        owner = next((owners[key] for key in one.keys if wanted[key] == 1), None)
        if owner is None or _another_job(by_id[owner], one, unclear):
            left.append(one)
        else:
            found[owner].extend(one.observations)
    return left


def _claim_near(
    unknown: Sequence[Sighting],
    missing: Sequence[Known],
    unclear: frozenset[str],
    found: dict[str, list[Observation]],
) -> list[Sighting]:
    """Who moved to an address that differs in its language or the words of its slug."""

    def agrees(known: Known, seen: Sighting, place: str) -> bool:
        return _has_moved(known, seen, place, unclear)

    return _claim_at(
        unknown,
        missing,
        lambda known: locators(known.keys),
        lambda seen: locators(seen.keys),
        agrees,
        found,
    )


@dataclass(frozen=True)
class _Names:
    """The employers' names of a board's open postings before a crawl, and those that it tells."""

    before: frozenset[str | None]
    now: frozenset[str | None]

    @classmethod
    def of(cls, known: Iterable[Known], observations: Iterable[Observation]) -> _Names:
        return cls(
            frozenset(_employer(one.snapshot.posting) for one in known if one.state == "open"),
            frozenset(_employer(one.posting) for one in observations if one.posting),
        )

    def are_two(self, old: Posting, new: Posting) -> bool:
        """Whether both are employers of the board: the one is still there, the other was before."""
        former, latter = _employer(old), _employer(new)
        return former != latter and former in self.now and latter in self.before


def _employer(posting: Posting) -> str | None:
    name = posting.organization.name
    return name and name.casefold()


def _claim_renamed(
    unknown: Sequence[Sighting],
    missing: Sequence[Known],
    unclear: frozenset[str],
    found: dict[str, list[Observation]],
    names: _Names,
) -> list[Sighting]:
    """Who says the same under another name of the employer: of that number, or of none."""

    def now_at(seen: Sighting) -> tuple[str, ...]:
        own = numbers(key for key in seen.keys if key not in unclear)
        return own or _roles(seen.read.posting if seen.read else None)

    def agrees(known: Known, seen: Sighting, place: str) -> bool:
        now = seen.read.posting if seen.read else None
        if now is None or names.are_two(known.snapshot.posting, now):
            return False
        if known.state != "open" and _disagree(known.keys, seen.keys, "url:", unclear):
            return False
        return _is_renamed(known.snapshot.posting, now, numbered=place.startswith("number:"))

    return _claim_at(unknown, missing, _formerly_at, now_at, agrees, found)


def _formerly_at(known: Known) -> tuple[str, ...]:
    """Where it is looked for: by its number; without one and a page of its own, by its role."""
    own = numbers(known.keys)
    if own or known.own_page or known.state != "open":
        return own
    return _roles(known.snapshot.posting)


def _roles(posting: Posting | None) -> tuple[str, ...]:
    role = role_of(posting) if posting else None
    return (role,) if role else ()


def _is_renamed(before: Posting, now: Posting, *, numbered: bool) -> bool:
    """Whether role and text are the same, and only the employer is called otherwise.

    Two without a text say the same only where they have their number in common.
    """
    if role_of(before) != role_of(now):
        return False
    if likeness(before, now) is None:
        return numbered and before.description_text == now.description_text
    return is_similar(before, now)


def _claim_at(
    unknown: Sequence[Sighting],
    missing: Sequence[Known],
    formerly_at: Callable[[Known], tuple[str, ...]],
    now_at: Callable[[Sighting], tuple[str, ...]],
    agrees: Callable[[Known, Sighting, str], bool],
    found: dict[str, list[Observation]],
) -> list[Sighting]:
    """Who is missing and seen at a place that nobody else was at, or is; what is left unknown."""
    moved = [one for one in missing if not any(seen.posting for seen in found.get(one.id, ()))]
    if not moved or not unknown:
        return list(unknown)
    places = {one.id: formerly_at(one) for one in moved}
    holders = Counter(place for told in places.values() for place in told)
    owners = {place: one for one in moved for place in places[one.id] if holders[place] == 1}
    seen = [now_at(one) for one in unknown]
    wanted = Counter(place for told in seen for place in told)
    left = []
    for one, told in zip(unknown, seen, strict=True):
        places_of = (place for place in told if wanted[place] == 1 and place in owners)
        place = next(places_of, None)
        if place is None or not agrees(owners[place], one, place):
            left.append(one)
        else:
            found[owners[place].id].extend(one.observations)
    return left


def _has_moved(known: Known, seen: Sighting, place: str, unclear: frozenset[str]) -> bool:
    """Another language of its page says other words; another address must say similar ones."""
    if seen.read is None or seen.read.posting is None or _another_job(known, seen, unclear):
        return False
    return place.startswith("page:") or is_similar(known.snapshot.posting, seen.read.posting)


def _may_have_moved(sighting: Sighting) -> bool:
    return bool(sighting.against) or not (sighting.listed or sighting.alive)


def _another_job(known: Known, seen: Sighting, unclear: frozenset[str]) -> bool:
    """Whether two that read alike are two jobs: other numbers, or one closed and one elsewhere."""
    stood = known.state == "open" or _stands_expired(known, seen)
    kinds = ("id:",) if stood else ("id:", "url:")
    return any(_disagree(known.keys, seen.keys, kind, unclear) for kind in kinds)


def _stands_expired(known: Known, seen: Sighting) -> bool:
    """Whether it was published up to now past its deadline, and states that very deadline."""
    said = seen.read.posting if seen.read else None
    stated = said.valid_through if said else None
    return known.still_published and stated is not None and stated == known.valid_through_read


def _disagree(
    mine: Sequence[str], theirs: Sequence[str], kind: str, unclear: frozenset[str]
) -> bool:
    one = {key for key in mine if key.startswith(kind)} - unclear
    other = {key for key in theirs if key.startswith(kind)} - unclear
    return bool(one and other and not one & other)


def _groups(rest: Sequence[Observation], unclear: frozenset[str]) -> list[Sighting]:
    """Observations of postings that were never seen, those with a common strong key together."""
    group_of: dict[str, list[Observation]] = {}
    groups: list[list[Observation]] = []
    for one in rest:
        strong = [key for key in one.keys if not is_weak(key) and key not in unclear]
        names = strong or [key for key in one.keys if key not in unclear]
        group = next((group_of[key] for key in names if key in group_of), None)
        if group is None:
            group = []
            groups.append(group)
        group.append(one)
        group_of.update({key: group for key in names if key not in group_of})
    return [Sighting(None, tuple(group)) for group in groups]


def _shared_by_different(observations: Sequence[Observation]) -> frozenset[str]:
    """Strong keys that different postings claim within one crawl.

    A list and the posting's own page may word one posting differently, and so may two languages
    of one page: only what two entries of one list, or two pages of their own, claim is shared.
    """
    read = [one for one in observations if one.posting]
    often = Counter(key for one in read for key in set(one.keys) if not is_weak(key))
    contested = frozenset(key for key, number in often.items() if number > 1)
    claims: dict[tuple[str, str], set[tuple[str | None, str]]] = defaultdict(set)
    for one in read:
        keys = contested.intersection(one.keys)
        if not keys:
            continue
        source = "" if url_key(one.url) in one.keys else one.url
        told = (_told(one), "" if source else without_language(one.url))
        for key in keys:
            claims[key, source].add(told)
    return frozenset(
        key
        for (key, _), told in claims.items()
        if len({content for content, _ in told}) > 1 and _several(told)
    )


def _several(told: set[tuple[str | None, str]]) -> bool:
    pages = {page for _, page in told}
    return pages == {""} or len(pages) > 1


def _told(one: Observation) -> str | None:
    return content_key(one.posting) if one.posting else None
