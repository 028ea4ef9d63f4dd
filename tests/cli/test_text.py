from datetime import UTC, datetime, timedelta

import pytest

from jobdiff.cli.text import ago, clean, clean_lines, count, length, path_of, shorten

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Engineer\x1b[31m", "Engineer [31m"),
        ("two\nlines\ttabbed", "two lines tabbed"),
        ("soft\u00adware", "software"),
        ("right\u202eot-left", "rightot-left"),
        ("half a surrogate \ud800", "half a surrogate \ufffd"),
        ("Ingénieur·e 👩\u200d🔬", "Ingénieur·e 👩\u200d🔬"),
        ("\u2028separated\u2029", "separated"),
    ],
)
def test_text_of_pages_is_made_harmless(raw: str, shown: str) -> None:
    assert clean(raw) == shown


def test_lines_stay_lines_without_gaps() -> None:
    assert clean_lines("a\x07\r\n\n\n\n b \n") == "a\n\nb"


def test_long_text_is_cut_with_an_ellipsis() -> None:
    assert shorten("engineers wanted", 10) == "engineers…"
    assert shorten("short", 10) == "short"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(5, "5 s"), (600, "10 min"), (7200, "2 h"), (60 * 3600, "2 d")],
)
def test_spans_are_told_in_one_unit(seconds: int, words: str) -> None:
    assert length(timedelta(seconds=seconds)) == words


def test_moments_are_told_relative_to_now() -> None:
    assert ago(NOON - timedelta(hours=5), NOON) == "5 h ago"
    assert ago(NOON + timedelta(hours=5), NOON) == "in 5 h"
    assert ago(None, NOON) == "–"


def test_numbers_come_with_their_noun() -> None:
    assert count(1, "posting") == "1 posting"
    assert count(1204, "posting") == "1,204 postings"


def test_the_path_of_a_url_is_what_stands_behind_the_host() -> None:
    assert path_of("https://example.org/jobs/7?x=1#a") == "/jobs/7?x=1"
    assert path_of("https://example.org") == "/"
    assert path_of("http://[broken") == "http://[broken"
