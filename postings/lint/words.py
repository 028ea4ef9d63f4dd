"""Rules about the words: the title and the description."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from postings.fields.text import one_line, squash
from postings.lint.at import At
from postings.lint.case import Case, Hit, Rule

_CODE = re.compile(
    r"#\s?\d{2,}|\(\s*\d{4,}\s*\)|\b\d{5,}\b"
    r"|\b(?:req|requisition|job|ref|reference|id|kennziffer)\b[\s.:#-]*(?:id|no|nr)?[\s.:#-]*"
    r"[A-Z]{0,4}-?\d{3,}"
    r"|\b(?!(?:ISO|DIN|EN|IEC|SAP|AS)-)[A-Z]{1,4}-\d{3,}\b",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\b\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})\b|\b20[1-4]\d(?:[-/.]\d{1,2}){0,2}(?!\d)"
)
_SALARY = re.compile(
    r"[$€£¥₹]\s?\d|\d\s?k?\s?(?:[$€£¥₹]|(?:usd|eur|gbp|chf|cad|aud|inr)\b)"
    r"|\b(?:usd|eur|gbp|chf|cad|aud|inr)\s?\d|\d\s?k?\s?(?:/|\bper\b)\s?(?:h|hr|hour|yr|year|month)\b",
    re.IGNORECASE,
)
_DECORATED = re.compile(
    "!|\\*\\*|(?:^|\\s)\\*|\\*(?:\\s|$)|[~=_+#-]{3,}"
    "|[\u2190-\u21ff\u2500-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]"
)
_LEGAL_FORM = re.compile(
    r"[\s,]+(?:inc|ltd|llc|gmbh|ag|sa|plc|corp|co|bv|oy|ab|as|srl|spa|sarl|se)\.?$", re.IGNORECASE
)
_BREAKS = re.compile(r"[\n\r]|<\s*(?:br|p|li|ul|ol|div|h[1-6]|tr|table)\b", re.IGNORECASE)
_ESCAPED = re.compile(
    r"&lt;\s*/?\s*(?:br|p|li|ul|ol|div|b|i|strong|em|span|h[1-6]|a|table)\b"
    r"|&amp;(?:amp|lt|gt|quot|nbsp|apos|#x?[0-9a-f]{1,6});",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[^<>]*>")
_LONG = 500
_SHORT = 100
_CAPITALS = 8


def _title_missing(case: Case) -> Iterator[Hit]:
    if case.posting.title is None or case.node.said("title") is None:
        yield Hit("it has no title", case.node.get("title", "name", "jobtitle"))


def _title_code(case: Case) -> Iterator[Hit]:
    yield from _in_title(case, _CODE, "a code")
    number = case.posting.identifier.value or ""
    title = case.posting.title or ""
    known = len(number) > 2 and any(map(str.isdigit, number)) and number in title
    if known and not _CODE.search(title):
        yield Hit(f"the title contains the posting's identifier: {number}", case.node.get("title"))


def _title_date(case: Case) -> Iterator[Hit]:
    return _in_title(case, _DATE, "a date")


def _title_salary(case: Case) -> Iterator[Hit]:
    return _in_title(case, _SALARY, "a salary")


def _title_decorated(case: Case) -> Iterator[Hit]:
    return _in_title(case, _DECORATED, "decoration")


def _in_title(case: Case, pattern: re.Pattern[str], what: str) -> Iterator[Hit]:
    found = pattern.search(case.posting.title or "")
    if found:
        told = found.group().strip()
        yield Hit(f"the title contains {what}: {told}", case.node.get("title"))


def _title_company(case: Case) -> Iterator[Hit]:
    name = case.posting.organization.name or ""
    for spelling in dict.fromkeys((name, _LEGAL_FORM.sub("", name))):
        if _has_words(case.posting.title, spelling):
            told = f"the title contains the employer's name: {spelling}"
            yield Hit(told, case.node.get("title"))
            break


def _title_location(case: Case) -> Iterator[Hit]:
    for place in case.posting.locations:
        for part in (place.street, place.postal_code, place.locality):
            if _has_words(case.posting.title, part):
                yield Hit(f"the title contains the place of work: {part}", case.node.get("title"))
                return


def _has_words(text: str | None, words: str | None) -> bool:
    if not text or not words or len(words) < 3:
        return False
    pattern = rf"(?<!\w){re.escape(words.casefold())}(?!\w)"
    return re.search(pattern, text.casefold()) is not None


def _title_capitals(case: Case) -> Iterator[Hit]:
    title = case.posting.title or ""
    if title.isupper() and sum(map(str.isalpha, title)) >= _CAPITALS:
        yield Hit("the title is written in capitals only", case.node.get("title"))


def _description_missing(case: Case) -> Iterator[Hit]:
    if case.posting.description_html is None or case.node.said("description") is None:
        yield Hit("it has no description", case.node.get("description", "jobdescription"))


def _description_title(case: Case) -> Iterator[Hit]:
    text = _plain(case)
    if text and text.casefold() == (case.posting.title or "").casefold():
        yield Hit("the description is the title again", case.node.get("description"))


def _description_short(case: Case) -> Iterator[Hit]:
    text = _plain(case)
    if text and len(text) < _SHORT and text.casefold() != (case.posting.title or "").casefold():
        told = f"{len(text)} characters do not describe a job"
        yield Hit(told, case.node.get("description"))


def _plain(case: Case) -> str:
    html = case.posting.description_html or ""
    return one_line(html) if len(html) < 5 * _LONG else squash(_TAG.sub(" ", html))


def _description_breaks(case: Case) -> Iterator[Hit]:
    for text in _raw_descriptions(case):
        if len(text.value) > _LONG and not _BREAKS.search(text.value):
            told = f"{len(text.value)} characters without a paragraph or line end"
            yield Hit(told, text)


def _description_escaped(case: Case) -> Iterator[Hit]:
    for text in _raw_descriptions(case):
        if found := _ESCAPED.search(text.value):
            yield Hit(f"markup is escaped twice: {found.group()}", text)


def _raw_descriptions(case: Case) -> Iterator[At]:
    told = case.node.said("description", "jobdescription")
    for item in told.each() if told else ():
        if isinstance(item.value, str):
            yield item


RULES: Final = (
    Rule(
        "title-missing", "error", "title",
        "The title is required.", "Google", _title_missing, covers=("title-unreadable",),
    ),
    Rule(
        "title-has-code", "warning", "title",
        "The title names the job alone, without job codes.", "Google", _title_code,
    ),
    Rule(
        "title-has-date", "warning", "title",
        "The title names the job alone, without dates.", "Google", _title_date,
    ),
    Rule(
        "title-has-salary", "warning", "title",
        "The title names the job alone, without salaries.", "Google", _title_salary,
    ),
    Rule(
        "title-has-company", "warning", "title",
        "The title names the job alone, without the company's name.", "Google", _title_company,
    ),
    Rule(
        "title-has-location", "warning", "title",
        "The title names the job alone, without its address or town.", "Google", _title_location,
    ),
    Rule(
        "title-decorated", "warning", "title",
        "The title has no decorative punctuation, arrows or emoji.", "Google", _title_decorated,
    ),
    Rule(
        "title-all-capitals", "warning", "title",
        "The title is not written in capitals only.", "Google", _title_capitals,
    ),
    Rule(
        "description-missing", "error", "description",
        "The description is required.", "Google", _description_missing,
        covers=("description-unreadable",),
    ),
    Rule(
        "description-is-title", "warning", "description",
        "The description is more than the title.", "Google", _description_title,
    ),
    Rule(
        "description-short", "warning", "description",
        "The description is complete: duties, qualifications, hours.", "Google", _description_short,
    ),
    Rule(
        "description-without-breaks", "warning", "description",
        "A long description has paragraphs or line ends.", "Google", _description_breaks,
    ),
    Rule(
        "description-escaped-twice", "warning", "description",
        "The description's HTML is not escaped once too often.", "jobdiff", _description_escaped,
    ),
)  # fmt: skip
