"""Alerts from the command line: what is owed goes out, and no secret ever does."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from standardwebhooks import Webhook

from alerts import dispatch
from jobdiff.demo.site import SiteServer
from tests.cli.program import Jobdiff, Ran

SECRET = "whsec_" + base64.b64encode(b"a secret that is nobody's").decode()
RULE = '[[rules]]\nname = "all"\nkinds = ["new", "changed", "removed", "expired", "reopened"]\n'
OUT = '[[channels]]\nname = "out"\nstdout = "text"\n'

Days = Callable[..., list[Ran]]


@pytest.fixture
def days(jobdiff: Jobdiff, listing: SiteServer) -> Days:
    """Crawl the demo's board on its days, with what is asked for."""
    configure("")
    assert jobdiff("add", listing.url, "--name", "Demo").code == 0

    def crawl(*argv: str, first: int = 1, last: int = 3) -> list[Ran]:
        ran = []
        for day in range(first, last + 1):
            listing.day = day
            now = f"2026-03-0{day}T12:00:00Z"
            ran.append(jobdiff("crawl", "--fail-on", "none", "--now", now, *argv))
        return ran

    return crawl


def configure(text: str) -> None:
    Path("jobdiff.toml").write_text(f'database = "sqlite:///jobs.db"\n{text}', encoding="utf-8")


def test_crawl_notify_tells_each_piece_of_news_once(days: Days, jobdiff: Jobdiff) -> None:
    configure(OUT + RULE)
    first, second, third = days("--notify")
    assert "Rule: all" not in first.out
    assert "Rule: all" in second.out + third.out
    assert "message sent" in second.err + third.err
    again = jobdiff("alerts", "send", "--now", "2026-03-03T13:00:00Z")
    assert (again.code, again.out.strip()) == (0, "0 messages sent")


def test_with_json_nothing_but_objects_is_on_stdout(days: Days) -> None:
    configure(OUT + RULE)
    ran = days("--notify", "--json")
    messages = [one for each in ran for one in each.objects("jobdiff.message/1")]
    assert messages
    assert {"id", "rule", "subject", "text", "events", "deadlines", "boards"} < set(messages[0])


def test_without_notify_the_news_wait_for_send(days: Days, jobdiff: Jobdiff) -> None:
    configure(OUT + RULE)
    jobdiff("alerts", "send", "--now", "2026-03-01T00:00:00Z")
    assert all("Rule: all" not in ran.out for ran in days())
    sent = jobdiff("alerts", "send", "--json", "--now", "2026-03-03T13:00:00Z")
    told = sent.objects("jobdiff.sending/1")[0]
    assert told["sent"] == 1
    assert told["waiting"] == 0


def test_a_channel_that_does_not_take_it_fails_the_command(days: Days, jobdiff: Jobdiff) -> None:
    hook = f'[[channels]]\nname = "hook"\nwebhook = "http://127.0.0.1:9/"\nsecret = "{SECRET}"\n'
    configure(hook + RULE)
    assert days("--notify")[-1].code == 1
    told = jobdiff("alerts", "list", "--json").objects()
    channel = next(one for one in told if one["schema"] == "jobdiff.channel/1")
    assert channel["failures"] > 0
    assert "could not be reached" in channel["error"]


# --- list, backtest, postings --rule -----------------------------------------------------------


def test_list_says_what_each_rule_sent_dropped_and_waits_for(days: Days, jobdiff: Jobdiff) -> None:
    digest = 'deliver = "daily at 08:00"\n'
    none = '[[rules]]\nname = "none"\ntitle = "nothing of the kind"\n'
    configure(OUT + RULE + digest + none)
    days("--notify", last=2)
    listed = jobdiff("alerts", "list", "--json", "--now", "2026-03-02T13:00:00Z").objects()
    every, nothing = (one for one in listed if one["schema"] == "jobdiff.rule/1")
    assert every["next_at"] == "2026-03-03T08:00:00Z"
    assert nothing["dropped"]["title"]["count"] > 0
    assert nothing["sent"] == 0
    text = jobdiff("alerts", "list").out
    assert "all: daily at 08:00 to out" in text
    assert "dropped by title, the last because title has none of nothing of the kind" in text


