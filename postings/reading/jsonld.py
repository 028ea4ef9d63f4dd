"""JSON-LD: each script alone, extruct first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from lxml.html import HtmlElement

from postings.model import Problem
from postings.reading.found import Found, RawNode
from postings.reading.glance import count_mentions
from postings.reading.graph import (
    References,
    is_posting_record,
    is_reference,
    job_postings,
    steps,
)
from postings.reading.limits import Limits
from postings.reading.metered import Steps
from postings.reading.repair import Parsed, parse_strictly, parse_tolerantly
from postings.reading.result import Origin

# extruct's own tolerant parse goes letter by letter: larger blocks must be JSON to be given to it
_EXTRUCT_TRIES = 64 * 1024
_SHOWN_KEYS = 5


@dataclass(frozen=True)
class _Block:
    """A block as it was read; ``opened``: its values are these items of the list that it is."""

    parsed: Parsed
    origin: Origin
    opened: tuple[int, ...] = ()

    def at(self, steps: tuple[str | int, ...]) -> Origin:
        """Where a node stands that these steps lead to, the first of them into the values."""
        first = int(steps[0])
        if first < len(self.opened):
            return replace(self.origin, path=(self.opened[first], *steps[1:]))
        return replace(self.origin, root=first, path=steps[1:])


@dataclass
class _Blocks:
    """The blocks of one document as they are read, and what repairs may still cost."""

    limits: Limits
    found: Found
    steps: Steps
    read: list[_Block] = field(default_factory=list)
    names_nodes: bool = False


def mentions_in(scripts: Iterable[HtmlElement]) -> int:
    """How often JSON-LD scripts mention JobPosting."""
    texts = (script.text or "" for script in scripts)
    return sum(count_mentions(text.encode(errors="replace")) for text in texts)


def read_scripts(scripts: Iterable[HtmlElement], limits: Limits, found: Found) -> None:
    """Read the postings of a page's JSON-LD scripts into ``found``."""
    blocks = _Blocks(limits, found, Steps(limits.repair_steps))
    for number, script in enumerate(scripts, start=1):
        if number > limits.blocks:
            message = (
                f"the page has more than {limits.blocks} JSON-LD blocks; the rest was not read"
            )
            found.problem("too-many-blocks", message, partial=True)
            break
        text = script.text or ""
        if text.strip():
            origin = Origin(f"JSON-LD block {number}", script.sourceline, text)
            _read_block(blocks, origin, script)
    _nodes_of(blocks)


def read_json(text: str, limits: Limits, found: Found) -> None:
    """Read the postings of a bare JSON document into ``found``."""
    blocks = _Blocks(limits, found, Steps(limits.repair_steps))
    _read_block(blocks, Origin("the JSON document", 1, text), None)
    records = [
        RawNode({"@type": "JobPosting", **record}, "json-ld", origins=(block.at(steps),))
        for block in blocks.read
        for record, steps in _records(block.parsed)
        if is_posting_record(record) and not {"@type", "type"} & record.keys()
    ]
    if records:
        found.nodes += records
    else:
        _nodes_of(blocks)


def _records(parsed: Parsed) -> Iterator[tuple[Any, tuple[str | int, ...]]]:
    """What may be records: the values themselves and the items of those that are lists."""
    for root, value in enumerate(parsed.values):
        if isinstance(value, list):
            yield from ((item, (root, index)) for index, item in enumerate(value))
        else:
            yield value, (root,)


def _read_block(blocks: _Blocks, origin: Origin, script: HtmlElement | None) -> None:
    text, name = origin.text, origin.block
    limit = blocks.limits.block_bytes if script is not None else blocks.limits.page_bytes
    if len(text) > limit:
        message = f"{name} is longer than {limit} characters and was not read"
        blocks.found.problem("block-too-long", message, partial=True, origin=origin)
        return
    block = _parsed(blocks, origin, script)
    if block is None:
        message = f"{name} is no JSON, and no repair made it JSON"
        partial = _mentions_posting(text)
        blocks.found.problem("json-unreadable", message, partial=partial, origin=origin)
        return
    _tell(blocks.found, block.parsed, origin)
    blocks.names_nodes = blocks.names_nodes or "@id" in text
    blocks.read.append(block)


