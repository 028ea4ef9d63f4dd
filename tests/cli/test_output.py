import io
import json
from collections.abc import Callable

import pytest
from rich.console import Console
from rich.table import Table
from rich.text import Text

from crawler.ports import Progress
from jobdiff.cli.output import Output, json_line
from jobdiff.cli.progress import crawl_bars


def test_json_is_one_line_in_the_words_of_the_page() -> None:
    line = json_line({"title": "Ingénieur·e\nSystèmes"})
    assert line == '{"title": "Ingénieur·e\\nSystèmes"}'


@pytest.mark.parametrize("text", ["half a surrogate \ud800", "Ingénieur·e 👩"])
def test_what_the_encoding_cannot_carry_is_escaped(text: str) -> None:
    line = json_line({"title": text}, "ascii")
    assert line.isascii()
    assert json.loads(line) == {"title": text}


def test_nothing_but_objects_with_json(capsys: pytest.CaptureFixture[str]) -> None:
    out = Output(json=True)
    out.show("for people")
    out.line({"a": 1})
    out.note("beside the\nresult")
    assert capsys.readouterr() == ('{"a": 1}\n', "beside the result\n")


def test_lines_in_a_pipe_end_where_their_text_ends(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table("name", "note", width=60)
    table.add_row("one", "")
    Output(json=False).show(table)
    assert all(line == line.rstrip() for line in capsys.readouterr().out.splitlines())


def test_a_long_line_is_not_broken(capsys: pytest.CaptureFixture[str]) -> None:
    Output(json=False).show("word " * 100)
    assert capsys.readouterr().out.count("\n") == 1


ROW = {"name": "Night baker", "where": "Bergen, Vestland, NO", "note": "https://one.example/" * 4}


def _table() -> Table:
    table = Table()
    for name in ROW:
        table.add_column(name, no_wrap=True)
    table.add_row(ROW["name"], Text(ROW["where"]), ROW["note"])
    table.add_row("Nobody", "", "")
    return table


@pytest.mark.parametrize("width", [10, 40, 79])
def test_a_narrow_screen_has_every_cell_with_its_columns_name(width: int) -> None:
    out = Output(json=False)
    screen = io.StringIO()
    out.console = Console(file=screen, force_terminal=True, width=width, color_system=None)
    out.show(_table())
    told = "".join(screen.getvalue().split())
    for name, cell in ROW.items():
        assert f"{name}:{''.join(cell.split())}" in told
    assert told.endswith("name:Nobody")
    assert max(map(len, screen.getvalue().splitlines())) <= width


@pytest.mark.parametrize("columns", ["", "0", "1", "40", "59", "many"])
def test_a_pipe_is_no_narrow_screen(
    columns: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    Output(json=False).show(_table())
    lines = capsys.readouterr().out.splitlines()
    assert any(all(cell in line for cell in ROW.values()) for line in lines)


class Screen(Output):
    """An output whose stderr is a terminal."""

    def __init__(self) -> None:
        super().__init__(json=False)
        self.screen = io.StringIO()
        self.errors = Console(file=self.screen, force_terminal=True, width=100)


def test_progress_is_a_line_a_board_on_a_terminal() -> None:
    out = Screen()
    with crawl_bars(out) as bars, bars.following("ACME [bold]Ltd[/]") as follow:
        assert follow is not None
        follow(Progress(pages=12, not_modified=9, postings=3))
    shown = out.screen.getvalue()
    assert "ACME [bold]Ltd[/]" in shown
    assert "12 pages · 9 not modified · 3 postings" in shown


def test_results_stay_on_stdout_while_progress_is_shown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = Screen()
    with crawl_bars(out) as bars, bars.following("ACME"):
        out.line({"a": 1})
    assert capsys.readouterr().out == '{"a": 1}\n'
    assert "ACME" in out.screen.getvalue()


def test_without_a_terminal_there_is_no_progress(capsys: pytest.CaptureFixture[str]) -> None:
    followers: list[Callable[[Progress], None] | None] = []
    with crawl_bars(Output(json=True)) as bars, bars.following("ACME") as follow:
        followers.append(follow)
    assert followers == [None]
    assert capsys.readouterr().err == ""
