"""The demo's sites are what the script says, and well-behaved servers."""

import re
import urllib.error
import urllib.request
from collections import Counter
from email.message import Message

import pytest

from jobdiff.demo.pages import answer
from jobdiff.demo.script import Script, Site, load
from jobdiff.demo.site import serving
from postings.model import Posting
from postings.reading import read_document


@pytest.fixture(scope="module")
def script() -> Script:
    return load()


def read(site: Site, day: int, path: str, query: str = "") -> tuple[Posting, ...]:
    page = answer(site, day, path, query)
    return read_document(page.body.encode(), f"{site.home}{path}").postings


def links(site: Site, day: int) -> list[str]:
    found: list[str] = []
    for number in range(1, 10):
        body = answer(site, day, "/careers", f"page={number}").body
        found += re.findall(r'<li><a href="([^"]+)"', body)
        if 'rel="next"' not in body:
            return found
    raise AssertionError("the listing does not end")


def get(url: str, **headers: str) -> tuple[int, Message, bytes]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as response:
            return response.status, response.headers, response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def test_there_are_five_days_and_about_forty_postings(script: Script) -> None:
    assert len(script.days) == 5
    assert sum(len(site.days[0].jobs) for site in script.sites) == 40
    assert all(len(site.days) == 5 for site in script.sites)


def test_every_posting_of_the_listing_is_read_without_a_problem(script: Script) -> None:
    site = script.sites[0]
    for day in (1, 2, 4, 5):
        found = [posting for path in links(site, day) for posting in read(site, day, path)]
        told = {(posting.identifier.value, posting.title) for posting in found}
        assert told == {(job.id, job.title) for job in site.days[day - 1].jobs}
        assert all(posting.salary and posting.locations for posting in found)
        assert [problem for posting in found for problem in posting.problems] == []


def test_every_posting_of_the_page_is_read_in_another_order_every_day(script: Script) -> None:
    site = script.sites[1]
    days = [read(site, day, "/careers") for day in (1, 2, 3, 5)]
    for day, found in zip((1, 2, 3, 5), days, strict=True):
        told = Counter(posting.identifier.value for posting in found)
        assert told == Counter(job.id for job in site.days[day - 1].jobs)
        assert all(posting.source.syntax == "microdata" for posting in found)
    assert len({found[0].identifier.value for found in days[:3]}) > 1


def test_what_was_taken_down_is_gone_and_what_never_was_is_not_found(script: Script) -> None:
    site = script.sites[0]
    path = "/jobs/BR-117-frontend-engineer-maps"
    assert [answer(site, day, path, "").status for day in range(1, 6)] == [200, 410, 503, 410, 200]
    assert answer(site, 1, "/jobs/BR-999-nothing", "").status == 404
    assert answer(script.sites[1], 1, "/jobs/hc-baker", "").status == 404


def test_outages_show_no_posting(script: Script) -> None:
    assert answer(script.sites[0], 3, "/careers", "").status == 503
    assert answer(script.sites[0], 3, "/robots.txt", "").status == 200
    assert answer(script.sites[1], 4, "/careers", "").status == 200
    assert read(script.sites[1], 4, "/careers") == ()


def test_pages_that_did_not_change_are_not_sent_again(script: Script) -> None:
    with serving(script.sites[0]) as server:
        url = server.url.replace("/careers", "/jobs/BR-104-senior-python-engineer-fleet")
        status, headers, body = get(url)
        assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        again = get(url, **{"If-None-Match": headers["ETag"]})
        assert (again[0], again[2]) == (304, b"")
        server.day = 2
        other = get(url, **{"If-None-Match": headers["ETag"]})
        assert other[0] == 200
        assert other[2] != body
        server.day = 3
        down = get(url, **{"If-None-Match": headers["ETag"]})
        assert down[0] == 503


def test_the_server_is_on_loopback_only_and_ends_with_its_block(script: Script) -> None:
    with serving(script.sites[1]) as server:
        assert server.server_address[0] == "127.0.0.1"
        url = server.url
        assert get(url.replace("/careers", "/robots.txt"))[2] == b"User-agent: *\nAllow: /\n"
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(url, timeout=5)
