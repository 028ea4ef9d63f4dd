"""Stand-ins of the shapes in which sites list their postings, on loopback."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.crawler.site import Reply, Route, Site, html, listing_page, posting_json, script

ATOM = "http://www.w3.org/2005/Atom"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
DOWN = Reply("sorry", 503)


@dataclass(frozen=True)
class Job:
    number: int
    title: str = ""

    @property
    def name(self) -> str:
        return self.title or f"Engineer {self.number}"

    @property
    def path(self) -> str:
        return f"/jobs/{self.number}-engineer"


Jobs = Sequence[Job]
Routes = Mapping[str, Route]


@dataclass(frozen=True)
class Shape:
    """How a site lists its postings.

    Attributes:
        strategy: by which it is read.
        start: the board's path.
        routes: the listing as routes by path.
        cut: the same, but with a part of it failing, or held back by a limit that it tells of.
    """

    name: str
    strategy: str
    start: str
    routes: Callable[[Site, Jobs], Routes]
    cut: Callable[[Site, Jobs], Routes]


def play(site: Site, jobs: Jobs, routes: Routes) -> None:
    """Let the site answer with this listing and the postings' own pages."""
    site.routes.clear()
    site.routes.update(routes)
    site["/about"] = html("About", "<h1>About us</h1><p>We are Acme.</p>")
    site["/"] = html("Acme", "<h1>Acme</h1><p>Things.</p><a href='/careers'>Careers</a>")
    for job in jobs:
        told = posting_json(job.number, title=job.name)
        page = html(job.name, f"<h1>{job.name}</h1><a href='/careers'>All</a>{script(told)}")
        site[job.path] = Reply(page, etag=True)


