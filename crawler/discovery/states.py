"""The data that a page's scripts are handed: JSON in script elements and in assignments.

Nothing is run: what is not plain JSON (or JSON in a string) is left alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from crawler.html import Page

MOST_VALUES: Final = 200_000
_JSON: Final = json.JSONDecoder(strict=False)
_ASSIGNED: Final = re.compile(
    r"\b(?:__NUXT__|__NEXT_DATA__|__INITIAL_STATE__|__INITIAL_DATA__|__INITIAL_PROPS__"
    r"|__PRELOADED_STATE__|__APOLLO_STATE__|__REDUX_STATE__|__remixContext|phApp\.ddo)"
    r"\s*=\s*(JSON\.parse\(\s*)?"
)
_PUSHED: Final = re.compile(r"\b__next_f\.push\(")
_ESCAPE: Final = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", re.DOTALL)
_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}
_ROW: Final = re.compile(r"^[0-9a-f]*:(?=[\[{])")
_BROKEN: Final = (ValueError, RecursionError)


def states_of(page: Page) -> Iterator[Any]:
    """The JSON values in a page's scripts, JSON-LD left out."""
    flight: list[str] = []
    for script in page.tree.iter("script"):
        text, kind = script.text or "", (script.get("type") or "").lower()
        if "ld+json" in kind or not text.strip():
            continue
        if "json" in kind:
            yield from _whole(text, nuxt="nuxt" in (script.get("id") or "").lower())
        elif "__next_f" in text:
            flight.extend(_pushed(text))
        else:
            yield from _assigned(text)
    yield from _rows("".join(flight))


def _whole(text: str, *, nuxt: bool) -> Iterator[Any]:
    try:
        told = json.loads(text, strict=False)
        if nuxt and isinstance(told, list):
            told = _hydrated(told)
    except _BROKEN:
        return
    yield told


def _assigned(text: str) -> Iterator[Any]:
    for found in _ASSIGNED.finditer(text):
        try:
            if found[1]:
                yield json.loads(_literal(text, found.end()), strict=False)
            else:
                yield _JSON.raw_decode(text, found.end())[0]
        except _BROKEN:
            continue


def _literal(text: str, start: int) -> str:
    """The JavaScript string that begins at ``start``."""
    quote = text[start : start + 1]
    if quote not in ("'", '"', "`"):
        raise ValueError("it is no string")
    end = start + 1
    while end < len(text) and text[end] != quote:
        end += 2 if text[end] == "\\" else 1
    return _ESCAPE.sub(_unescaped, text[start + 1 : end])


def _unescaped(found: re.Match[str]) -> str:
    code = found[1]
    if len(code) > 1:
        return chr(int(code[1:], 16))
    return _ESCAPES.get(code, code)


def _pushed(text: str) -> Iterator[str]:
    """The pieces of the stream that Next.js hands to its own script."""
    for found in _PUSHED.finditer(text):
        try:
            told = _JSON.raw_decode(text, found.end())[0]
        except _BROKEN:
            continue
        if isinstance(told, list) and len(told) == 2 and isinstance(told[1], str):
            yield told[1]


def _rows(stream: str) -> Iterator[Any]:
    for line in stream.split("\n"):
        if row := _ROW.match(line):
            try:
                yield json.loads(line[row.end() :], strict=False)
            except _BROKEN:
                continue


def _hydrated(flat: list[Any]) -> Any:
    """Nuxt's flat list as the value that it stands for: numbers in it are places in the list."""
    made: dict[int, Any] = {}
    waiting: list[tuple[int, Any]] = []

    def at(place: Any) -> Any:
        if isinstance(place, bool) or not isinstance(place, int) or not 0 <= place < len(flat):
            return None
        if place not in made:
            value = flat[place]
            made[place] = {} if isinstance(value, dict) else [] if _is_list(value) else value
            if isinstance(value, list) and not _is_list(value):
                made[place] = at(value[1]) if len(value) == 2 else None
            elif isinstance(value, dict | list):
                waiting.append((place, value))
        return made[place]

    root = at(0)
    while waiting and len(made) < MOST_VALUES:
        place, value = waiting.pop()
        if isinstance(value, dict):
            made[place].update({name: at(each) for name, each in value.items()})
        else:
            made[place].extend(at(each) for each in value)
    return root


def _is_list(value: Any) -> bool:
    """Whether it is a list of places rather than a value with the name of its kind before it."""
    return isinstance(value, list) and not (value and isinstance(value[0], str))
