"""Descriptions that are sanitised on first use say what they would say sanitised at once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from postings.content import words
from postings.description import Description
from postings.fields.description import description_of
from postings.fields.sanitising import sanitised
from postings.fields.text import clean_text
from postings.fingerprint import fingerprint
from postings.model import Posting

LONG = "You build things of which nobody could say that they stand for nothing at all, daily. "

PLAIN = ("<p>", "</p>", "<br>", "<br/>", "</br>", "<ul>", "<li>", "</ul>", "<b>", "</b>", "<i>",
         "</i>", "<a href='x'>", '<a title="q \'x\' y" href="javascript:x">', "</a>",
         "<H3 class=x>", "</h3>", "<div style='a:b' data-x hidden>", "</div>", "<pre>", "<hr>",
         "<dl><dt>", "<dd>", "<small/>", "<li\n>", "<blockquote>")  # fmt: skip
ODD = ("<table>", "<tr>", "<td>", "</table>", "<caption>", "<script>", "</script>", "<!-- x -->",
       "<svg>", "<font>", "<o:p>", "<p/ >", "< p>", "<", ">", "<title>", "<select>", "<a b=c'd>",
       "<p " + "x" * 201 + ">", "&copy", "&#1;", "&#x41;", "&a=b")  # fmt: skip
TEXT = (LONG, "word ", "N/A", "-", "${x}", "{a", "}", "&nbsp;", "&eacute;", " & ", "&notit;",
        "&foo;", "&AMP;lt;", "&shy;", "&#8211;", "&#39;", "&lt;b&gt;", "&#60;i&#62;",
        "&ZeroWidthSpace;", "e\u0301", "\u0301", "\xa0", "\r\n", "\\n", "\u200b",
        "&NotEqualTilde;", "&fjlig;")  # fmt: skip
written = st.lists(st.sampled_from(PLAIN + TEXT) | st.sampled_from(ODD), max_size=12).map("".join)
plain = st.lists(st.sampled_from(PLAIN + TEXT), max_size=20).map(
    lambda parts: f"<p>{LONG}" + "".join(parts)
)


def test_a_description_is_sanitised_when_it_is_asked_for() -> None:
    given = description_of(f"<p onclick='x'>{LONG}</p>")
    assert given == Description(f"<p onclick='x'>{LONG}</p>", sanitised=False)
    assert given.html == f"<p>{LONG}</p>"


@pytest.mark.parametrize("odd", [*ODD, ""])
def test_what_a_parser_may_turn_is_sanitised_at_once(odd: str) -> None:
    told = description_of(f"<p>{LONG}{odd}</p>" if odd else f"<p>{LONG[:60]}</p>")
    assert told is not None
    assert told.sanitised


@settings(max_examples=300)
@given(written | plain)
@example(f"<p>{LONG}&notit;</p>")
def test_what_waits_says_the_same_and_says_something(text: str) -> None:
    told = description_of(clean_text(text))
    if told is not None and not told.sanitised:
        assert words(told.markup) == words(told.html) != ""
        assert told.html == sanitised(told.markup)


@given(plain)
def test_plain_markup_does_wait(text: str) -> None:
    told = description_of(text)
    assert told is not None
    assert not told.sanitised


def test_a_posting_is_the_same_whichever_way_its_description_came() -> None:
    markup = f"<p class=a>{LONG}</p>"
    waiting = Posting(description_html=Description(markup, sanitised=False))
    given = Posting(description_html=sanitised(markup))
    assert fingerprint(waiting) == fingerprint(given)
    assert waiting.description_unsanitised == markup
    assert given.description_unsanitised == given.description_html
    assert waiting == given
    assert replace(waiting, title="x").description_html == f"<p>{LONG}</p>"
    assert waiting.description_text == LONG.strip()
    assert Posting().description_html is None
