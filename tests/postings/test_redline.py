from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postings.model import Posting
from postings.redline import Piece, counted, redline

TEXT = st.text("ab \n", max_size=40)


@pytest.mark.parametrize(
    ("before", "after", "marks"),
    [
        ("You build rockets.", "You build big rockets.", "= You build|+ big|= rockets."),
        ("You build rockets.", "You fly rockets.", "= You|- build|+ fly|= rockets."),
        ("one two", "", "- one two"),
        (None, "one two", "+ one two"),
        ("one", "one", "= one"),
        ("a b c d e", "a x c y e", "= a|- b|+ x|= c|- d|+ y|= e"),
        ("", "", ""),
    ],
)
def test_words_are_marked(before: str | None, after: str | None, marks: str) -> None:
    signs = {"same": "=", "out": "-", "in": "+"}
    told = "|".join(f"{signs[piece.said]} {piece.text}" for piece in redline(before, after))
    assert told == marks


def test_the_noise_of_markup_is_no_difference() -> None:
    plain = Posting(description_html="<p>Build big rockets.</p><p>Fly them.</p>")
    noise = "<div><p>Build&nbsp;<b>big</b>\n rock\u00adets.</p><br><p>Fly them.</p></div>"
    noisy = Posting(description_html=noise)
    (only,) = redline(plain.description_text, noisy.description_text)
    assert only == Piece("same", "Build big rockets. Fly them.")


def test_spellings_of_one_letter_are_no_difference() -> None:
    assert [piece.said for piece in redline("Zu\u0308rich", "Z\u00fcrich")] == ["same"]


def test_enormous_texts_keep_what_they_begin_and_end_with() -> None:
    before, after = ("x " + "a b " * 5_000 + "y", "x " + "b a " * 5_000 + "z y")
    pieces = redline(before, after)
    assert [piece.said for piece in pieces] == ["same", "out", "in", "same"]
    assert (pieces[0].text, pieces[-1].text) == ("x", "y")
    assert counted(pieces) == (10_001, 10_000)


@given(TEXT, TEXT)
def test_both_texts_can_be_read_out_of_their_redline(before: str, after: str) -> None:
    pieces = redline(before, after)
    old = " ".join(piece.text for piece in pieces if piece.said != "in").split()
    new = " ".join(piece.text for piece in pieces if piece.said != "out").split()
    assert (old, new) == (before.split(), after.split())
    coming, going = counted(pieces)
    assert coming - going == len(new) - len(old)
