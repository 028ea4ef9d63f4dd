"""In which line of a block's text a JSON value stands."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field

from postings.lint.at import Steps

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_DEEPEST = 210  # what is nested deeper is not read, so nobody asks for it


@dataclass
class _Spot:
    """Where a value begins (that of a property at its name), and what it holds."""

    start: int
    inside: dict[str | int, _Spot] = field(default_factory=dict)


@dataclass(frozen=True)
class Positions:
    """Where each value of a block begins, and where its lines end."""

    top: _Spot
    breaks: tuple[int, ...]

    def line(self, path: Steps) -> int | None:
        """How many lines below the block's first one a value begins.

        Of one that is not there, the innermost of what would hold it; None where nothing is.
        """
        spot, _ = self._spot(path)
        return None if spot is self.top else bisect_left(self.breaks, spot.start)

    def has(self, path: Steps) -> bool:
        """Whether a value stands in the block itself, and is not referred to or filled in."""
        return self._spot(path)[1]

    def _spot(self, path: Steps) -> tuple[_Spot, bool]:
        spot = self.top
        for step in path:
            inner = spot.inside.get(step)
            if inner is None:
                return spot, False
            spot = inner
        return spot, True


class _Scan:
    """The way through a block's tokens: what is open, and where in it one is."""

    def __init__(self) -> None:
        self.top = _Spot(0)
        self._spots = [self.top]
        self._steps: list[str | int | None] = [0]  # a key, an index, or None before a key
        self._key: tuple[str, int] | None = None
        self._too_deep = 0

    def token(self, text: str, start: int) -> None:
        if self._too_deep:
            self._too_deep += (text in "{[") - (text in "}]")
        elif text in "}]":
            self._close()
        elif text == ",":
            self._next()
        elif text == ":":
            self._name()
        else:
            self._value(text, start)

    def _value(self, text: str, start: int) -> None:
        step = self._steps[-1]
        if step is None:
            self._key = (_unquoted(text), start)
            return
        spot = _Spot(self._key[1] if self._key else start)
        self._spots[-1].inside[step] = spot
        self._key = None
        if text in "{[":
            self._too_deep = int(len(self._spots) >= _DEEPEST)
            if not self._too_deep:
                self._spots.append(spot)
                self._steps.append(None if text == "{" else 0)
        elif len(self._spots) == 1:
            self._next_root()

    def _name(self) -> None:
        if self._key and self._steps[-1] is None:
            self._steps[-1] = self._key[0]

    def _next(self) -> None:
        step = self._steps[-1]
        if len(self._spots) > 1:
            self._steps[-1] = step + 1 if isinstance(step, int) else None

    def _close(self) -> None:
        self._key = None
        if len(self._spots) > 1:
            self._spots.pop()
            self._steps.pop()
        if len(self._spots) == 1:
            self._next_root()

    def _next_root(self) -> None:
        self._steps[0] = len(self.top.inside)


def positions(text: str) -> Positions:
    """Where everything stands in a block of JSON; of broken JSON, as far as it can be told."""
    scan = _Scan()
    for match in _TOKEN.finditer(text):
        scan.token(match.group(), match.start())
    return Positions(scan.top, tuple(match.start() for match in re.finditer("\n", text)))


def _unquoted(text: str) -> str:
    plain = text[1:-1] if text[:1] == '"' == text[-1:] and len(text) > 1 else text
    return re.sub(r"\\(.)", r"\1", plain) if "\\" in plain else plain