def halves(jobs: Jobs) -> tuple[Jobs, Jobs]:
    return jobs[: len(jobs) // 2], jobs[len(jobs) // 2 :]


# --- sitemaps ------------------------------------------------------------------------------------


def urlset(site: Site, jobs: Jobs) -> str:
    urls = "".join(
        f"<url><loc>{site.url(job.path)}</loc>"
        f"<lastmod>2026-0{1 + bool(job.title)}-01</lastmod></url>"
        for job in jobs
    )
    return f'<urlset xmlns="{SITEMAP}"><url><loc>{site.url("/about")}</loc></url>{urls}</urlset>'


def _sitemap_index(site: Site, jobs: Jobs) -> Routes:
    one, two = halves(jobs)
    shards = "".join(
        f"<sitemap><loc>{site.url(path)}</loc></sitemap>" for path in ("/a.xml.gz", "/b.xml")
    )
    return {
        "/robots.txt": Reply(f"User-agent: *\nSitemap: {site.url('/map.xml')}\n"),
        "/careers": html("Careers", "<h1>Work with us</h1><p>Our people are great.</p>"),
        "/map.xml": f'<sitemapindex xmlns="{SITEMAP}">{shards}</sitemapindex>',
        "/a.xml.gz": Reply(
            gzip.compress(urlset(site, one).encode()), content_type="application/gzip"
        ),
        "/b.xml": Reply(urlset(site, two), content_type="application/xml"),
    }


# --- feeds ---------------------------------------------------------------------------------------


def rss(site: Site, jobs: Jobs) -> Reply:
    items = "".join(
        f"<item><title>{job.name}</title><link>{site.url(job.path)}</link></item>" for job in jobs
    )
    body = f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>'
    return Reply(body, content_type="application/rss+xml")


def _rss(site: Site, jobs: Jobs) -> Routes:
    alternate = '<link rel="alternate" type="application/rss+xml" href="/jobs.rss">'
    page = html("Careers", f"{alternate}<h1>Work with us</h1><p>Our people are great.</p>")
    return {"/careers": page, "/jobs.rss": rss(site, jobs)}


def _rss_window(site: Site, jobs: Jobs) -> Routes:
    return {**_rss(site, jobs), "/jobs.rss": rss(site, jobs[:10])}


def _atom(site: Site, jobs: Jobs) -> Routes:
    def part(shown: Jobs, more: str = "") -> Reply:
        entries = "".join(
            f'<entry><title>{job.name}</title><link href="{job.path}"/>'
            f"<updated>2026-0{1 + bool(job.title)}-01T00:00:00Z</updated></entry>"
            for job in shown
        )
        body = f'<feed xmlns="{ATOM}">{more}{entries}</feed>'
        return Reply(body, content_type="application/atom+xml")

    one, two = halves(jobs)
    first = part(one, '<link rel="next" href="/feed.atom?page=2"/>')
    return {"/feed.atom": first, "/feed.atom?page=2": part(two)}


def _json_feed(site: Site, jobs: Jobs) -> Routes:
    def part(shown: Jobs, **more: Any) -> Reply:
        items = [{"id": job.path, "url": site.url(job.path), "title": job.name} for job in shown]
        feed = {"version": "https://jsonfeed.org/version/1.1", "items": items, **more}
        return Reply(json.dumps(feed), content_type="application/feed+json")

    one, two = halves(jobs)
    return {
        "/feed.json": part(one, next_url=site.url("/feed.json?page=2")),
        "/feed.json?page=2": part(two),
    }


# --- data in scripts -----------------------------------------------------------------------------


def _entries(jobs: Jobs) -> list[dict[str, Any]]:
    return [{"title": job.name, "url": job.path, "location": "Bern"} for job in jobs]


def _next_data(site: Site, jobs: Jobs, shown: int | None = None) -> Routes:
    told = {"total": len(jobs), "jobs": _entries(jobs)[:shown]}
    data = json.dumps({"props": {"pageProps": {"search": told}}, "page": "/careers"})
    state = f'<script id="__NEXT_DATA__" type="application/json">{data}</script>'
    return {"/careers": html("Careers", f'<div id="__next"></div>{state}')}


def _state(site: Site, jobs: Jobs, shown: int | None = None) -> Routes:
    told = json.dumps({"openings": {"totalCount": len(jobs), "edges": _entries(jobs)[:shown]}})
    literal = json.dumps(told).replace("</", "<\\/")
    state = f"<script>window.__INITIAL_STATE__ = JSON.parse({literal}); start()</script>"
    return {"/careers": html("Careers", f'<div id="app"></div>{state}')}


# --- pages ---------------------------------------------------------------------------------------


def _paged(more: str, second: str) -> Callable[[Site, Jobs], Routes]:
    def routes(site: Site, jobs: Jobs) -> Routes:
        one, two = halves(jobs)
        return {
            "/careers": listing_page([job.path for job in one], more),
            second: listing_page([job.path for job in two]),
        }

    return routes


def _load_more(site: Site, jobs: Jobs) -> Routes:
    one, two = halves(jobs)
    button = '<button class="more" data-url="/careers/more?after={}">Load more jobs</button>'
    fragment = "".join(f'<li><a href="{job.path}">{job.name}</a></li>' for job in two)
    answer = json.dumps({"html": fragment, "next": None})
    return {
        "/careers": listing_page([job.path for job in one], button.format(len(one))),
        f"/careers/more?after={len(one)}": Reply(answer, content_type="application/json"),
    }


def _item_list(site: Site, jobs: Jobs) -> Routes:
    def page(shown: Jobs, more: str = "") -> str:
        elements = [
            {"@type": "ListItem", "position": n, "url": job.path} for n, job in enumerate(shown)
        ]
        listed = script({"@type": "ItemList", "itemListElement": elements})
        return html("Careers", f"<h1>Careers</h1>{listed}{more}")

    one, two = halves(jobs)
    more = '<a rel="next" href="/careers/page/2">2</a>'
    return {"/careers": page(one, more), "/careers/page/2": page(two)}


def _whole(site: Site, jobs: Jobs) -> Routes:
    def page(shown: Jobs, more: str = "") -> str:
        told = [posting_json(job.number, title=job.name, url=site.url(job.path)) for job in shown]
        return html("Careers", f"<h1>Careers</h1>{script(told)}{more}")

    one, two = halves(jobs)
    more = '<a rel="next" href="/careers?page=2">2</a>'
    return {"/careers": page(one, more), "/careers?page=2": page(two)}


def without(path: str, routes: Callable[[Site, Jobs], Routes]) -> Callable[[Site, Jobs], Routes]:
    """The same listing with one of its parts down."""

    def cut(site: Site, jobs: Jobs) -> Routes:
        told = dict(routes(site, jobs))
        assert path in told
        return {**told, path: DOWN}

    return cut


def paged(name: str, second: str, more: str = "") -> Shape:
    link = more or f'<a href="{second}">Next</a>'
    routes = _paged(link, second)
    return Shape(name, "listing", "/careers", routes, without(second, routes))


SHAPES = (
    Shape("sitemap", "sitemap", "/careers", _sitemap_index, without("/b.xml", _sitemap_index)),
    Shape("rss", "feed", "/careers", _rss, _rss_window),
    Shape("atom", "feed", "/feed.atom", _atom, without("/feed.atom?page=2", _atom)),
    Shape("json feed", "feed", "/feed.json", _json_feed, without("/feed.json?page=2", _json_feed)),
    Shape(
        "next data",
        "embedded",
        "/careers",
        _next_data,
        lambda site, jobs: _next_data(site, jobs, 5),
    ),
    Shape("state", "embedded", "/careers", _state, lambda site, jobs: _state(site, jobs, 5)),
    Shape("item list", "itemlist", "/careers", _item_list, without("/careers/page/2", _item_list)),
    Shape("whole page", "page", "/careers", _whole, without("/careers?page=2", _whole)),
    Shape(
        "load more", "listing", "/careers", _load_more, without("/careers/more?after=6", _load_more)
    ),
    paged("rel next", "/careers/list/b", '<a rel="next" href="/careers/list/b">on</a>'),
    paged("page", "/careers?page=2"),
    paged("offset", "/careers?offset=6"),
    paged("startrow", "/careers?q=&startrow=6", '<a href="/careers?q=&startrow=6">2</a>'),
)
