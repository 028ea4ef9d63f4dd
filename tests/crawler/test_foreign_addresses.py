"""The addresses of platforms that have no reader of their own: found by links and by sitemaps."""

from __future__ import annotations

import pytest

from crawler.discovery.links import Link, likely
from tests.crawler.site import Reply, Route, Site, html, listing_page, posting_page
from tests.crawler.visits import Watched

ADDRESSES = {
    "softgarden": "/job/5012345{}/Engineer-m-w-d-/?jobDbPVId=7",
    "join": "/companies/acme/1234567{}-engineer",
    "umantis": "/Vacancies/123{}/Description/1",
    "prospective": "/offene-stellen/engineer-80-100/6d1b2c3a-1111-2222-3333-44445555666{}",
    "d.vinci": "/de/jobs/123{}/engineer-mwd",
    "rexx": "/Engineer-mwd-de-j123{}.html",
    "factorial": "/job_posting/engineer-1234{}",
    "zoho": "/jobs/Careers/12345600000123456{}/Engineer",
    "paycom": "/v4/ats/web.php/jobs/ViewJobDetails?job=123{}&clientkey=AAA",
    "dayforce": "/en-US/acme/CANDIDATEPORTAL/jobs/123{}",
    "comeet": "/jobs/acme/30.005/engineer-{}/A1.23{}",
    "avature": "/careers/JobDetail/Engineer/123{}",
    "eightfold": "/careers/job/109955532655{}",
    "phenom": "/us/en/job/R1234{}/Engineer",
    "taleo": "/careersection/2/jobdetail.ftl?job=1234{}",
    "hireology": "/acme/12345{}/description",
    "refline": "/123456/123{}/pub/1/index.html",
    "b-ite": "/jobposting/abcdef012345678{}",
    "onlyfy": "/job/abcd123{}",
    "heyrecruit": "/?page=job&id=123{}",
    "concludis": "/prj/shw/abcdef_0/123{}/Engineer.htm",
    "hrmdirect": "/employment/job-opening.php?req=123{}",
}
PLAIN = frozenset(("join", "rexx", "hireology", "refline", "concludis", "hrmdirect"))
"""Those whose addresses say nothing of jobs: a listing leads to them, a whole sitemap does not."""


def routes_of(address: str) -> tuple[dict[str, Route], list[str]]:
    paths = [address.replace("{}", str(number)) for number in range(1, 5)]
    pages: dict[str, Route] = {path: posting_page(number) for number, path in enumerate(paths, 1)}
    for name in ("about", "team", "benefits"):
        pages[f"/{name}"] = html(name.title(), f"<h1>{name}</h1><p>We are Acme.</p>")
    return pages, paths


@pytest.mark.parametrize("address", ADDRESSES.values(), ids=ADDRESSES.keys())
def test_a_listings_links_lead_to_them(address: str) -> None:
    pages, paths = routes_of(address)
    with Site(pages) as site:
        site["/open"] = listing_page(paths)
        seen = Watched(site.url("/open")).crawl()
        assert seen.outcome == "complete"
        assert seen.titles() == [f"Engineer {number}" for number in range(1, 5)]


@pytest.mark.parametrize("name", ADDRESSES)
def test_most_addresses_look_like_postings(name: str) -> None:
    _, paths = routes_of(ADDRESSES[name])
    links = [Link(f"https://example.org{path}") for path in paths]
    assert bool(likely(links)) is (name not in PLAIN)


@pytest.mark.parametrize("name", ["b-ite", "eightfold", "taleo", "umantis"])
def test_a_sitemap_leads_to_them_where_the_page_is_drawn_by_script(name: str) -> None:
    pages, paths = routes_of(ADDRESSES[name])
    with Site(pages) as site:
        site["/open"] = html("Careers", '<div id="app"></div><script src="/app.js"></script>')
        urls = "".join(
            f"<url><loc>{site.url(path).replace('&', '&amp;')}</loc></url>"
            for path in ("/about", "/team", "/benefits", *paths)
        )
        spaced = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
        site["/sitemap.xml"] = Reply(spaced, content_type="text/xml")
        seen = Watched(site.url("/open")).crawl()
        assert seen.outcome == "complete"
        assert seen.report.strategy == "sitemap"
        assert seen.titles() == [f"Engineer {number}" for number in range(1, 5)]
