from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postings import content, identity, urls, wire
from postings.urls import absolute, canonical, same_site, without_language


@pytest.mark.parametrize("module", [urls, identity, content, wire])
def test_the_examples_in_the_docstrings_hold(module: object) -> None:
    result = doctest.testmod(module)  # type: ignore[arg-type]
    assert result.attempted > 0
    assert result.failed == 0


SAME = [
    "https://example.org/jobs/7",
    "HTTP://EXAMPLE.ORG:80/jobs/7/",
    "https://example.org/jobs/7?utm_source=a&gclid=b#apply",
    "https://example.org/jobs/7;jsessionid=ABC?PHPSESSID=1",
    "https://example.org./jobs/7?gh_src=x&_=123",
]


@pytest.mark.parametrize("url", SAME)
def test_spellings_of_one_page_are_one(url: str) -> None:
    assert canonical(url) == SAME[0]


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/jobs/8",
        "https://example.org/jobs/7?jobId=1",
        "https://example.org/jobs/7?gh_jid=1",
        "https://example.org/jobs/7?ref=A-1",
        "https://jobs.example.org/jobs/7",
        "https://example.org:8443/jobs/7",
    ],
)
def test_what_may_name_another_job_is_kept(url: str) -> None:
    assert canonical(url) != SAME[0]


@pytest.mark.parametrize(
    "text", ["", "nothing", "mailto:a@example.org", "http://", "http://[::1", "http://a:99999/"]
)
def test_what_is_no_web_address_stays_as_it_is(text: str) -> None:
    assert canonical(text) == text


def test_an_ipv6_host_keeps_its_brackets() -> None:
    assert canonical("http://[::1]:8080/a") == "https://[::1]:8080/a"


@given(st.text(st.characters(exclude_characters="[];"), max_size=60))
def test_canonical_is_stable(text: str) -> None:
    once = canonical("https://example.org/" + text)
    assert canonical(once) == once


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("/jobs/7", "https://example.org/jobs/7"),
        (" ../b ", "https://example.org/b"),
        ("//cdn.example.org/x", "https://cdn.example.org/x"),
        ("a b", "https://example.org/a/a%20b"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("ftp://example.org/", None),
        ("http://a\\@b/", None),
        ("http://[bad", None),
        ("http://a:0/", None),
    ],
)
def test_only_web_addresses_come_out_of_a_reference(reference: str, expected: str | None) -> None:
    assert absolute("https://example.org/a/", reference) == expected


def test_sites_are_told_by_their_host() -> None:
    assert same_site("https://www.example.org/a", "http://example.org/b")
    assert same_site("https://jobs.example.org/a", "https://example.org/")
    assert not same_site("https://example.org/", "https://notexample.org/")
    assert not same_site("nothing", "nothing")
    assert not same_site("http://[bad", "https://example.org/")


def test_languages_of_one_page_are_one_page() -> None:
    assert without_language("https://e.org/de-CH/jobs/7?lang=de&id=1") == without_language(
        "https://e.org/fr/jobs/7?id=1"
    )
    assert without_language("https://e.org/it/7") != without_language("https://e.org/it/8")
