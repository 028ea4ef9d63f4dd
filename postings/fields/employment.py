"""Employment types: many words in many languages for Google's eight values."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

EIGHT: Final = (
    "FULL_TIME",
    "PART_TIME",
    "CONTRACTOR",
    "TEMPORARY",
    "INTERN",
    "VOLUNTEER",
    "PER_DIEM",
    "OTHER",
)

# of these the word "contract" says nothing: everybody who is employed has one
_EMPLOYED_BY_CONTRACT = re.compile(
    r"\b(permanent|regular|direct|employment|temporary|fixed[\s-]*term|vaste?|tijdelijk|arbeids)"
    r"[\s-]*contract\b",
    re.IGNORECASE,
)
_WORKLOAD = re.compile(
    r"^(?:pensum|taux|workload|besch[äa]ftigungsgrad|percentuale)?\W*"
    r"(?P<least>\d{1,3})\s*%?(?:\s*[-\u2013/]\s*(?P<most>\d{1,3}))?\s*%(?:\s*pensum)?$",
    re.IGNORECASE,
)


def _words(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.IGNORECASE)


_PATTERNS: Final = (
    (
        "FULL_TIME",
        _words(
            r"full[\s_-]*time", r"\bfull\s*-?\s*(?:/|,|&|or|and)\s*-?\s*part[\s_-]*time",
            r"\bvoll(?:zeit|tid)", r"temps[\s-](?:plein|complet)",
            r"\bvoll\s*-?\s*(?:/|,|&|oder|und|bzw\.?)\s*-?\s*teilzeit", r"plein[\s-]temps",
            r"(?<![^\W_])f\.?/?t(?![^\W_])", r"\bfuldtid", r"полный день",
            r"(?:tiempo|jornada|tempo)[\s-](?:completa|completo|pieno|integral|inteiro)",
            r"per[ií]odo integral", r"voltijd", r"\bheltid", r"pełny etat", r"pełen etat",
            r"pln[ýy] [úu]v[äa]zok", r"pln[ýy] [úu]vazek", r"teljes (?:munkaid|állás)",
            r"kokoaika", r"kokopäivä", r"normă întreagă", r"puno radno", r"πλήρης",
            r"полн(?:ая|ый)\s+(?:занятость|рабочий)", r"повна зайнятість", r"tam zamanlı",
            r"正社員", r"フルタイム", r"(?<!非)常勤", r"全[职職]", r"정규직", r"toàn thời gian",
            r"penuh waktu", r"เต็มเวลา", r"دوام كامل", r"משרה מלאה",
        ),
    ),
    (
        "PART_TIME",
        _words(
            r"part[\s_-]*time", r"teilzeit", r"temps[\s-]partiel", r"mini-?job", r"media jornada",
            r"\bmi-temps", r"(?<![^\W_])p\.?/?t(?![^\W_])", r"geringf[üu]gig", r"werkstudent",
            r"(?:tiempo|jornada|tempo)[\s-](?:parcial|parziale)", r"meio per[ií]odo", r"deeltijd",
            r"\bdeltid", r"część etatu", r"niepełny etat", r"(?:zkrácený|částečný) úvazek",
            r"skrátený úväzok", r"részmunkaid", r"osa-?aika", r"normă parțială", r"μερική",
            r"(?:неполная|частичная) занятость", r"yarı zamanlı", r"アルバイト", r"パート",
            r"非常勤", r"兼[职職]", r"시간제", r"bán thời gian", r"paruh waktu", r"دوام جزئي",
            r"משרה חלקית",
        ),
    ),
    (
        "CONTRACTOR",
        _words(
            r"\bcontract(?:or|ors|ual|ing)?\b(?!\s*(?:à|voor))", r"freelanc",
            r"frei(?:e|er) mitarbeit", r"freiberuf",
            r"selbst(?:st)?[äa]ndig", r"ind[ée]pendant", r"aut[óo]nomo", r"libero professionista",
            r"\bzzp", r"\bb2b\b", r"業務委託", r"外包", r"프리랜서",
        ),
    ),
    (
        "TEMPORARY",
        _words(
            r"\btemp(?:orary|orar)?\b", r"(?<!on)bepaalde tijd", r"\buitzend",
            r"tempor[äa]r", r"(?<!un)befristet", r"\bcdd\b",
            r"int[ée]rim", r"dur[ée]e d[ée]termin", r"\btemporal\b",
            r"(?<!in)determina(?:to|d[oa])\b",
            r"tempor[áa]ri", r"tijdelijk", r"vikariat", r"visstid", r"fixed[\s-]*term", r"seasonal",
            r"saison", r"czas określony", r"zeitarbeit", r"m[äa][äa]r[äa]aikai", r"契約社員",
            r"派遣", r"계약직", r"thời vụ",
        ),
    ),
    (
        "INTERN",
        _words(
            r"\bintern(?:s|ship|ships)?\b", r"praktik", r"\bstage(?:plaats)?\b", r"\bstagi",
            r"becari", r"pr[áa]cticas", r"tirocini", r"est[áa]gi", r"\bsta[żž]", r"インターン",
            r"[实實]习|實習", r"인턴", r"thực tập", r"\bmagang\b", r"harjoittel",
            r"стаж[её]р|стажировка",
            r"staj",
        ),
    ),
    (
        "VOLUNTEER",
        _words(
            r"volunteer", r"ehrenamt", r"b[ée]n[ée]vol", r"volunt[aá]ri", r"vrijwillig",
            r"frivillig", r"wolontari", r"dobrovoln", r"ボランティア", r"志[愿願]",
        ),
    ),
    ("PER_DIEM", _words(r"per[\s_-]*diem", r"\bprn\b")),
)  # fmt: skip


def employment_types(values: Iterable[str]) -> tuple[str, ...]:
    """The types that the texts name, in their order; OTHER where they name none of the eight.

    >>> employment_types(["Part-time / full-time"]), employment_types(["Term Time"])
    (('PART_TIME', 'FULL_TIME'), ('OTHER',))
    """
    texts = list(values)
    found = [kind for text in texts for kind in _types_in(text)]
    return tuple(dict.fromkeys(found)) or (("OTHER",) if texts else ())


def _types_in(text: str) -> list[str]:
    if text in EIGHT:
        return [text]
    if workload := _WORKLOAD.match(text.strip()):
        return _types_of_workload(workload)
    said = _EMPLOYED_BY_CONTRACT.sub(r"\1 ", text.replace("_", " "))
    places = [(match.start(), kind) for kind, words in _PATTERNS if (match := words.search(said))]
    return [kind for _, kind in sorted(places)]


def _types_of_workload(found: re.Match[str]) -> list[str]:
    """What a share of a full position says, as ``60 %`` or ``80-100%`` on Swiss pages."""
    shares = [int(share) for share in found.group("least", "most") if share]
    if not all(0 < share <= 100 for share in shares):
        return []
    kinds = {"FULL_TIME" if share == 100 else "PART_TIME" for share in shares}
    return sorted(kinds)
