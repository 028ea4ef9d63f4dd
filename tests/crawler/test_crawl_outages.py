"""What an outage looks like to a crawl: thirty postings, of which none must seem to be gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from postings.model import Outcome
from tests.crawler.site import Reply, Request, Site, board_of, html, listing_page, posting_page
from tests.crawler.visits import START, Seen, Watched

NUMBERS = range(1, 31)
PATHS = [f"/jobs/{n}-engineer" for n in NUMBERS]

CHALLENGE = html(
    "Just a moment...",
    "<h1>www.acme.example</h1><p>Verify you are human by completing the action below.</p>"
    "<div id='challenge-stage'></div><script src='/cdn/challenge.js'></script>",
)
LOGIN = html(
    "Sign in",
    "<form action='/login' method='post'><h1>Sign in to continue</h1><input name='user'>"
    "<input type='password' name='password'><button>Sign in</button></form>",
)
HOME = html("Acme", "<h1>Acme</h1><p>We make things.</p><a href='/careers'>Careers</a>" * 3)
SHELL = html("Acme", "<div id='root'></div><script src='/app.js'></script>")
MAINTENANCE = html("Maintenance", "<h1>We'll be back soon</h1><p>Scheduled maintenance.</p>")


@pytest.fixture
def site() -> Iterator[Site]:
    routes = board_of(30)
    routes["/login"] = LOGIN
    routes["/"] = HOME
    with Site(routes) as opened:
        yield opened


@pytest.fixture
def board(site: Site) -> Watched:
    watched = Watched(site.url("/careers"))
    healthy = watched.crawl()
    assert healthy.outcome == "complete"
    assert len(healthy.titles()) == 30
    return watched


def to(path: str) -> Callable[[Request], Reply]:
    def answer(request: Request) -> Reply:
        if request.path == path:
            return Reply(LOGIN if path == "/login" else HOME)
        return Reply("", 302, {"Location": path})

    return answer


def recovered(site: Site, board: Watched) -> Seen:
    site.everywhere = None
    site.routes.update(board_of(30))
    again = board.crawl()
    assert again.outcome == "complete"
    assert {one.fetch for one in again.observations} <= {"changed", "unchanged"}
    assert sum(one.listed for one in again.observations) == 30
    return again


OUTAGES: dict[str, tuple[object, Outcome, str]] = {
    "503": (Reply("<h1>Service Unavailable</h1>", 503), "failed", "HTTP 503"),
    "429": (Reply("slow down", 429, {"Retry-After": "3600"}), "blocked", "HTTP 429"),
    "403": (Reply("<h1>Forbidden</h1>", 403), "blocked", "HTTP 403"),
    "challenge": (Reply(CHALLENGE), "blocked", "it asked whether we are human"),
    "challenge with 503": (Reply(CHALLENGE, 503), "blocked", "whether we are human"),
    "login": (to("/login"), "blocked", "it asked to log in"),
    "home": (to("/"), "failed", "redirected to the home page"),
    "shell": (Reply(SHELL), "unreadable", "nothing on"),
    "empty body": (Reply(""), "failed", "its answer was empty"),
    "maintenance": (Reply(MAINTENANCE), "failed", "under maintenance"),
    "cut body": (Reply(listing_page(PATHS), cut=200), "failed", "its answer was cut off"),
    "cut body of unsaid length": (
        Reply(listing_page(PATHS), cut=900, length=False),
        "failed",
        "its answer was cut off",
    ),
    "pdf": (Reply("%PDF", content_type="application/pdf"), "failed", "it is application/pdf"),
    "redirect loop": (to("/careers?loop=1"), "failed", "redirected more than 5 times"),
    "redirect to a file": (
        Reply("", 302, {"Location": "file:///etc/passwd"}),
        "failed",
        "HTTP 302 to file:///etc/passwd, which is not followed",
    ),
    "false encoding": (
        Reply(listing_page(PATHS), headers={"Content-Encoding": "gzip"}),
        "failed",
        "its encoding could not be undone",
    ),
    "unknown encoding": (
        Reply(listing_page(PATHS), headers={"Content-Encoding": "exi"}),
        "failed",
        "an encoding that cannot be read",
    ),
}


@pytest.mark.parametrize("scope", ["listing", "everywhere"])
@pytest.mark.parametrize("outage", OUTAGES)
def test_an_outage_is_called_what_it_is_and_proves_nothing(
    site: Site, board: Watched, outage: str, scope: str
) -> None:
    route, outcome, reason = OUTAGES[outage]
    if outage == "redirect loop":
        route = lambda _: Reply("", 302, {"Location": f"/careers?n={len(site.log)}"})  # noqa: E731
    if scope == "listing":
        site["/careers"] = route  # type: ignore[assignment]
    else:
        site.everywhere = route  # type: ignore[assignment]
    before = dict(board.learnt)
    for _ in range(2):
        seen = board.crawl()
        assert (seen.outcome, reason in (seen.reason or "")) == (outcome, True), seen.reason
        assert not {"gone", "ended"} & set(seen.fetches())
        assert not [record for record in seen.records if record.role == "listing"]
        assert board.learnt == before
    recovered(site, board)


def test_a_429_ends_the_crawl_and_says_when_to_come_back(site: Site, board: Watched) -> None:
    site["/jobs/3-engineer"] = Reply("slow down", 429, {"Retry-After": "7200"})
    site.log.clear()
    seen = board.crawl()
    assert seen.report.retry_after == board.now + timedelta(hours=2)
    assert site.asked()[-1] == "/jobs/3-engineer"
    assert seen.fetches() == {"unchanged": 2, "blocked": 28}
    recovered(site, board)


@pytest.mark.parametrize(
    ("header", "wait"),
    [("-5", None), ("315360000", timedelta(hours=24)), ("soon", None), ("0", timedelta())],
)
def test_retry_after_is_clamped(
    site: Site, board: Watched, header: str, wait: timedelta | None
) -> None:
    site["/careers"] = Reply("busy", 503, {"Retry-After": header})
    until = board.crawl().report.retry_after
    assert until == (None if wait is None else board.now + wait)


def test_a_retry_after_date_counts_from_the_answers_own_date(site: Site, board: Watched) -> None:
    site["/careers"] = Reply(
        "busy",
        503,
        {"Retry-After": "Wed, 21 Oct 2015 08:28:00 GMT", "Date": "Wed, 21 Oct 2015 07:28:00 GMT"},
    )
    assert board.crawl().report.retry_after == board.now + timedelta(hours=1)


def test_robots_txt_that_cannot_be_had_keeps_out(site: Site, board: Watched) -> None:
    site["/robots.txt"] = Reply("down", 503)
    site.log.clear()
    seen = board.crawl()
    assert seen.outcome == "blocked"
    assert "robots.txt could not be had (HTTP 503)" in (seen.reason or "")
    assert site.asked() == []
    recovered(site, board)


def test_a_listing_cut_to_a_third_has_its_missing_asked_at_their_own_pages(
    site: Site, board: Watched
) -> None:
    site["/careers"] = listing_page(PATHS[:10])
    seen = board.crawl()
    assert seen.outcome == "complete"
    unlisted = [one for one in seen.observations if not one.listed]
    assert len(unlisted) == 20
    assert {one.fetch for one in unlisted} == {"unchanged"}
    recovered(site, board)


def test_details_that_all_fail_make_nothing_but_themselves_unknown(
    site: Site, board: Watched
) -> None:
    for path in PATHS:
        site[path] = Reply("oops", 500)
    site.log.clear()
    seen = board.crawl()
    assert seen.outcome == "complete"
    assert seen.fetches() == {"failed": 30}
    assert len(site.asked()) == 11, "after ten failures in a row nothing more is asked"
    recovered(site, board)


def test_markup_lost_on_the_whole_board_is_a_failure_not_an_end(site: Site, board: Watched) -> None:
    for n, path in zip(NUMBERS, PATHS, strict=True):
        site[path] = html(f"Engineer {n}", f"<h1>Engineer {n}</h1><p>{'Work. ' * 80}</p>")
    seen = board.crawl()
    assert seen.fetches() == {"failed": 30}
    recovered(site, board)


def test_markup_lost_on_one_page_while_others_have_it_is_an_end(site: Site, board: Watched) -> None:
    site[PATHS[0]] = html("Engineer 1", f"<h1>Engineer 1</h1><p>{'Work. ' * 80}</p>")
    seen = board.crawl()
    assert seen.fetches() == {"unchanged": 29, "ended": 1}
    (ended,) = [one for one in seen.observations if one.fetch == "ended"]
    assert ended.evidence[0].kind == "markup_removed"


def test_listed_pages_that_all_redirect_home_are_a_failure(site: Site, board: Watched) -> None:
    for path in PATHS:
        site[path] = Reply("", 302, {"Location": "/"})
    assert board.crawl().fetches() == {"failed": 30}
    recovered(site, board)


def test_a_reordered_listing_changes_nothing(site: Site, board: Watched) -> None:
    site["/careers"] = listing_page(PATHS[::-1])
    seen = board.crawl()
    assert seen.outcome == "complete"
    assert seen.fetches() == {"unchanged": 30}


def test_noise_in_every_page_changes_nothing(site: Site, board: Watched) -> None:
    site["/careers"] = listing_page(PATHS, "<!-- token 17 --><p>Visitors: 4711</p>")
    for n, path in zip(NUMBERS, PATHS, strict=True):
        site[path] = posting_page(n).replace("</body>", "<i>token 42</i></body>")
    seen = board.crawl()
    assert seen.outcome == "complete"
    assert seen.fetches() == {"changed": 30}


def test_removed_postings_are_told_by_their_own_pages(site: Site, board: Watched) -> None:
    site["/careers"] = listing_page(PATHS[5:])
    site[PATHS[0]] = Reply("gone", 410)
    site[PATHS[1]] = html(
        "Engineer 2", "<h1>Engineer 2</h1><p>This job is no longer available.</p>"
    )
    site[PATHS[2]] = Reply("", 302, {"Location": "/careers?error=true"})
    site[PATHS[3]] = Reply("down", 503)
    seen = board.crawl()
    assert seen.outcome == "complete"
    told = {
        one.url.rpartition("/")[2]: (one.fetch, [piece.detail for piece in one.evidence])
        for one in seen.observations
        if not one.listed
    }
    assert told == {
        "1-engineer": ("gone", ["HTTP 410"]),
        "2-engineer": ("ended", ["says: This job is no longer available"]),
        "3-engineer": ("ended", ["redirected to the board"]),
        "4-engineer": ("failed", []),
        "5-engineer": ("unchanged", []),
    }
    assert all(one.at == board.now for one in seen.observations)
    assert board.now > START
