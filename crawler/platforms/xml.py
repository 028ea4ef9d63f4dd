"""The XML that some platforms publish: feeds of positions, RSS, sitemaps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from lxml import etree

from crawler.platforms.platform import Job, Part, Query, read_rows


@dataclass(frozen=True)
class Document:
    """An XML document.

    Attributes:
        root: its root.
        broken: what is wrong with it; what stands there may be lost, the rest was read.
    """

    root: etree._Element
    broken: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The root's name, without its namespace."""
        return str(etree.QName(self.root).localname)

    def part(
        self,
        path: str,
        job: Callable[[etree._Element], Job | None],
        following: Query | None = None,
    ) -> Part:
        """The part of a list that the elements at ``path`` are."""
        part = read_rows(list(self.root.iterfind(path)), job).part(following)
        return replace(part, unread=(*part.unread, *self.broken))


def document(body: bytes, *names: str) -> Document:
    """An XML document whose root is called one of ``names``.

    Raises:
        ValueError: it is no XML, or another document.
    """
    broken = ""
    try:
        root = etree.fromstring(body.strip(), _parser(recover=False))
    except etree.XMLSyntaxError as error:
        broken = f"its XML is broken: {error}"
        root = etree.fromstring(body.strip(), _parser(recover=True)) if body.strip() else None
    if root is None:
        raise ValueError(broken)
    told = Document(root, (broken,) if broken else ())
    if told.name not in names:
        raise ValueError(f"it is a <{told.name}>, not a <{names[0]}>")
    return told


def _parser(*, recover: bool) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=recover
    )


def said(one: etree._Element, name: str) -> str:
    """The trimmed text of a child; empty where there is none."""
    return (one.findtext(name) or "").strip()


def shards(index: Document, path_of: Callable[[str], str]) -> Part:
    """The sitemaps that an index of sitemaps names."""
    found = [said(one, "{*}loc") for one in index.root.iterchildren("{*}sitemap")]
    return Part((), unread=index.broken, also=tuple(Query(path_of(url)) for url in found))
