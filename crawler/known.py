"""What is known of a board, found by URL and by key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from crawler.discovery.content import Content
from crawler.ports import KnownPosting
from postings.urls import canonical


class KnownPostings:
    """The known postings of a board."""

    def __init__(self, known: Iterable[KnownPosting]) -> None:
        self.all = tuple(known)
        self._by_name: dict[str, list[KnownPosting]] = defaultdict(list)
        self._own_pages: set[str] = set()
        for posting in self.all:
            # A posting with its own page has that page's URL among its keys.
            keyed = posting.own_page and any(key.startswith("url:") for key in posting.keys)
            names = posting.keys if keyed else (f"url:{canonical(posting.url)}", *posting.keys)
            for name in dict.fromkeys(names):
                self._by_name[name].append(posting)
                if posting.own_page and name.startswith("url:"):
                    self._own_pages.add(name.removeprefix("url:"))

    def at(self, name: str) -> tuple[KnownPosting, ...]:
        """The postings that are known by a canonical URL."""
        return tuple(self._by_name.get(f"url:{name}", ()))

    def in_content(self, content: Content) -> bool:
        """Whether a listing page leads to, or carries, anything that is known."""
        if any(link.name in self._own_pages for link in content.links):
            return True
        return any(key in self._by_name for keys in content.carried for key in keys)
