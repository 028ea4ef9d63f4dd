"""Documents in the manner of JSONTestSuite: y_ are JSON, n_ are not, i_ may be either.

None may raise out of the reader, bare or in a script, with a good block next to it; and what is
JSON is read as JSON.
"""

from __future__ import annotations

import json

import pytest

from postings.reading import read_document

URL = "https://careers.example.org/jobs/"
GOOD = b'<script type="application/ld+json">{"@type":"JobPosting","title":"Good"}</script>'
DEEP = 30_000

VALID = [
    b"{}",
    b"[]",
    b'""',
    b"0",
    b"-0",
    b"1",
    b"-1",
    b"1.5",
    b"1e5",
    b"1E+5",
    b"1e-5",
    b"-0.0",
    b"true",
    b"false",
    b"null",
    b" [] ",
    b"\t{}\n",
    b"\r\n[\r\n]\r\n",
    b"[1,2,3]",
    b'{"a":1}',
    b'{"a":{"b":{"c":[]}}}',
    b'{"":0}',
    b'{"a":"b","c":"d"}',
    b'["\\u0041"]',
    b'["\\""]',
    b'["\\\\"]',
    b'["\\/"]',
    b'["\\b\\f\\n\\r\\t"]',
    b'["\\ud83d\\ude00"]',
    b'["\xe2\x82\xac"]',
    b'["\xf0\x9f\x98\x80"]',
    b'["\xe2\x80\xa8"]',
    b'["\xe2\x80\xa9"]',
    b'["\x7f"]',
    b'["a/*b*/c"]',
    b'["// no comment"]',
    b'[null,1,"1",{}]',
    b"[[[[[[]]]]]]",
    b'{"a":[]}',
    b'{"a":null}',
    b"[123e65]",
    b"[1e00]",
    b"[0e1]",
    b"[0e+1]",
    b"[20e1]",
    b"[-123]",
    b"[123.456789]",
    b'["\\u0000"]',
    b'["\\uFFFE"]',
    b'["\\u200B"]',
    b'["\\u2064"]',
    b'{"min":-1.0e+28}',
    b'{"title":"\\u041f\\u043e"}',
    b'["new\\u000aline"]',
    b'["\xc2\xa0"]',
]
INVALID = [
    b"",
    b" ",
    b"[",
    b"]",
    b"{",
    b"}",
    b"[1,]",
    b"[,1]",
    b"[1,,2]",
    b"[1 2]",
    b"[1:2]",
    b'{"a"}',
    b'{"a":}',
    b'{"a" 1}',
    b"{:1}",
    b'{"a":1,}',
    b'{,"a":1}',
    b'{"a":1 "b":2}',
    b"{a:1}",
    b"{'a':1}",
    b'{"a":1}}',
    b"[]]",
    b"[1}",
    b'{"a":1]',
    b'["a',
    b'["a"',
    b'["\\',
    b'["\\"',
    b'["\\u',
    b'["\\u00',
    b'["\\u00g0"]',
    b'["\\x00"]',
    b'["\\a"]',
    b'["\\ud800\\"]',
    b"[+1]",
    b"[01]",
    b"[-]",
    b"[-01]",
    b"[1.]",
    b"[.5]",
    b"[1e]",
    b"[1e+]",
    b"[0x1]",
    b"[1_000]",
    b"[1,000]",
    b"[NaN]",
    b"[Infinity]",
    b"[-Infinity]",
    b"[nul]",
    b"[True]",
    b"[undefined]",
    b"nulll",
    b"truefalse",
    b"[] []",
    b"{} {}",
    b"1 2",
    b'"a" "b"',
    b"/**/",
    b"//",
    b"[/**/]",
    b"[1]//x",
    b"<!-- {} -->",
    b"#",
    b"*",
    b"\\",
    b'"',
    b"'",
    b"'a'",
    b"`a`",
    b"(1)",
    b"[1;2]",
    b"{;}",
    b"[\x00]",
    b"[\x0b]",
    b"[\x0c]",
    b'["\n"]',
    b'["\t"]',
    b'["\x01"]',
    b"\xef\xbb\xbf",
    b"\xef\xbb\xbf{}",
    b"\xff\xfe[\x00]\x00",
    b"\xfe\xff\x00[\x00]",
    b"\xff",
    b"[\xff]",
    b'["\xe9"]',
    b'["\xed\xa0\x80"]',
    b'["\xf4\xbf\xbf\xbf"]',
    b'["\xc0\xaf"]',
    b'["\x81"]',
    b"\xe2\x81\xa0[]",
    b"[\xc2\xa0]",
    b'{"a":"b"}#',
    b'{"a":"b"}/**/',
    b'{"a":/*x*/"b"}',
    b'{"a":"b",,"c":"d"}',
    b'{"a":true} "x"',
    b'["\xe2\x80\x9ca\xe2\x80\x9d"',
    b"[1,\n1\n,1",
    b"abc",
    b"[a",
    b"[\xe5",
    b"{}}",
    b"]]]]",
    b"}{",
    b"[[[[[[",
    b"{{{{{{",
    b'{"a":{"b":{"c":[',
    b"&quot;&quot;",
    b"[&quot;a&quot;]",
    b"%7B%7D",
]
EITHER = [
    b"[1e400]",
    b"[-1e400]",
    b"[1e-400]",
    b"[" + b"9" * 5000 + b"]",
    b"[0." + b"1" * 5000 + b"]",
    b"[1" + b"0" * 400 + b".0]",
    b'["\\ud800"]',
    b'["\\udc00\\ud800"]',
    b'["\\ud800\\ud800"]',
    b'["\\uDFAA"]',
    b'["\\ud83dx"]',
    b'{"a":1,"a":2}',
    b'{"a":{},"a":[]}',
    b'{"@type":1,"@type":2}',
    b"[" * DEEP,
    b"[" * DEEP + b"]" * DEEP,
    b'{"a":' * DEEP,
    b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    b"[{" * DEEP,
    b'["' * DEEP,
    b"[" + b"[]," * DEEP + b"[]]",
    b"[" + b'"",' * DEEP + b'""]',
    b'{"' + b"a" * 100_000 + b'":1}',
    b'["' + b"\\" * 100_001 + b'"]',
    b'["' + b"\\u0041" * 20_000 + b'"]',
    b" " * 100_000 + b"{}",
    b"\xff\xfe{\x00}\x00",
    b"\x00{\x00}",
    b"{}" * 20_000,
    b"{}\n" * 20_000,
    b"1" * 100_000,
    b"-" * 100_000,
    b'"' * 100_001,
    b"," * 100_000,
    b":" * 100_000,
    b"&quot;" * 20_000,
    b"/*" * 50_000,
    b"//" * 50_000,
    b"<!--" * 30_000,
    b";" * 100_000,
    b"}" * 100_000,
    b"[1," * DEEP,
    b'{"a":1,' * 10_000,
    b"'" * 100_001,
    b"\\" * 100_000,
    b"[" + b"null," * 20_000 + b"null]",
]

