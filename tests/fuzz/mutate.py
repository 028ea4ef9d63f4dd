"""Mutations of bytes, each a function of a random generator and the bytes alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random
from typing import Final

LONGEST: Final = 6_000
"""What a mutation makes is cut there, but for nesting: small inputs make many."""

_BRACKETS = b"{ } [ ] {} [] [[ ]] ( ) < > </ /> <> {{ }} ${".split()
_QUOTES = [b'"', b"'", b"\\", b'\\"', b"\\'", b"`", "\u201c".encode(), "\u201d".encode(), b"\\\\"]
_MARKS = [
    b",",
    b":",
    b";",
    b"=",
    b" ",
    b"\n",
    b"\r\n",
    b"\t",
    b"//",
    b"/*",
    b"*/",
    b"<!--",
    b"-->",
    b"<![CDATA[",
    b"]]>",
    b"<?",
    b"?>",
    b"<!",
    b"<!DOCTYPE x",
    b",}",
    b",]",
    b"#",
    b"&",
]
_ENTITIES = (
    b"&quot; &#34; &#x22; &amp; &amp;amp; &lt; &gt; &nbsp; &#0; &#xD800; &#128; &#x110000; &#74;"
    b" &bogus; &copy &lt;br&gt;"
).split()
_TAGS = [b"<script>", b"</script>", b'<script type="application/ld+json">', b"<style>", b"</style>",
         b"<title>", b"</title>", b"<textarea>", b"</textarea>", b"<svg>", b"</svg>", b"<math>",
         b"<table>", b"<tr><td>", b"</table>", b"<p>", b"</p>", b"<br/>", b"<div>", b"</div>",
         b"<template>", b"</template>", b"<select><option>", b"<head>", b"</head>", b"<body>",
         b"</body>", b"</html>", b"<html>", b"<base href='//x'>", b"<meta charset=utf-16>",
         b"<meta charset=koi8-r>", b"<noscript>", b"</noscript>", b"<iframe>", b"</iframe>",
         b"<a href='http://[x'>", b"<time>", b"<script type='Application/LD+JSON;x'>"]  # fmt: skip
_ATTRIBUTES = [
    b" itemscope",
    b' itemprop="title"',
    b' itemprop="description"',
    b' itemref="a b"',
    b' id="a"',
    b' itemtype="https://schema.org/JobPosting"',
    b' property="title"',
    b' typeof="JobPosting"',
    b' vocab="https://schema.org/"',
    b' content="x"',
    b' datetime="x"',
    b' href="http://[::1"',
    b' resource="#a"',
    b' prefix="a: b"',
]
_NUMBERS = [b"0", b"-0", b"1e309", b"-1e999", b"NaN", b"Infinity", b"0x10", b"01", b"1.", b".5",
            b"9" * 400, b"1e-400", b"2026-02-30", b"0000-00-00", b"9999-12-31T24:00:00Z",
            b"10000-01-01", b"2026-01-01T00:00:00+99:99", b"1767225600000", b"-1", b"120,000",
            b"1.000.000,00", b"$120k-$150k", b"10-12 lakh"]  # fmt: skip
_WORDS = (
    b"null true false undefined None @id @type @graph @value @list @set @context JobPosting"
    b" schema:JobPosting title description url identifier value hiringOrganization jobLocation"
    b" baseSalary validThrough employmentType _jobposting items item type \\u0000 \\ud800 \\udfff"
    b" \\u004aobPosting \\n \\u \\x41"
).split()
_UNICODE = [
    text.encode("utf-8", "surrogatepass")
    for text in (
        "\u2028",
        "\u202e",
        "\u200b",
        "\ufeff",
        "e\u0301",
        "\u0130",
        "\xdf",
        "\U0001d4a5",
        "\ud800",
        "\xa0",
        "\xad",
        "\ufffe",
        "\u0661\u0662",
        "\u00b2",
        "\u0e01",
        "\u4e07",
    )
]
_BYTES = [
    b"\xff",
    b"\xc3",
    b"\x00",
    b"\x80",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\xc0\xaf",
    b"\x1b$B",
    b"\x1b(B",
    b"\x7f",
    b"\x0b",
    b"\x0c",
    b"\xef\xbb\xbf",
    b"\xfe\xff",
    b"\x85",
]
TOKENS: Final = (_BRACKETS, _QUOTES, _MARKS, _ENTITIES, _TAGS, _ATTRIBUTES, _NUMBERS, _WORDS,
                 _UNICODE, _BYTES)  # fmt: skip
_TOKEN = re.compile(rb"[{}\[\]<>\"'\\,:;=]|&#?\w+;|[-+]?\d[\d.,:TZ+-]*|[A-Za-z@_][\w-]*")
_STRING = re.compile(rb'"(?:[^"\\]|\\.){0,400}"', re.DOTALL)
_OPENERS = [
    (b"[", b"]"),
    (b'{"a":', b"}"),
    (b'{"@graph":[', b"]}"),
    (b"<div>", b"</div>"),
    (b"<div itemprop=address itemscope>", b"</div>"),
    (b"<span property=name>", b"</span>"),
    (b'"', b'"'),
    (b"&amp;", b""),
    (b"<ul><li>", b"</ul>"),
    (b"\\", b""),
    (b"<!--", b"-->"),
    (b"{", b""),
    (b"<b>", b""),
    (b"<table><tr><td>", b""),
    (b"<", b""),
    (b"(", b")"),
]

Mutation = Callable[[Random, bytes, Sequence[bytes]], bytes]


def mutated(chance: Random, body: bytes, seeds: Sequence[bytes]) -> bytes:
    """The body after one to six random mutations."""
    for _ in range(1 + int(chance.expovariate(0.8))):
        mutation = chance.choice(_MUTATIONS)
        body = mutation(chance, body, seeds)[: LONGEST * (8 if mutation is _nested else 1)]
    return body


def _place(chance: Random, body: bytes) -> int:
    return chance.randrange(len(body) + 1)


def _slice(chance: Random, body: bytes, longest: int = 400) -> tuple[int, int]:
    start = _place(chance, body)
    return start, min(len(body), start + chance.randrange(1, longest))


def _flipped(chance: Random, body: bytes, _seeds: Sequence[bytes]) -> bytes:
    changed = bytearray(body)
    for _ in range(chance.randint(1, 6) if body else 0):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _truncated(chance: Random, body: bytes, _: Sequence[bytes]) -> bytes:
    at = _place(chance, body)
    return body[:at] if chance.random() < 0.8 else body[at:]


def _cut_out(chance: Random, body: bytes, _: Sequence[bytes]) -> bytes:
    start, end = _slice(chance, body, 60)
    return body[:start] + body[end:]


def _spliced(chance: Random, body: bytes, seeds: Sequence[bytes]) -> bytes:
    other = chance.choice(seeds)
    return body[: _place(chance, body)] + other[_place(chance, other) :]


def _inserted(chance: Random, body: bytes, seeds: Sequence[bytes]) -> bytes:
    at = _place(chance, body)
    other = chance.choice(seeds)
    start, end = _slice(chance, other)
    return body[:at] + other[start:end] + body[at:]


def _repeated(chance: Random, body: bytes, _: Sequence[bytes]) -> bytes:
    start, end = _slice(chance, body)
    return body[:start] + body[start:end] * chance.choice((2, 2, 3, 10, 50)) + body[end:]


def _with_token(chance: Random, body: bytes, _: Sequence[bytes]) -> bytes:
    at = _place(chance, body)
    return body[:at] + chance.choice(chance.choice(TOKENS)) + body[at:]


def _token_replaced(chance: Random, body: bytes, _: Sequence[bytes]) -> bytes:
    found = _TOKEN.search(body, _place(chance, body))
    if found is None:
        return body
    new = chance.choice(chance.choice(TOKENS)) if chance.random() < 0.8 else b""
    return body[: found.start()] + new + body[found.end() :]


def _every_token_replaced(chance: Random, body: bytes, _: Sequence[bytes]) -> bytes:
    found = _TOKEN.search(body, _place(chance, body))
    if found is None:
        return body
    return body.replace(found.group(), chance.choice(chance.choice(TOKENS)), chance.randint(1, 40))


def _strings_swapped(chance: Random, body: bytes, _: Sequence[bytes]) -> bytes:
    one = _STRING.search(body, _place(chance, body))
    other = _STRING.search(body, one.end()) if one else None
    if one is None or other is None:
        return body
    between = body[one.end() : other.start()]
    swapped = other.group() + between + one.group()
    return body[: one.start()] + swapped + body[other.end() :]


def _nested(chance: Random, body: bytes, _: Sequence[bytes]) -> bytes:
    start, end = _slice(chance, body)
    before, after = chance.choice(_OPENERS)
    times = chance.choice((2, 5, 30, 70, 250, 1200))
    closed = after * (times if chance.random() < 0.7 else chance.randrange(times))
    return body[:start] + before * times + body[start:end] + closed + body[end:]


def _case_changed(chance: Random, body: bytes, _: Sequence[bytes]) -> bytes:
    start, end = _slice(chance, body, 2000)
    change = chance.choice((bytes.upper, bytes.lower, bytes.swapcase, bytes.title))
    return body[:start] + change(body[start:end]) + body[end:]


_MUTATIONS: Final[Sequence[Mutation]] = (
    _flipped, _truncated, _cut_out, _cut_out, _spliced, _inserted, _repeated, _with_token,
    _with_token, _with_token, _token_replaced, _token_replaced, _token_replaced,
    _every_token_replaced, _strings_swapped, _nested, _case_changed,
)  # fmt: skip
