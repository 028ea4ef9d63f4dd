"""Listings that mean harm: no crash, no hang, no file, no network."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.answer import Answer
from crawler.discovery.content import Content, read_listing
from crawler.discovery.feeds import parse_feed
from crawler.discovery.sitemaps import parse_sitemap
from tests.crawler.site import html
from tests.crawler.visits import START

URL = "https://careers.example.org/jobs"
GOLDEN = sorted((Path(__file__).parents[1] / "golden_discovery").glob("*/input.*"))
DEEP = 100_000


def read(body: bytes | str, kind: str = "text/html") -> Content:
    data = body.encode() if isinstance(body, str) else body
    return read_listing(Answer(URL, URL, START, 200, {"content-type": kind}, data)).content


def in_script(code: str, attributes: str = "") -> str:
    return html("Jobs", f"<div id=app></div><script {attributes}>{code}</script>")


def link(url: str) -> str:
    return json.dumps({"jobs": [{"title": "Nurse", "url": url}]})


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd",
        "//elsewhere.example.net/1", "https://elsewhere.example.net/jobs/1",
        "https://careers.example.org:99999/", "nurse-1",
        "https://careers.example.org@elsewhere.example.net/", "/jobs/ 1", "http://[::1", "", "/",
        "https://careers.example.org\\@elsewhere.example.net/jobs/1",
    ],
)  # fmt: skip
def test_no_address_in_data_leads_away_or_is_made_up(url: str) -> None:
    assert read(link("/jobs/1-nurse"), "application/json").embedded_links
    found = read(link(url), "application/json").embedded_links
    assert all(each.url.startswith("https://careers.example.org/") for each in found)
    assert url == "/" or not found


def test_data_nested_without_end_is_left_alone() -> None:
    deep = '{"jobs":' * DEEP + "1" + "}" * DEEP
    for page in (
        in_script(deep, 'type="application/json"'),
        in_script(f"window.__INITIAL_STATE__ = {deep}"),
        in_script(f"window.__INITIAL_STATE__ = JSON.parse('{deep}')"),
        in_script(f"self.__next_f.push([1,{json.dumps('1:' + deep)}])"),
    ):
        assert read(page).embedded_links == ()
    assert read(deep, "application/json").links == ()
    assert read("[" * DEEP, "application/json").links == ()


def test_flat_data_that_refers_to_itself_ends() -> None:
    around = [{"jobs": 1}, [0, 1, 2], {"title": 3, "url": 4, "jobId": 0}, "Nurse", "/jobs/1-nurse"]
    attributes = 'type="application/json" id="__NUXT_DATA__"'
    found = read(in_script(json.dumps(around), attributes)).embedded_links
    assert [each.url for each in found] == ["https://careers.example.org/jobs/1-nurse"]
    chain = [["Ref", n + 1] for n in range(DEEP)]
    assert read(in_script(json.dumps(chain), attributes)).embedded_links == ()


def test_very_much_data_is_read_in_part() -> None:
    jobs = [{"title": f"E {n}", "url": f"/jobs/{n}-e", "jobId": n} for n in range(21_000)]
    content = read(json.dumps({"jobs": jobs}), "application/json")
    assert len(content.links) == content.counted == 20_000
    assert (content.total or 0) > content.counted


@pytest.mark.parametrize("name", ["rss", "feed", "urlset"])
def test_xml_names_no_file_and_grows_no_bomb(name: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("/jobs/secret")
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    for entities, used in (
        (f'<!ENTITY x SYSTEM "file://{secret}">', "&x;"),
        ('<!ENTITY x SYSTEM "http://127.0.0.1:9/x">', "&x;"),
        (f'<!ENTITY l0 "/jobs/lol">{laughs}', "&l9;"),
    ):
        body = (
            f"<!DOCTYPE {name} [{entities}]><{name}><channel><item><link>https://a.org/{used}"
            f"</link></item></channel><entry><link href='/jobs/1'/><title>{used}</title></entry>"
            f"<url><loc>https://a.org/{used}</loc></url></{name}>"
        ).encode()
        feed, sitemap = parse_feed(body, URL), parse_sitemap(body, URL)
        links = (*(feed.entries if feed else ()), *(sitemap.pages if sitemap else ()))
        assert not any("secret" in each.url or "lol" in each.url for each in links)


@pytest.mark.parametrize(
    "body",
    [
        b"<rss", b"<rss><channel><item><link>", b"<feed xmlns='http://www.w3.org/2005/Atom'/>",
        b'{"version": "https://jsonfeed.org/version/1.1"}',
        b'{"version": "https://jsonfeed.org/version/1.1", "items": 7}',
        b'{"version": "https://jsonfeed.org/version/1.1", "items": [1, null, {"url": 5}]}',
        b"<rss><channel><item><guid></guid></item></channel></rss>",
    ],
)  # fmt: skip
def test_broken_feeds_tell_nothing(body: bytes) -> None:
    feed = parse_feed(body, URL)
    assert feed is None or feed.entries == ()


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(GOLDEN), st.data())
def test_no_mutation_of_a_listing_breaks_its_reading(path: Path, data: st.DataObject) -> None:
    body = path.read_bytes()
    start = data.draw(st.integers(0, len(body)))
    end = data.draw(st.integers(start, min(len(body), start + 40)))
    put = data.draw(
        st.binary(max_size=12) | st.sampled_from([b"<", b'"', b"{", b"]", b"\\", b"\0"])
    )
    kind = {".html": "text/html", ".json": "application/json"}.get(path.suffix, "application/xml")
    content = read(body[:start] + put + body[end:], kind)
    assert Content.of(json.loads(json.dumps(content.json()))).kind == content.kind
