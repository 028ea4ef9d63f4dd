from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from jobdiff.config import Config, SalaryFloor, load, resolve_secret
from postings.errors import ConfigurationError, NotFound, UsageError

Load = Callable[..., Config]

CHANNELS = """
[[channels]]
name = "team"
url = "slack://TokenA/TokenB/TokenC"
[[channels]]
name = "hook"
webhook = "https://example.org/hook"
secret = "env:HOOK_SECRET"
"""


@pytest.fixture
def load_text(tmp_path: Path) -> Load:
    def load_it(text: str, env: Mapping[str, str] | None = None) -> Config:
        file = tmp_path / "jobdiff.toml"
        file.write_text(text, encoding="utf-8")
        return load(file, env=env or {})

    return load_it


def refusal(load_text: Load, text: str, env: Mapping[str, str] | None = None) -> str:
    with pytest.raises(ConfigurationError) as caught:
        load_text(text, env)
    assert "\n" not in str(caught.value)
    return str(caught.value)


# --- what is read ------------------------------------------------------------------------------


def test_the_example_of_the_documentation_is_read(load_text: Load) -> None:
    example = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text(encoding="utf-8")
    config = load_text(example.split("```toml\n")[1].split("```")[0])
    assert config.crawler.contact == "mailto:me@example.org"
    assert config.crawler.delay == timedelta(seconds=1)
    assert config.scheduler.min_interval == timedelta(minutes=5)
    assert [board.name for board in config.boards] == ["Example"]
    assert config.boards[0].line
    assert [channel.kind for channel in config.channels] == ["apprise", "webhook"]
    rule = config.rules[0]
    assert rule.kinds == ("new", "changed", "reopened")
    assert rule.salary_at_least == SalaryFloor(100_000, "CHF", "YEAR")
    assert config.channels_of(rule) == config.channels


def test_without_a_file_everything_has_a_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    env = {"XDG_CONFIG_HOME": str(tmp_path / "c"), "XDG_DATA_HOME": str(tmp_path / "d")}
    config = load(env=env)
    assert config.path is None
    assert config.database == f"sqlite:///{tmp_path}/d/jobdiff/jobdiff.db"
    assert config.crawler.delay == timedelta(seconds=1)
    assert config.crawler.revisit == "auto"
    assert config.scheduler.min_interval == timedelta(minutes=5)
    assert not config.network.allow_private


def test_the_file_is_looked_for_in_its_four_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in ("xdg/jobdiff", "named", "variable"):
        (tmp_path / folder).mkdir(parents=True)
    env = {"XDG_CONFIG_HOME": str(tmp_path / "xdg")}

    def place(folder: str) -> Path:
        file = tmp_path / folder / "jobdiff.toml"
        file.write_text("")
        return file

    xdg = place("xdg/jobdiff")
    assert load(env=env).path == xdg
    here = place(".")
    assert load(env=env).path == Path(here.name)
    env["JOBDIFF_CONFIG"] = str(place("variable"))
    assert load(env=env).path == tmp_path / "variable/jobdiff.toml"
    named = place("named")
    assert load(named, env=env).path == named