def _parsed(blocks: _Blocks, origin: Origin, script: HtmlElement | None) -> _Block | None:
    """The block as JSON, or as what extruct, and then the repairs, make of it.

    extruct's first step is the same parse: of what is JSON it would give the same values.
    """
    mentions = _mentions_posting(origin.text)
    strict = parse_strictly(origin.text) if mentions or script is None else None
    if strict is not None:
        return _opened(strict, origin) if script is not None else _Block(strict, origin)
    parsed = _by_extruct(script, mentions) if script is not None else None
    parsed = parsed or _repaired(blocks, origin.text, mentions)
    return _Block(parsed, origin) if parsed else None


def _opened(strict: Parsed, origin: Origin) -> _Block:
    """A script's block, of which a list is opened as extruct does: without its empty items."""
    value = strict.values[0]
    if strict.repaired or not isinstance(value, list) or not any(value):
        return _Block(strict, origin)
    kept = tuple(index for index, item in enumerate(value) if item)
    values = tuple(value[index] for index in kept)
    return _Block(replace(strict, values=values), origin, kept)


def _mentions_posting(text: str) -> bool:
    if "JobPosting" in text or "\\u00" in text:
        return True
    return count_mentions(text.encode(errors="replace")) > 0


def _by_extruct(script: HtmlElement, mentions: bool) -> Parsed | None:
    """What extruct reads in one script; None when it refuses it. ``mentions``: it was no JSON."""
    from extruct.jsonld import JsonLdExtractor

    if len(script.text or "") > _EXTRUCT_TRIES:
        return None
    try:
        items = JsonLdExtractor().extract_items(script)
    except (ValueError, RecursionError):
        return None
    if not items:
        return None
    return Parsed(tuple(items), repaired=mentions)


def _repaired(blocks: _Blocks, text: str, mentions: bool) -> Parsed | None:
    parsed = parse_tolerantly(text, blocks.steps if mentions else None)
    told = parsed is not None and any(job_postings(list(parsed.values), blocks.limits.json_depth))
    return parsed if told or not mentions else None


def _tell(found: Found, parsed: Parsed, origin: Origin) -> None:
    name = origin.block
    if parsed.repaired:
        message = f"{name} is no valid JSON; it was repaired"
        found.problem("json-repaired", message, origin=origin)
    if parsed.duplicate_keys:
        keys = ", ".join(sorted(set(parsed.duplicate_keys))[:_SHOWN_KEYS])
        message = f"{name} repeats keys in one object: {keys}"
        found.problem("duplicate-keys", message, origin=origin)


def _nodes_of(blocks: _Blocks) -> None:
    limits, found = blocks.limits, blocks.found
    references = _references(blocks)
    for block in blocks.read:
        parsed, name = block.parsed, block.origin.block
        told = _problems_of(parsed, name)
        for node, whole, path in job_postings(list(parsed.values), limits.json_depth):
            if not whole:
                message = f"{name} is nested deeper than {limits.json_depth}"
                found.problem("json-too-deep", message, partial=True, origin=block.origin)
            elif not (is_reference(node) and references is not None):
                raw = references.resolved(node) if references else node
                origins = (block.at(steps(path)),)
                found.nodes.append(RawNode(raw, "json-ld", parsed.repaired, told, origins))
    if references:
        for name in sorted(references.dangling)[:_SHOWN_KEYS]:
            found.problem("reference-dangling", f"no node of the page has the @id {name[:200]}")


def _problems_of(parsed: Parsed, name: str) -> tuple[Problem, ...]:
    if not parsed.repaired:
        return ()
    return (Problem("json-repaired", "warning", None, f"{name} was repaired to be read"),)


def _references(blocks: _Blocks) -> References | None:
    """The document's nodes by ``@id``, where there are any."""
    if not blocks.names_nodes:
        return None
    values: list[Any] = [value for block in blocks.read for value in block.parsed.values]
    references = References(blocks.limits.references)
    references.add(values, blocks.limits.json_depth)
    return references if references.known else None
