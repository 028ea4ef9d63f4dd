"""``[archive]`` keeps pages as they came, and ``reparse`` reads them again without a request."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobdiff.demo.site import SiteServer
from storage.archive import Archive, pages
from tests.cli.program import Jobdiff

NOW = ("--now", "2026-03-02T09:00:00Z")


def _configured(folder: str = "pages", **more: str) -> None:
    lines = [f'{name} = "{value}"' for name, value in {"folder": folder, **more}.items()]
    Path("jobdiff.toml").write_text("\n".join(["[archive]", *lines]) + "\n")


def _kept(folder: str = "pages") -> list[str]:
    found = []
    for path in sorted(Path(folder).glob("*.warc.gz")):
        with path.open("rb") as file:
            found += [page.url for page in pages(file)]
    return found


def test_nothing_is_kept_unless_asked(jobdiff: Jobdiff, listing: SiteServer) -> None:
    assert jobdiff("check", listing.url, "--database", "sqlite:///one.db", *NOW).code == 0
    assert not Path("pages").exists()
    _configured()
    assert jobdiff("check", listing.url, "--database", "sqlite:///two.db", *NOW).code == 0
    assert Path("pages/jobdiff-2026-03-02.warc.gz").exists()


def test_every_page_is_kept_as_it_came(jobdiff: Jobdiff, listing: SiteServer) -> None:
    _configured()
    jobdiff("check", listing.url, *NOW)
    known = {one["url"] for one in jobdiff("postings", "--json", *NOW).objects()}
    assert len(known) == 28
    assert known < set(_kept())
    assert listing.url in _kept()


def test_what_was_kept_is_read_again_without_the_site(
    jobdiff: Jobdiff, listing: SiteServer
) -> None:
    _configured()
    jobdiff("check", listing.url, *NOW)
    before = jobdiff("postings", "--json", *NOW).out
    asked = len(_kept())
    told = jobdiff("reparse", "--all", "--json", *NOW).objects()
    assert [(one["read"], one["pages"], one["enriched"]) for one in told] == [(28, 28, 0)]
    assert jobdiff("postings", "--json", *NOW).out == before
    assert len(_kept()) == asked
    assert "0 postings enriched; nobody is told." in jobdiff("reparse", *NOW).out


def test_old_pages_go_with_the_other_detail(jobdiff: Jobdiff, listing: SiteServer) -> None:
    _configured()
    jobdiff("check", listing.url, *NOW)
    later = ("--now", "2029-01-01T00:00:00Z")
    would = jobdiff("gc", "--keep", "1y", "--dry-run", "--json", *later).objects()[0]
    assert would["counts"]["archive"] == 1
    assert _kept()
    jobdiff("gc", "--keep", "1y", *later)
    assert _kept() == []


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ('folder = ""', "archive.folder"),
        ('folder = "pages"\nmost_per_day = "much"', "archive.most_per_day"),
        ('place = "pages"', "archive.place"),
    ],
)
def test_a_wrong_table_is_named(jobdiff: Jobdiff, alone: Path, table: str, told: str) -> None:
    Path("jobdiff.toml").write_text(f"[archive]\n{table}\n")
    done = jobdiff("boards")
    assert done.code == 2
    assert told in done.err


def test_a_folder_that_cannot_be_written_harms_no_crawl(
    jobdiff: Jobdiff, listing: SiteServer
) -> None:
    Path("file").write_text("")
    _configured("file/pages")
    assert jobdiff("check", listing.url, *NOW).code == 0
    assert Archive(Path("file/pages"), 1).days() == []