def test_a_relative_database_counts_from_the_file_or_from_where_it_was_said(
    load_text: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    text = 'database = "sqlite:///sub/jobs.db"'
    assert load_text(text).database == f"sqlite:///{tmp_path}/sub/jobs.db"
    assert load_text('database = "jobs.db"').database == f"sqlite:///{tmp_path}/jobs.db"
    said = load_text(text, {"JOBDIFF_DATABASE": "sqlite:///x.db"}).database
    assert said == f"sqlite:///{tmp_path}/elsewhere/x.db"
    file = tmp_path / "jobdiff.toml"
    option = load(file, database="y.db", env={"JOBDIFF_DATABASE": "x.db"}).database
    assert option == f"sqlite:///{tmp_path}/elsewhere/y.db"
    for other in ("sqlite:////abs/x.db", "postgresql://u@h/d", "sqlite://", "sqlite:///:memory:"):
        assert load_text(f'database = "{other}"').database == other


def test_a_variable_wins_over_the_file(load_text: Load) -> None:
    text = '[crawler]\ndelay = "2s"\ncontact = "mailto:me@example.org"\n'
    assert load_text(text).crawler.delay == timedelta(seconds=2)
    env = {
        "JOBDIFF_CRAWLER__DELAY": "5s",
        "JOBDIFF_CRAWLER__REVISIT": "0s",
        "JOBDIFF_NETWORK__ALLOW_PRIVATE": "true",
        "JOBDIFF_NOW": "2026-03-01",
        "UNRELATED": "x",
    }
    config = load_text(text, env)
    assert config.crawler.delay == timedelta(seconds=5)
    assert config.crawler.revisit == timedelta()
    assert config.crawler.contact == "mailto:me@example.org"
    assert config.network.allow_private


def test_a_board_knows_its_line(load_text: Load) -> None:
    config = load_text('# boards\n[[boards]]\nurl = "https://a.example/"\n\n[[boards]]\n'
                       'url = "https://b.example/"\ntags = "it"\n')  # fmt: skip
    assert [board.line for board in config.boards] == [2, 5]
    assert config.boards[1].tags == ("it",)


def test_a_rule_without_channels_tells_all_and_one_with_tells_those(load_text: Load) -> None:
    config = load_text(CHANNELS + '[[rules]]\nname = "a"\n[[rules]]\nname = "b"\nchannels="hook"\n')
    told = [[channel.name for channel in config.channels_of(rule)] for rule in config.rules]
    assert told == [["team", "hook"], ["hook"]]
    assert config.rules[0].kinds == ("new", "reopened")


# --- what is refused ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("[crawler]\ndelai = '1s'\n", 2, "unknown key 'crawler.delai'; did you mean 'delay'?"),
        ("boads = []\n", 1, "unknown key 'boads'; did you mean 'boards'?"),
        ("\npath = 'x'\n", 2, "unknown key 'path'"),
        (
            "[[boards]]\nurl = 'https://a.example'\nevry = '6h'\n",
            3,
            "unknown key 'boards[0].evry'; did you mean 'every'?",
        ),
        ("[crawler]\ndelay = 3\n", 2, "crawler.delay: 3 is not a duration"),
        ("[crawler]\ndelay = 'x'\n", 2, "crawler.delay: 'x' is no duration"),
        ("[crawler]\ncontact = 'me \\n'\n", 2, "crawler.contact: it goes into the User-Agent"),
        ("[crawler]\nrevisit = true\n", 2, "crawler.revisit: true is not a duration"),
        ("[network]\nallow_private = 'perhaps'\n", 2, "network.allow_private: "),
        ("[scheduler]\nmin_interval = '0s'\n", 2, "scheduler.min_interval: the shortest"),
        ("boards = 3\n", 1, "boards: input should be a valid list"),
        ("[[boards]]\nname = 'x'\n", 1, "boards[0].url: field required"),
        ("[[boards]]\nurl = 'ftp://x'\n", 2, "boards[0].url: 'ftp://x' is no web address"),
        ("[[boards]]\nurl = 'https://x'\nevery = '6 h'\n", 3, "boards[0].every: '6 h' is no cron"),
        ("[[boards]]\nurl = 'https://x'\nevery = '9x'\n", 3, "boards[0].every: '9x' is no dur"),
        (
            "[[boards]]\nurl = 'https://x'\n[[boards]]\nurl = 'https://x'\n",
            4,
            "is taken by boards[0]",
        ),
        ("[[channels]]\nname = 'a'\n", 1, "channels[0]: a channel has either url"),
        ("[[channels]]\nname = 'a'\nwebhook = 'https://x'\n", 1, "webhook and secret belong"),
        ("[[rules]]\nname = 'a'\ntitle = 're:('\n", 3, "rules[0].title[0]: 're:(' is no regular"),
        ("[[rules]]\nname = 'a'\ntitle = ''\n", 3, "rules[0].title[0]: it is empty"),
        (f"[[rules]]\nname = 'a'\ntext = '{'x' * 501}'\n", 3, "rules[0].text[0]: it is longer"),
        ("[[rules]]\nname = 'a'\nkinds = ['nw']\n", 3, "rules[0].kinds[0]: "),
        ("[[rules]]\nname = 'a'\nkinds = []\n", 3, "rules[0].kinds: it is empty"),
        ("[[rules]]\nname = 'a'\ncountry = 'Swiss'\n", 3, "rules[0].country[0]: 'Swiss' is no"),
        (
            "[[rules]]\nname = 'a'\nsalary_at_least = '5'\n",
            3,
            "rules[0].salary_at_least: '5' is no",
        ),
        ("[[rules]]\nname = 'a'\nsalary_at_least = 5\n", 3, "rules[0].salary_at_least: 5 is not"),
        ("[[rules]]\nname = 'a'\nrequire = ['pay']\n", 3, "rules[0].require[0]: "),
        ("[[rules]]\nname = 'a'\nchannels = ['x']\n", 3, "rules[0].channels: unknown channel 'x'"),
        ("[[rules]]\nname = 'a'\ntimezone = 'Zurich'\n", 3, "rules[0].timezone: 'Zurich' is no"),
        ("[[rules]]\nname = 'a'\ndeliver = 'daily at 25:00'\n", 3, "'daily at 25:00' is not known"),
        ("[[rules]]\nname = 'a'\ndeliver = 'weekly on x at 8:00'\n", 3, "rules[0].deliver: "),
        ("[[rules]]\nname = 'a'\ndeliver = 'weekly on monkey at 8:00'\n", 3, "rules[0].deliver: "),
        ("[[rules]]\nname = 'a'\nat_most = true\n", 3, "rules[0].at_most: "),
        ("[[rules]]\nname = 'a'\ndeliver = 'never'\n", 3, "rules[0].deliver: 'never' is not known"),
        (
            "[[rules]]\nname = 'a'\nquiet = 'at night'\n",
            3,
            "rules[0].quiet: 'at night' are no hours",
        ),
        ("[[rules]]\nname = 'a'\nquiet = '7:00-7:00'\n", 3, "rules[0].quiet: '7:00-7:00' begins"),
        ("[[rules]]\nname = 'operator'\n", 2, "rules[0].name: 'operator' is jobdiff's own name"),
        ("[[rules]]\nname = 'a'\ntitle = 're:(?=x)'\n", 3, "rules[0].title[0]: 're:(?=x)' is no"),
        ("[[rules]]\nname = 'a'\ntitle = 're:(x)\\1'\n", 3, "rules[0].title[0]: 're:(x)"),
        ("[[rules]]\nname = 'a'\nchanged = ['pay']\n", 3, "rules[0].changed[0]: 'pay' is no field"),
        (
            "[[rules]]\nname = 'a'\nkinds = ['new']\nchanged = ['salary']\n",
            1,
            "rules[0]: changed names fields, but kinds",
        ),
        ("[[rules]]\nname = 'a'\nlanguage = 'English'\n", 3, "rules[0].language[0]: 'English' is"),
        ("[[rules]]\nname = 'a'\nremote = ['yes']\n", 3, "rules[0].remote[0]: "),
        ("[[rules]]\nname = 'a'\nmax_age = 'old'\n", 3, "rules[0].max_age: 'old' is no duration"),
        ("[[rules]]\nname = 'a'\nat_most = 0\n", 3, "rules[0].at_most: "),
        ("[alerts]\noperator = ['team']\n", 2, "alerts.operator: unknown channel 'team'"),
        ("[alerts]\nmarked = 'team'\n", 2, "alerts.marked: unknown channel 'team'"),
        (
            "[alerts]\nstill_watching = 'hourly'\n",
            2,
            "alerts.still_watching: 'hourly' is too often",
        ),
        ("[[channels]]\nname = 'a'\nstdout = 'xml'\n", 3, "channels[0].stdout: "),
        ("[[channels]]\nname = 'a'\nurl = 'x://y'\nfeed = 'f'\n", 1, "write one of them"),
        ("a = 1\nb = \n", 2, "this is no TOML"),
        ("a = 1\n\nb = [1,\n", 3, "this is no TOML"),
    ],
)
def test_what_is_wrong_in_the_file_is_one_line_that_names_it(
    load_text: Load, tmp_path: Path, text: str, line: int, said: str
) -> None:
    message = refusal(load_text, text)
    assert message.startswith(f"{tmp_path}/jobdiff.toml, line {line}: ")
    assert said in message


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("JOBDIFF_CRAWLER__DELAI", "1s", "did you mean 'JOBDIFF_CRAWLER__DELAY'?"),
        ("JOBDIFF_CRAWLER", "{}", "unknown environment variable JOBDIFF_CRAWLER"),
        ("JOBDIFF_BOARDS", "[]", "unknown environment variable JOBDIFF_BOARDS"),
        ("JOBDIFF_CRAWLER__DELAY", "soon", "JOBDIFF_CRAWLER__DELAY: crawler.delay: 'soon' is no"),
        ("JOBDIFF_NETWORK__ALLOW_PRIVATE", "?", "JOBDIFF_NETWORK__ALLOW_PRIVATE: network.allow"),
    ],
)
def test_what_is_wrong_in_a_variable_names_the_variable(
    load_text: Load, name: str, value: str, said: str
) -> None:
    assert load_text("", {"JOBDIFF_CRAWLER__DELAY": "1s"}).boards == ()
    assert said in refusal(load_text, "", {name: value})


