"""What reading a document comes to, and where in it each thing was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from postings.model import Posting, Problem


@dataclass(frozen=True)
class Origin:
    """Where in a document something was read.

    Attributes:
        block: the block's name, as ``JSON-LD block 2``.
        line: the line of the document where the block's text or scope begins, from 1.
        text: the block's JSON as it stands there; empty for markup.
        root: which of several JSON values that stand one after the other, from 0.
        path: the keys and indices that lead from that value to the node.
        lines: of markup: the lines of its properties by lower-case name.
    """

    block: str
    line: int | None = None
    text: str = field(default="", repr=False)
    root: int = 0
    path: tuple[str | int, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Reading:
    """What one document said.

    ``complete`` is False when a limit, a truncated tree or a block that no repair reads kept
    something from being read. ``origins`` tells of each posting where it was read, the place that
    wins first; ``problem_origins`` of each problem, where it belongs to a block.
    """

    postings: tuple[Posting, ...] = ()
    problems: tuple[Problem, ...] = ()
    complete: bool = True
    origins: tuple[tuple[Origin, ...], ...] = field(default=(), compare=False, repr=False)
    problem_origins: tuple[Origin | None, ...] = field(default=(), compare=False, repr=False)
