"""``[web]``: where it listens, and where people reach it."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobdiff.config import Config, load
from postings.errors import ConfigurationError


def read(folder: Path, *lines: str, **env: str) -> Config:
    file = folder / "jobdiff.toml"
    file.write_text("\n".join(["[web]", *lines]))
    return load(file, env=env)


@pytest.mark.parametrize(
    ("listen", "address"),
    [
        ("127.0.0.1:8765", ("127.0.0.1", 8765)),
        ("localhost:80", ("127.0.0.1", 80)),
        ("[::1]:8765", ("::1", 8765)),
        ("off", None),
    ],
)
def test_where_it_listens(tmp_path: Path, listen: str, address: tuple[str, int] | None) -> None:
    assert read(tmp_path, f'listen = "{listen}"').web.address == address


@pytest.mark.parametrize(
    ("written", "url", "host"),
    [
        ("https://jobs.example.org", "https://jobs.example.org", "jobs.example.org"),
        ("HTTPS://Jobs.Example.ORG:8443/", "https://jobs.example.org:8443", "jobs.example.org"),
        ("http://box/Jobs/new/", "http://box/Jobs/new", "box"),
        ("http://[::1]:80", "http://[::1]:80", "[::1]"),
        ("https://xn--jbs-0qa.example", "https://xn--jbs-0qa.example", "xn--jbs-0qa.example"),
    ],
)
def test_the_host_of_its_url_is_one_of_its_own(
    tmp_path: Path, written: str, url: str, host: str
) -> None:
    web = read(tmp_path, f'url = "{written}"', 'hosts = ["other"]').web
    assert (web.url, web.every_host) == (url, ("other", host))
    assert read(tmp_path, JOBDIFF_WEB__URL=written).web.url == url
    assert read(tmp_path, 'hosts = "other"').web.every_host == ("other",)


@pytest.mark.parametrize(
    "written",
    [
        "", "jobs.example.org", "ftp://a.example", "https://", "https:///x", "https://me:pw@x.org",
        "https://me@x.org", "https://x.org?a=1", "https://x.org/?", "https://x.org/#a",
        "https://x.org/a b", "https://x.org:99999", "https://x.org:x", "https://jöbs.example",
        "https://x.org/../b", "https://x.org//b", "https://x.org/ä", "javascript://x.org/%0aalert(1)",
        "https://x.org/'><b>", "https://[::1", "https://-x.org", "https://x.org\\\\y",
    ],
)  # fmt: skip
def test_an_address_that_links_cannot_begin_with_is_refused(tmp_path: Path, written: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(tmp_path, f'url = "{written}"')
    assert "jobdiff.toml, line 2: web.url: it is no address that links" in str(caught.value)
    assert "pw" not in str(caught.value)
