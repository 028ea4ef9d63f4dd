import tomllib
from typing import Any

from jobdiff.config.lines import key_lines, line_of

DOCUMENT = '''\
# a comment with [brackets] and x = 1
database = "sqlite:///a.db"  # [not.a.table]

[crawler]
contact = """
[[boards]]
url = "not a board"
"""
"odd key".'dotted part' = [
  "[[boards]]", # url = 3
  {x = 1},
]

[[boards]]
url = "https://one.example"

[[boards]]
tags = ["a",
  "b"]
url = 'https://two.example#x'
  [boards.extra]
  deep = 1
  [[boards.more]]
  a = 1
  [[boards.more]]
  b = 2
last.one = 1'''


def test_every_key_of_a_document_is_found_on_its_line() -> None:
    lines = key_lines(DOCUMENT)
    assert tomllib.loads(DOCUMENT)["boards"][1]["more"][1]["last"]["one"] == 1
    assert lines == {
        ("database",): 2,
        ("crawler",): 4,
        ("crawler", "contact"): 5,
        ("crawler", "odd key", "dotted part"): 9,
        ("boards",): 14,
        ("boards", 0): 14,
        ("boards", 0, "url"): 15,
        ("boards", 1): 17,
        ("boards", 1, "tags"): 18,
        ("boards", 1, "url"): 20,
        ("boards", 1, "extra"): 21,
        ("boards", 1, "extra", "deep"): 22,
        ("boards", 1, "more"): 23,
        ("boards", 1, "more", 0): 23,
        ("boards", 1, "more", 0, "a"): 24,
        ("boards", 1, "more", 1): 25,
        ("boards", 1, "more", 1, "b"): 26,
        ("boards", 1, "more", 1, "last", "one"): 27,
    }


def test_what_stands_in_an_inline_table_is_on_the_line_of_its_key() -> None:
    lines = key_lines('a = 1\nboards = [{url = "x", evry = "6h"}]\n')
    path: tuple[Any, ...] = ("boards", 0, "evry")
    assert line_of(lines, path) == 2
    assert line_of(lines, ("nowhere", "else")) is None
    assert line_of(key_lines("a b = 3\n"), ("a b",)) == 1
