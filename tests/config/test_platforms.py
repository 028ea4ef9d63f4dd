from __future__ import annotations

from pathlib import Path

import pytest

from crawler.settings_for import crawler_settings, platforms_for
from jobdiff.config import Config, load
from postings.errors import ConfigurationError


def loaded(tmp_path: Path, text: str) -> Config:
    file = tmp_path / "jobdiff.toml"
    file.write_text(text, encoding="utf-8")
    return load(file, env={})


def test_a_platforms_host_and_detail_can_be_set(tmp_path: Path) -> None:
    text = '[platforms.lever]\napi = "http://127.0.0.1:8/"\ndetail = "never"\n'
    chosen = crawler_settings(loaded(tmp_path, text)).platforms
    assert list(chosen) == ["lever"]
    assert chosen["lever"].api == "http://127.0.0.1:8"
    assert chosen["lever"].detail == "never"
    assert crawler_settings(loaded(tmp_path, "")).platforms == {}


def test_a_boards_own_host_and_detail_go_first(tmp_path: Path) -> None:
    text = (
        '[platforms.lever]\napi = "http://127.0.0.1:8"\n'
        '[[boards]]\nurl = "https://jobs.lever.co/a"\ndetail = "never"\n'
        '[[boards]]\nurl = "https://jobs.lever.co/b"\napi = "https://b.example.org/"\n'
        '[[boards]]\nurl = "https://jobs.lever.co/c"\n'
    )
    config = loaded(tmp_path, text)
    chosen = [platforms_for(config, f"https://jobs.lever.co/{name}/")["lever"] for name in "abcd"]
    assert [(one.api, one.detail) for one in chosen] == [
        ("http://127.0.0.1:8", "never"),
        ("https://b.example.org", "auto"),
        ("http://127.0.0.1:8", "auto"),
        ("http://127.0.0.1:8", "auto"),
    ]
    assert platforms_for(config, "https://jobs.lever.co/a")["gem"].detail == "never"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[[boards]]\nurl = "https://a.org"\napi = "a.org"', "api"),
        ('[[boards]]\nurl = "https://a.org"\ndetail = "maybe"', "detail"),
        ('[platforms.leaver]\napi = "http://a.org"', "platforms.leaver"),
        ('[platforms.lever]\napo = "http://a.org"', "platforms.lever.apo"),
        ('[platforms.lever]\napi = "a.org"', "platforms.lever.api"),
        ('[platforms.lever]\ndetail = "maybe"', "platforms.lever.detail"),
    ],
)
def test_what_is_wrong_with_a_platform_is_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        loaded(tmp_path, text)
