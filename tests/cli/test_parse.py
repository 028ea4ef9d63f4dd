from datetime import UTC, datetime
from pathlib import Path

import pytest

from jobdiff.cli.parse import Since, Wanted, as_of, boards_from, read_text, since
from postings.errors import NotFound, UsageError

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "start"),
    [
        (None, Since()),
        ("42", Since(cursor=42)),
        ("2026-03-01", Since(at=datetime(2026, 3, 1, tzinfo=UTC))),
        ("2026-03-01T10:00:00+02:00", Since(at=datetime(2026, 3, 1, 8, tzinfo=UTC))),
        ("2d", Since(at=datetime(2026, 3, 8, 12, tzinfo=UTC))),
    ],
)
def test_since_is_a_cursor_a_date_or_a_duration(text: str | None, start: Since) -> None:
    assert since(text, NOW) == start


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "", "-5", "1e3", "9" * 30])
def test_another_since_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(UsageError, match=r"write a cursor \(42\)"):
        since(text, NOW)


@pytest.mark.parametrize("text", ["9999d", "42", "soon"])
def test_where_a_cursor_means_nothing_none_is_advised(text: str) -> None:
    assert since("2d", NOW, cursors=False).at
    with pytest.raises(UsageError, match=r"write a date \(2026-03-01\) or a duration \(2d\)"):
        since(text, NOW, cursors=False)


def test_as_of_a_date_is_the_end_of_that_day_and_an_instant_is_exact() -> None:
    assert as_of("2026-03-01") == datetime(2026, 3, 1, 23, 59, 59, 999999, tzinfo=UTC)
    assert as_of("2026-03-01T10:00:00Z") == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert as_of(None) is None
    with pytest.raises(UsageError, match="--as-of soon"):
        as_of("soon")


def test_lines_of_urls_are_boards_and_comments_are_not() -> None:
    text = "# mine\nhttps://one.example/jobs\n\n  https://two.example/careers  \n"
    assert boards_from(text, "list") == [
        Wanted("https://one.example/jobs"),
        Wanted("https://two.example/careers"),
    ]


def test_a_csv_names_its_columns_in_any_order() -> None:
    text = (
        'Name,URL,tags,every\n"One, Inc.",https://one.example,it; bern,6h\n,https://two.example,,\n'
    )
    assert boards_from(text, "list.csv") == [
        Wanted("https://one.example", "One, Inc.", ("it", "bern"), "6h"),
        Wanted("https://two.example"),
    ]


def test_a_csv_may_have_comments_empty_lines_and_semicolons() -> None:
    text = "# mine\r\n\r\nurl;name;tags\r\n# the first\r\nhttps://one.example;One;it, bern\r\n\r\n"
    assert boards_from(text, "list.csv") == [Wanted("https://one.example", "One", ("it", "bern"))]
    quoted = '"url","name"\rhttps://one.example,"One\rand more"\r'
    assert boards_from(quoted, "list.csv") == [Wanted("https://one.example", "One\nand more")]


def test_a_board_of_a_list_knows_where_it_stands() -> None:
    lines = boards_from("# mine\n\nhttps://one.example\nhttps://two.example\n", "list")
    assert [one.where for one in lines] == ["list, line 3", "list, line 4"]
    table = boards_from('url,name\n# x\nhttps://one.example,"a\nb"\nhttps://two.example,\n', "t")
    assert [one.where for one in table] == ["t, line 4", "t, line 5"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"url,name\n\nhttps://one.example,{'x' * 140_000}\n", "list.csv, line 3: it is no CSV"),
        ("url,colour\nhttps://one.example,red\n", "unknown column 'colour'"),
        ("url,name\n,Nameless\n", "list.csv, line 2: it has no url"),
        ("url,name\nhttps://one.example,One,more\n", "line 2: more fields"),
    ],
)
def test_what_a_csv_lacks_is_named_with_its_line(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        boards_from(text, "list.csv")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no such file"):
        read_text(str(tmp_path / "missing"))
    with pytest.raises(NotFound, match="is a folder"):
        read_text(str(tmp_path))
    with pytest.raises(NotFound, match="cannot be read"):
        read_text("null\0byte")