def test_a_variable_that_the_file_names_as_a_secret_is_no_typo(load_text: Load) -> None:
    env = {"JOBDIFF_HOOK": "whsec_c2VjcmV0"}
    assert load_text(CHANNELS.replace("HOOK_SECRET", "JOBDIFF_HOOK"), env).channels
    assert "JOBDIFF_HOOK" in refusal(load_text, CHANNELS, env)


def test_a_file_that_is_not_there_or_no_text_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"missing\.toml does not exist"):
        load(tmp_path / "missing.toml", env={})
    loop = tmp_path / "loop.toml"
    loop.symlink_to(loop)
    with pytest.raises(NotFound, match="loop"):
        load(loop, env={})
    with pytest.raises(NotFound, match="is a folder; name the file in it"):
        load(tmp_path, env={})
    for unreadable in ("x" * 300, "~nobody-of-this-name/jobdiff.toml"):
        with pytest.raises(ConfigurationError, match=r"cannot be read: .*; check --config"):
            load(Path(unreadable), env={})
    file = tmp_path / "jobdiff.toml"
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigurationError, match="not UTF-8"):
        load(file, env={})


def test_windows_line_ends_and_a_byte_order_mark_are_no_trouble(tmp_path: Path) -> None:
    file = tmp_path / "jobdiff.toml"
    file.write_bytes(b'\xef\xbb\xbf[crawler]\r\ndelay = "3s"\r\n')
    assert load(file, env={}).crawler.delay == timedelta(seconds=3)


