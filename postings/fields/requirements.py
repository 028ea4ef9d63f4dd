"""What a posting asks for: skills, education, experience."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from postings.fields.text import lines
from postings.fields.values import (
    folded,
    is_placeholder,
    line_of,
    listed,
    number_of,
    present,
    texts,
)

_LONGEST_LINE: Final = 2_000
_MOST_SKILLS = 200
_LIST_MARKS = re.compile(r"[,;\n\u2022|]")
_LONGEST_SKILL = 60
_WORDS_OF_A_SKILL = 3

_MOST_MONTHS = 1200
_LONGEST_DURATION = 120
_NUMBERS: Final = {
    word: number
    for number, word in enumerate(
        ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    )
}
_DURATION = re.compile(
    rf"(?<![\w.,])(?P<number>\d{{1,3}}(?:[.,]\d)?|{'|'.join(_NUMBERS)})\s*\+?\s*"
    r"(?:(?:-|\u2013|to|or|bis|oder|à|ou|a|o|tot)\s*\d{1,3}\s*\+?\s*)?-?\s*"
    r"(?:(?P<year>years?|yrs?|jahre?n?|ans|an\(s\)|(?<=\b1 )an|années?|años?|anos?|ann[io]|jaar|år|"
    r"lata?|roky?|rok|let|года?|лет)(?![^\W_])|(?P<month>months?|monate?n?|mois|mes(?:es)?|mesi|"
    r"maand(?:en)?|månader|miesiąc\w*|месяц\w*)(?![^\W_])|(?P<jahre>年|년)|(?P<monate>[かヶ]月|개월))",
    re.IGNORECASE,
)
_UNTIL = re.compile(
    r"^\W*(?:to|bis|à|a|tot)\s+(?:less than|unter|moins de|menos de)?\W*$", re.IGNORECASE
)
# an upper bound, an age, or a time that is not the applicant's
_NO_MINIMUM = re.compile(
    r"\b(?:up to|less than|no more than|max\w*|under|bis zu|höchstens|unter|jusqu\w*|moins de"
    r"|hasta|menos de|fino a|meno di|tot|old(?:er)?|ago|aged?|alt|must be|over (?:16|18|21)"
    r"|since|seit|founded|in business|probation|probezeit|no experience|not required|hour)\b"
    r"|\bcontract\W+\d"
    r"|\b(?:within|last|past|over the)\s+(?:the\s+)?\w+\s+(?:years|months)\b|以内|以下|未満",
    re.IGNORECASE,
)
# what follows the time and says that it is that of something else, or no condition
_OF_ANOTHER_KIND = re.compile(
    r"\W*(?:or less|oder weniger|(?:fixed[ -]term |university |college )?(?:contract|degree|diploma"
    r"|apprenticeship)|ausbildung|lehre|studium|vertrag|befrist\w*|de contrat|de contrato)\b"
    r"|[^,;.]*\b(?:preferred|nice to have|a plus|von vorteil)\b",
    re.IGNORECASE,
)
# "entre 2 et 5 ans" are at least two
_BETWEEN = re.compile(
    r"\b(?:between|entre|zwischen|tra|fra|tussen|mellan|mellem|między|между)\s+(\d{1,2})\s+"
    r"(?:and|et|y|e|und|en|og|och|i|и)\s+(?=\d)",
    re.IGNORECASE,
)


def skills_of(node: Mapping[str, Any]) -> tuple[str, ...]:
    """The skills one by one; a text is taken apart where it is a list of short phrases."""
    found = [lines(text) for text in texts(node.get("skills"), "name", "description", "termcode")]
    each = (phrase for text in found for phrase in _phrases(text, alone=len(found) == 1))
    return tuple(dict.fromkeys(each))[:_MOST_SKILLS]


def _phrases(text: str, *, alone: bool) -> list[str]:
    """The phrases of a text; of one among others only if they are hardly more than words."""
    parts = [part.strip() for part in _LIST_MARKS.split(text)]
    if any(len(part) > _LONGEST_SKILL or part.endswith(".") for part in parts) or (
        not alone and any(len(part.split()) > _WORDS_OF_A_SKILL for part in parts)
    ):
        parts = text.split("\n")
    return [part[:_LONGEST_LINE] for part in parts if not is_placeholder(part)]


def education_of(node: Mapping[str, Any]) -> tuple[str, ...]:
    """The education asked for, as the page calls it."""
    said = (line_of(text) for text in _credentials(node.get("educationrequirements")))
    return tuple(dict.fromkeys(line[:_LONGEST_LINE] for line in said if line))


def _credentials(value: Any) -> list[str]:
    found: list[str] = []
    for item in listed(value):
        if isinstance(item, dict):
            asked = folded(item)
            names = ("credentialcategory", "name", "educationallevel", "description")
            found += texts(present(asked, *names), "name", "termcode")
        else:
            found += texts(item)
    return found


def experience_months_of(node: Mapping[str, Any]) -> float | None:
    """How many months of experience are asked for at least, where that is told."""
    for item in listed(node.get("experiencerequirements")):
        asked = folded(item) if isinstance(item, dict) else {"name": item}
        months = number_of(present(asked, "monthsofexperience"))
        if months is None:
            names = ("monthsofexperience", "description", "name")
            words = (text for name in names for text in texts(asked.get(name)))
            months = next((told for text in words if (told := _months_in(text)) is not None), None)
        if months is not None and 0 <= months <= _MOST_MONTHS:
            return months
    return None


def _months_in(text: str) -> float | None:
    """The least time that a short text names, if it names one: ``3-5 years`` are 36 months.

    >>> _months_in("Mindestens 2 Jahre"), _months_in("up to 2 years"), _months_in("5 years or so")
    (24, None, 60)
    """
    line = line_of(text) or ""
    if len(line) > _LONGEST_DURATION:
        return None
    line = _BETWEEN.sub(r"\1-", line)
    found = list(_DURATION.finditer(line))
    if len(found) == 2 and _UNTIL.match(line[found[0].end() : found[1].start()]):
        line, found = line[: found[0].end()], found[:1]
    if len(found) != 1 or _NO_MINIMUM.search(line):
        return None
    if _OF_ANOTHER_KIND.match(line, found[0].end()):
        return None
    word = found[0]["number"].lower().replace(",", ".")
    number = _NUMBERS.get(word, number_of(word)) or 0
    years = found[0]["year"] or found[0]["jahre"]
    return number_of(number * 12 if years else number)
