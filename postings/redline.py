"""What differs between two texts, word by word."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Said: TypeAlias = Literal["same", "out", "in"]
_MOST_WORK: Final = 4_000_000
_WORD = re.compile(r"\S+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")


@dataclass(frozen=True)
class Piece:
    """Some words that stayed, were taken out or were put in; single spaces between them."""

    said: Said
    text: str


def redline(before: str | None, after: str | None) -> tuple[Piece, ...]:
    """The words of both texts in order, and what became of them.

    White space, invisible characters and spellings of one letter are no difference. Texts that
    are too long or too different to be compared word by word lose their common beginning and
    end, and the rest is one piece out and one in.

    >>> [(piece.said, piece.text) for piece in redline("Senior engineer", "Staff engineer")]
    [('out', 'Senior'), ('in', 'Staff'), ('same', 'engineer')]
    """
    old, new = _words(before), _words(after)
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    middle = _between(old[start : len(old) - end], new[start : len(new) - end])
    pieces: list[tuple[Said, list[str]]] = [("same", old[:start]), *middle]
    pieces.append(("same", new[len(new) - end :]))
    return tuple(Piece(said, " ".join(words)) for said, words in pieces if words)


def counted(pieces: Sequence[Piece]) -> tuple[int, int]:
    """How many words came in, and how many went out."""
    words = {"in": 0, "out": 0, "same": 0}
    for piece in pieces:
        words[piece.said] += piece.text.count(" ") + 1
    return words["in"], words["out"]


def _between(old: list[str], new: list[str]) -> list[tuple[Said, list[str]]]:
    if len(old) * len(new) > _MOST_WORK:
        return [("out", old), ("in", new)]
    matcher = difflib.SequenceMatcher(a=old, b=new, autojunk=False)
    pieces: list[tuple[Said, list[str]]] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(("same", new[c:d]))
        else:
            pieces += [("out", old[a:b]), ("in", new[c:d])]
    return pieces


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words two texts have in common at their beginning."""
    number = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        number += 1
    return number


def _words(text: str | None) -> list[str]:
    plain = unicodedata.normalize("NFC", _INVISIBLE.sub("", text or ""))
    return _WORD.findall(plain)
