"""XML of strangers: no entities, no DTD, no network."""

from __future__ import annotations

import zlib
from typing import Final

from lxml import etree

MOST_BYTES: Final = 50 * 1024 * 1024


def parse_xml(text: bytes) -> etree._Element | None:
    """The root of an XML document; None where it is broken."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(text.strip(), parser)
    except etree.XMLSyntaxError:
        return None


def plain(body: bytes) -> bytes | None:
    """``body`` without its gzip, if it has one; None where that is broken or a bomb."""
    if body[:2] != b"\x1f\x8b":
        return body
    unzip = zlib.decompressobj(wbits=31)
    try:
        text = unzip.decompress(body, MOST_BYTES)
    except zlib.error:
        return None
    return text if unzip.eof else None


def children(node: etree._Element, name: str) -> list[etree._Element]:
    """The children of that local name, whatever their namespace."""
    return list(node.iterchildren("{*}" + name))


def text_of(node: etree._Element, name: str) -> str:
    """The text of the first child of that name; empty where it says nothing."""
    found = next(iter(children(node, name)), None)
    return "".join(str(part) for part in found.itertext()).strip() if found is not None else ""
