"""What came of many boards, as the table of the docs."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import add
from statistics import median

from postings.simulation.parse import scenario_of
from postings.simulation.run import play
from postings.simulation.score import KINDS, Score, score
from tests.simulator.generate import scenario


def judged(seed: int, days: int) -> Score:
    """One made-up board, played and judged."""
    return score(play(scenario_of(scenario(seed, days))))


def total(scores: Iterable[Score]) -> Score:
    """Many boards as one."""
    return reduce(add, scores)


def found(result: Score, kind: str) -> float:
    """The share of what had to be found that was."""
    return 1 - result.missed[kind] / result.due[kind] if result.due[kind] else 1.0


def table(result: Score) -> str:
    """The figures as a Markdown table."""
    lines = [
        "| event | told | false | had to be found | missed | found |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for kind in KINDS:
        figures = (result.told[kind], result.false[kind], result.due[kind], result.missed[kind])
        told = " | ".join(f"{figure:,}" for figure in figures)
        lines.append(f"| `{kind}` | {told} | {found(result, kind):.2%} |")
    outcomes = ", ".join(f"{number:,} {name}" for name, number in result.outcomes.most_common())
    waits = result.waits or (0,)
    lines.append("")
    lines.append(f"{result.boards:,} boards, {result.crawls:,} crawls: {outcomes}.")
    lines.append(f"Cosmetic edits: {result.cosmetic:,}, none of them to be told.")
    lines.append(f"Crawls to a removal: {median(waits):g} at the median, {max(waits)} at most.")
    return "\n".join(lines)
