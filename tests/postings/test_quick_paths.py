"""Quick paths against what they stand for, in its plainest form."""

from __future__ import annotations

import html
import re
import unicodedata

from hypothesis import example, given, settings
from hypothesis import strategies as st

from postings.content import words
from postings.fields.text import clean_text
from postings.reading.encoding import utf8

ODD = (
    "\n\t\r\x00\x0b\x1c\x85\xa0\xad\u200b\u200f\u2028\u202e\u2066\ufeff\ufffe\ud800e\u0301\u0130"
    "<>&;#ampltgquonbs/ "
)
text = st.text(st.sampled_from(ODD) | st.characters(), max_size=40)
INVISIBLE = "[\\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]+"
UNWANTED = (
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff"
    "\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff]"
)


@settings(max_examples=400)
@given(text)
@example("&amp;lt;&nbsp;&lt;b&gt;")
@example("&amp &ampx; &amp;nbsp;")
def test_words_are_the_text_without_markup_entities_and_what_is_not_seen(markup: str) -> None:
    plain = html.unescape(re.sub(r"<[^>]*>", "", markup))
    assert words(markup) == re.sub(INVISIBLE, "", unicodedata.normalize("NFC", plain))


@settings(max_examples=400)
@given(text)
def test_clean_text_is_the_text_without_what_is_unwanted(told: str) -> None:
    assert clean_text(told) == re.sub(UNWANTED, "", told)


@settings(max_examples=200)
@given(st.integers(8180, 8200), st.sampled_from(("é", "–", "😀")), st.binary(max_size=4))
def test_utf8_is_known_across_the_pieces_it_is_looked_at_in(
    before: int, letter: str, after: bytes
) -> None:
    body = b"x" * before + letter.encode() + after.replace(b"\0", b"")
    try:
        body.decode()
    except UnicodeDecodeError:
        assert utf8(body, "text/html; charset=iso-8859-1").decode() != body.decode(errors="replace")
    else:
        assert utf8(body, "text/html; charset=iso-8859-1") == body
