"""Text that can be stored, compared and shown; descriptions from whatever was pasted in."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postings.fields.description import description_of
from postings.fields.text import (
    clean_text,
    escape_strays,
    has_markup,
    lines,
    one_line,
    plain_text,
    squash,
    unescape,
)


def test_clean_text_leaves_what_is_fine() -> None:
    assert clean_text("Grüezi\n\tתודה 👩‍🔧") == "Grüezi\n\tתודה 👩‍🔧"
    assert clean_text("a\x00b\x07c\ud83dd\u202ee\u2066f\u200bg\ufeffh") == "abcdefgh"


def test_squash_folds_white_space_and_forms() -> None:
    assert squash(" a\u00a0 b\r\n") == "a b"
    assert squash("Zu\u0308rich") == "Zürich"


@pytest.mark.parametrize(
    ("escaped", "plain"),
    [
        ("plain", "plain"),
        ("R&amp;amp;amp;D", "R&D"),
        ("&#60;&#x3c;&unknown;&#8217;", "<<&unknown;’"),
        ("?a=1&copy=2", "?a=1&copy=2"),
        ("&" + "amp;" * 9, "&amp;amp;amp;"),
    ],
)
def test_entities_are_undone_to_a_fixed_point(escaped: str, plain: str) -> None:
    assert unescape(escaped) == plain


def test_markup_is_told_from_stray_signs() -> None:
    assert has_markup("a <br> b")
    assert has_markup("a <!-- b -->")
    assert not has_markup("a < b > c <Company> <b")
    assert escape_strays("no sign") == "no sign"
    assert escape_strays("<p>fine</p><!-- c -->") == "<p>fine</p><!-- c -->"
    assert escape_strays("<p>a < b <Company> <b") == "<p>a &lt; b &lt;Company> &lt;b"


def test_short_and_longer_fields() -> None:
    assert one_line("<b>A</b> &amp; <br>B <Company>") == "A & B <Company>"
    assert one_line("1 < 2") == "1 < 2"
    assert (
        lines("<ul><li>One</li><li>Two &amp; three</li></ul>\n\n four") == "One\nTwo & three\nfour"
    )
    assert lines("plain") == "plain"


def test_plain_text_is_what_a_person_sees() -> None:
    html = "<h2>About</h2><p>We&nbsp;build.</p><ul><li>One</li></ul><p>a<br>b</p>"
    assert plain_text(html) == "About\n\nWe build.\n\n  * One\n\na\nb"


def html_of(written: str) -> str | None:
    description = description_of(written)
    return description.html if description else None


@pytest.mark.parametrize(
    ("written", "html"),
    [
        ("<p>R&amp;D</p>", "<p>R&amp;D</p>"),
        ("&lt;p&gt;R&amp;amp;D&lt;/p&gt;", "<p>R&amp;D</p>"),
        ("&#60;p&#62;x&#60;/p&#62;", "<p>x</p>"),
        ("one\r\ntwo\n\nthree", "<p>one<br>two</p><p>three</p>"),
        ("A < B & C", "<p>A &lt; B &amp; C</p>"),
        ("## Head\n\n**bold**", "<h2>Head</h2>\n<p><strong>bold</strong></p>"),
        ("C:\\new and \\n- item", "<p>C:<br>ew and <br>- item</p>"),
        ("path\\name", "<p>path\\name</p>"),
        ("back\\slash", "<p>back\\slash</p>"),
        ("end\\n", "<p>end</p>"),
        ("<p onclick='x'>a<script>b</script><a href='javascript:c'>d</a></p>",
         '<p>a<a rel="noopener noreferrer nofollow">d</a></p>'),
        ("N/A", None),
        ("<p>&nbsp;</p>", None),
        ("", None),
    ],
)  # fmt: skip
def test_descriptions(written: str, html: str | None) -> None:
    assert html_of(written) == html


def test_a_bottomless_escape_ends() -> None:
    html = html_of("<p>" + "&" + "amp;" * 50 + "lt;b</p>")
    assert html
    assert "<b" not in html


@given(st.text())
def test_descriptions_never_raise_nor_carry_scripts(text: str) -> None:
    html = html_of(text + "<script>alert(1)</script>") or ""
    assert "<script" not in html
    plain_text(html)


@given(st.text())
def test_squashed_text_stays_squashed(text: str) -> None:
    once = squash(text)
    assert squash(once) == once
    assert unicodedata.is_normalized("NFC", once)
