"""How much of a document is read. Past a limit what was read is kept and the page is partial."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bounds of size and work, never of time, so that the same bytes give the same reading.

    Attributes:
        page_bytes: more of a body is not looked at.
        block_bytes: a larger JSON block is refused.
        blocks: more JSON-LD scripts of one page are not read.
        json_depth: JSON nested deeper is refused.
        postings: more postings of one document are left out.
        title_bytes: a longer title is cut.
        repair_steps: how often the repair library looks at a character of broken JSON.
        markup_nodes: how many elements of microdata and RDFa are read, copies included.
        references: how many ``@id`` references are followed.
    """

    page_bytes: int = 16 * 1024 * 1024
    block_bytes: int = 4 * 1024 * 1024
    blocks: int = 20_000
    json_depth: int = 200
    postings: int = 10_000
    title_bytes: int = 1024
    repair_steps: int = 2_000_000
    markup_nodes: int = 200_000
    references: int = 20_000