def test_backtest_says_what_would_have_been_sent(days: Days, jobdiff: Jobdiff) -> None:
    days()
    configure(OUT + RULE + 'deliver = "weekly on mon at 08:00"\n')
    now = ("--now", "2026-03-06T12:00:00Z")
    told = jobdiff("alerts", "backtest", "all", "--since", "90d", "--json", *now).objects()
    report = told[-1]
    assert report["schema"] == "jobdiff.backtest/1"
    assert report["matched"] == len(told) - 1 > 0
    assert sum(one["events"] for one in report["messages"]) == report["matched"]
    assert [one["at"] for one in report["messages"]][-1] == "2026-03-09T08:00:00Z"
    assert "events of" in jobdiff("alerts", "backtest", "all", *now).out
    none = jobdiff("alerts", "backtest", "all", "--since", "1h", "--json", *now).objects()
    assert none[-1]["events"] == 0
    missing = jobdiff("alerts", "backtest", "nobody")
    assert missing.code == 2
    assert "no rule is called 'nobody'; the configuration has 'all'" in missing.err


def test_postings_of_a_rule(days: Days, jobdiff: Jobdiff) -> None:
    days(last=1)
    every = jobdiff("postings", "--json").objects()
    title = every[0]["title"]
    configure(OUT + f'[[rules]]\nname = "one"\ntitle = {json.dumps(title)}\n')
    found = jobdiff("postings", "--rule", "one", "--json").objects()
    assert {one["title"] for one in found} == {title}
    assert len(found) < len(every)
    assert jobdiff("postings", "--rule", "x").code == 2


# --- marks -------------------------------------------------------------------------------------


def test_a_posting_is_marked_listed_and_unmarked(days: Days, jobdiff: Jobdiff) -> None:
    days(last=1)
    posting = jobdiff("postings", "--json").objects()[0]
    marked = jobdiff("mark", posting["id"][:12], "saved", "--json").objects()[0]
    assert (marked["schema"], marked["mark"], marked["posting"]) == (
        "jobdiff.mark/1", "saved", posting["id"],
    )  # fmt: skip
    jobdiff("mark", posting["url"], "applied")
    assert [one["mark"] for one in jobdiff("marked", "--json").objects()] == ["applied"]
    assert "1 posting marked" in jobdiff("marked").out
    assert jobdiff("unmark", posting["id"], "--json").objects()[0]["mark"] is None
    assert jobdiff("marked", "--json").objects() == []
    assert jobdiff("mark", posting["id"], "loved").code == 2
    assert jobdiff("mark", "https://nowhere.example", "saved").code == 2


# --- test, dead, replay, show ------------------------------------------------------------------


