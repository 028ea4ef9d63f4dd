"""By which keys a posting is known (rule 7): its identifier, its address, what it says.

A posting keeps every key that it was ever known by. Keys are compared within one board.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable
from dataclasses import replace

from postings.model import Organization, Place, Posting
from postings.urls import canonical, locator, without_language

_MOST_ADDRESSES = 50
_MOST_PARTS = 8


def keys_of(posting: Posting, *, url: str, alone: bool) -> tuple[str, ...]:
    """The keys of a posting that was read at ``url``, strongest first.

    ``id:`` its identifier within its organisation, ``url:`` its canonical address, ``content:``
    title, organisation and places. ``alone``: the page at ``url`` carries only this posting, so
    that the page's address is the posting's too; where it carries several that all give the page's
    address as theirs, it identifies none of them.
    """
    page, own = url_key(url), url_key(posting.url) if posting.url else None
    found = [_identifier_key(posting)]
    if alone:
        found.append(page)
    if alone or own != page:
        found.append(own)
    found.append(content_key(posting))
    return tuple(dict.fromkeys(key for key in found if key))


def url_key(url: str) -> str:
    """The key of whatever stands at ``url``.

    >>> url_key("https://example.org/jobs/7/?utm_medium=mail")
    'url:https://example.org/jobs/7'
    """
    return f"url:{canonical(url)}"


def content_key(posting: Posting) -> str | None:
    """The key by title, organisation and places; None without a title."""
    if not posting.title:
        return None
    places = sorted({_place(place) for place in posting.locations})
    told = "\x1f".join([_fold(posting.title), _fold(posting.organization.name), *places])
    return "content:" + hashlib.blake2b(told.encode(), digest_size=12).hexdigest()


def is_weak(key: str) -> bool:
    """Whether a key may be shared by siblings, so that it only decides where nothing else does."""
    return key.startswith("content:")


def locators(keys: Iterable[str]) -> tuple[str, ...]:
    """What the addresses among ``keys`` have in common with other addresses of the same page.

    Strongest first: ``page:`` the address whatever its language, ``near:`` without the words of
    its slug. They are no keys: they only suggest where a posting may have moved to.
    """
    addresses = [key.removeprefix("url:") for key in keys if key.startswith("url:")]
    pages = [f"page:{without_language(url)}" for url in addresses]
    near = [f"near:{place}" for place in map(locator, addresses) if place]
    return tuple(dict.fromkeys((*pages, *near)))


def numbers(keys: Iterable[str]) -> tuple[str, ...]:
    """The identifiers among ``keys`` without the organisation that they are within.

    They are no keys: another employer of a board may have the same number.
    """
    parts = (key.split(":") for key in keys if key.startswith("id:"))
    starts = range(2, 2 + _MOST_PARTS)
    ends = (":".join(part[start:]) for part in parts for start in starts if start < len(part))
    return tuple(dict.fromkeys(f"number:{end}" for end in ends if end))


def role_of(posting: Posting) -> str | None:
    """Title and places, whoever is hiring; None without a title. It is no key."""
    told = content_key(replace(posting, organization=Organization()))
    return told and told.replace("content:", "role:", 1)


def bounded(keys: Iterable[str]) -> tuple[str, ...]:
    """Keys without repeats, and no more addresses than a posting can have had.

    An address with a token in it is another one at every crawl, and none of them comes back.
    """
    kept = dict.fromkeys(keys)
    addresses = [key for key in kept if key.startswith("url:")]
    beyond = frozenset(addresses[_MOST_ADDRESSES:])
    return tuple(key for key in kept if key not in beyond)


def _identifier_key(posting: Posting) -> str | None:
    value = _fold(posting.identifier.value)
    return f"id:{_fold(posting.organization.name)}:{value}" if value else None


def _place(place: Place) -> str:
    parts = (place.street, place.locality, place.region, place.postal_code, place.country)
    return "\x1e".join(_fold(part) for part in parts)


def _fold(text: str | None) -> str:
    return " ".join(unicodedata.normalize("NFKC", text or "").casefold().split())