PYTHON_READS_THEM = {
    b"[NaN]",
    b"[Infinity]",
    b"[-Infinity]",
    b"\xef\xbb\xbf{}",
    b'["\xed\xa0\x80"]',
    b"\xff\xfe[\x00]\x00",
    b"\xfe\xff\x00[\x00]",
}


def shown(document: bytes) -> str:
    return f"{document[:20]!r}-{len(document)}"


def test_there_are_enough_of_them() -> None:
    assert len(VALID) + len(INVALID) + len(EITHER) >= 150
    for document in VALID:
        json.loads(document)
    for document in set(INVALID) - PYTHON_READS_THEM:
        with pytest.raises(ValueError):  # noqa: PT011 - of the encoding or of the JSON
            json.loads(document)


@pytest.mark.parametrize("document", [*VALID, *INVALID, *EITHER], ids=shown)
def test_nothing_raises_and_the_neighbours_are_read(document: bytes) -> None:
    block = b'<script type="application/ld+json">' + document + b"</script>"
    page = b"<!doctype html><html>" + GOOD + block + GOOD.replace(b"Good", b"Better") + b"</html>"
    reading = read_document(page, URL, "text/html; charset=utf-8")
    assert [posting.title for posting in reading.postings] == ["Good", "Better"]
    read_document(document, URL, "application/json")


@pytest.mark.parametrize("document", [*VALID, *INVALID, *EITHER], ids=shown)
def test_inside_a_posting_it_costs_at_most_that_posting(document: bytes) -> None:
    posting = b'{"@type":"JobPosting","title":"Chef","x":' + document + b"}"
    block = b'<script type="application/ld+json">' + posting + b"</script>"
    titles = [one.title for one in read_document(GOOD + block, URL, "text/html").postings]
    assert titles[0] == "Good"
    read_document(posting, URL, "application/json")
    if document in VALID:
        assert titles == ["Good", "Chef"]