def test_channels_are_tried(jobdiff: Jobdiff, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/hook").respond_with_data("", status=204)
    url = httpserver.url_for("/hook")
    hook = f'[[channels]]\nname = "hook"\nwebhook = "{url}"\nsecret = "{SECRET}"\n'
    dead = f'[[channels]]\nname = "dead"\nwebhook = "http://127.0.0.1:9/"\nsecret = "{SECRET}"\n'
    configure(hook + dead)
    assert jobdiff("alerts", "test", "hook").out.strip() == "hook: it took the message"
    body: Any = Webhook(SECRET).verify(
        httpserver.log[0][0].get_data(), dict(httpserver.log[0][0].headers)
    )
    assert body["type"] == "jobdiff.notice"
    both = jobdiff("alerts", "test", "--json")
    assert both.code == 1
    assert [one["ok"] for one in both.objects()] == [True, False]
    assert jobdiff("alerts", "test", "nobody").code == 2
    configure('[[channels]]\nname = "out"\nstdout = "text"\n')
    told = jobdiff("alerts", "test", "--json").objects()
    assert [one["schema"] for one in told] == ["jobdiff.message/1", "jobdiff.channel-test/1"]


def test_what_was_given_up_is_listed_shown_and_sent_again(
    days: Days, jobdiff: Jobdiff, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    httpserver.expect_request("/hook").respond_with_data("", status=500)
    url = httpserver.url_for("/hook")
    configure(f'[[channels]]\nname = "hook"\nwebhook = "{url}"\nsecret = "{SECRET}"\n' + RULE)
    monkeypatch.setattr(dispatch, "ATTEMPTS", 3)
    days("--notify", last=2)
    for day in (3, 4):
        jobdiff("alerts", "send", "--now", f"2026-03-0{day}T12:00:00Z")
    dead = jobdiff("alerts", "dead", "--json").objects()
    assert len(dead) == 1
    assert (
        dead[0]["error"]
        == "channel 'hook' answered 500: it has trouble of its own; it is tried again"
    )
    assert "given up" in jobdiff("alerts", "dead").out

    shown = jobdiff("alerts", "show", dead[0]["id"][:8])
    assert "Rule: all" in shown.out
    whole = jobdiff("alerts", "show", dead[0]["id"], "--json").objects("jobdiff.event/1")
    assert [one["id"] for one in whole] == dead[0]["events"]
    assert jobdiff("alerts", "show", "zzz").code == 2

    httpserver.clear()
    httpserver.expect_request("/hook").respond_with_data("", status=204)
    now = ("--now", "2026-03-12T00:00:00Z")
    replayed = jobdiff("alerts", "replay", "--since", "30d", "--json", *now).objects()
    assert replayed[0]["owed"] == 1
    assert jobdiff("alerts", "send", "--json", *now).objects("jobdiff.sending/1")[0]["sent"] == 1
    ids = {request.headers["webhook-id"] for request, _ in httpserver.log}
    assert ids == {dead[0]["id"]}
    assert jobdiff("alerts", "dead", "--json").objects() == []
    none = jobdiff("alerts", "replay", "--json", *now).objects()
    assert none[0]["owed"] == 0
    assert jobdiff("alerts", "replay", "--channel", "hok", *now).code == 2
    again = jobdiff("alerts", "replay", "--sent", "--channel", "hook", "--json", *now).objects()
    assert again[0]["owed"] == 1


def test_what_waits_for_a_channel_is_tried_at_once_when_it_works(
    days: Days, jobdiff: Jobdiff, httpserver: HTTPServer
) -> None:
    later = {"Retry-After": "80000"}
    httpserver.expect_request("/hook").respond_with_data("", status=429, headers=later)
    url = httpserver.url_for("/hook")
    configure(f'[[channels]]\nname = "hook"\nwebhook = "{url}"\nsecret = "{SECRET}"\n' + RULE)
    days("--notify", last=2)
    now = ("--now", "2026-03-02T13:00:00Z", "--json")
    httpserver.clear()
    httpserver.expect_request("/hook").respond_with_data("", status=204)
    assert jobdiff("alerts", "send", *now).objects("jobdiff.sending/1")[0]["sent"] == 0
    assert jobdiff("alerts", "test", *now).code == 0
    assert jobdiff("alerts", "send", *now).objects("jobdiff.sending/1")[0]["sent"] == 1


# --- secrets -----------------------------------------------------------------------------------


def test_no_command_ever_prints_a_secret(
    days: Days, jobdiff: Jobdiff, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = ["verysecrettoken", "hushuser", "hushpass", "querysecret", SECRET, "fromtheenv"]
    monkeypatch.setenv("HOOK_URL", "http://127.0.0.1:9/fromtheenv")
    configure(
        '[[channels]]\nname = "team"\nurl = "json://hushuser:hushpass@127.0.0.1:9/verysecrettoken'
        '?x=querysecret"\n'
        '[[channels]]\nname = "bad"\nurl = "tgram://verysecrettoken"\n'
        f'[[channels]]\nname = "hook"\nwebhook = "env:HOOK_URL"\nsecret = "{SECRET}"\n' + RULE
    )
    ran = days("--notify", "-vv")
    for argv in (
        ("alerts", "list"),
        ("alerts", "list", "--json"),
        ("alerts", "send", "-vv"),
        ("alerts", "send", "--json"),
        ("alerts", "test", "-vv"),
        ("alerts", "test", "--json"),
        ("alerts", "dead", "--json"),
        ("alerts", "backtest", "all"),
        ("doctor",),
        ("alerts", "list", "--config", "missing.toml"),
    ):
        ran.append(jobdiff(*argv, "--now", "2026-03-04T00:00:00Z"))
    said = "\n".join(one.out + one.err for one in ran)
    assert "'team' could not be reached" in said
    assert "'hook' could not be reached" in said
    assert "'bad'" in said
    for secret in hidden:
        assert secret not in said
    stored = Path("jobs.db").read_bytes() + b"".join(
        one.read_bytes() for one in Path().glob("jobs.db-*")
    )
    assert not [secret for secret in hidden if secret.encode() in stored]