# --- secrets -----------------------------------------------------------------------------------


def test_secrets_are_looked_up_on_use_and_never_shown(load_text: Load, tmp_path: Path) -> None:
    config = load_text(CHANNELS)
    assert "TokenA" not in repr(config)
    assert "TokenA" not in str(config.model_dump())
    team, hook = config.channels
    assert resolve_secret(team.url or "") == "slack://TokenA/TokenB/TokenC"
    assert resolve_secret(hook.secret or "", {"HOOK_SECRET": "s3"}) == "s3"
    (tmp_path / "secret").write_text("from a file\n")
    assert resolve_secret(f"file:{tmp_path}/secret") == "from a file"
    assert resolve_secret("literal") == "literal"


def test_a_missing_secret_names_its_variable_or_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="HOOK_SECRET is not set"):
        resolve_secret("env:HOOK_SECRET", {})
    with pytest.raises(UsageError, match="nothing cannot be read: No such file"):
        resolve_secret(f"file:{tmp_path}/nothing")
    (tmp_path / "binary").write_bytes(b"\xff")
    with pytest.raises(UsageError, match="not text"):
        resolve_secret(f"file:{tmp_path}/binary")


def test_a_wrong_secret_is_not_repeated_in_the_message(load_text: Load) -> None:
    text = '[[channels]]\nname = "a"\nurl = "slack://verysecret"\nsecret = "hushhush"\nx = 1\n'
    message = refusal(load_text, text)
    assert "verysecret" not in message
    assert "hushhush" not in message


@pytest.mark.parametrize("url", ["sqlite:///jobs.db?mode=ro", "jobs.db?mode=ro"])
def test_a_database_has_no_options(url: str) -> None:
    assert load(database="sqlite:///jobs.db", env={}).database.endswith("jobs.db")
    with pytest.raises(ConfigurationError, match="name a file alone"):
        load(database=url, env={})
