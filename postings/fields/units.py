"""Units of pay, HOUR to YEAR, in the words of many languages."""

from __future__ import annotations

import re
from typing import Final

_UNIT_WORDS: Final = (
    (
        "HOUR",
        (
            r"hour|hours|hourly|hr|hrs|hur|std|stunde|stunden|stündlich|stundenlohn|heure|heures|hora"
            r"|horas|ora|ore|uur|uren|timme|timmen|i timen|pr time|per time|godz|godzinę|h"
            r"|час|година|hodinu|hodina|óra|oră|saat|saatlik|tunti|tunnissa|jam|giờ"
        ),
        "時給|时薪|時薪|시급|/time",
    ),
    (
        "DAY",
        (
            r"day|days|daily|per diem|tag|täglich|tagessatz|jour|jours|día|dia|giorno|dag|dzień"
            r"|день|hari|ngày"
        ),
        "日給|日薪|일급",
    ),
    (
        "WEEK",
        (
            r"week|weeks|weekly|wk|wee|woche|wöchentlich|semaine|semana|settimana|vecka|uge|tydzień"
            r"|неделя|неделю|týden|viikko|minggu|tuần"
        ),
        "週給|周薪|주급",
    ),
    (
        "MONTH",
        (
            r"month|months|monthly|mo|mon|mth|monat|monatlich|mois|mensuel|mes|mensual|mensuales"
            r"|mensal|mês|mese|mensile|maand|månad|månaden|mån|måned|måneden|mies|miesiąc|miesięcznie"
            r"|месяц|мес|місяць|měsíc|měsíčně|mesiac|mesačne|hónap|hó|lună|kuukausi|kuukaudessa|kk"
            r"|ay|aylık|bulan|tháng"
        ),
        "月給|月薪|月收|/月|월급",
    ),
    (
        "YEAR",
        (
            r"year|years|yearly|yr|yrs|annual|annually|annum|ann|anno|jahr|jährlich|jahresgehalt"
            r"|par an|annuel|année|año|ano|anual|anuales|annuo|annua|jaar|år|året|årlig|rok"
            r"|rocznie|ročně|ročne|év|pe an|vuosi|vuodessa|год|рік|yıl|yıllık|tahun|năm|pa|lpa|ctc"
        ),
        "年収|年俸|年薪|/年|연봉|/an",
    ),
)
_UNITS: Final = tuple(
    (unit, re.compile(rf"(?<![^\W_])(?:{words})(?![^\W_])|(?:{signs})(?![a-z])", re.IGNORECASE))
    for unit, words, signs in _UNIT_WORDS
)
_GOOGLE_UNITS = frozenset(unit for unit, _ in _UNITS)


def unit_code(text: str | None) -> str | None:
    """One of HOUR DAY WEEK MONTH YEAR for what a page calls the unit; None for anything else."""
    if not text:
        return None
    upper = text.strip().upper()
    return upper if upper in _GOOGLE_UNITS else unit_in_words(text)


def unit_in_words(text: str) -> str | None:
    """The unit a text names, where it names exactly one."""
    plain = text.replace(".", "").replace("_", " ")
    units = {unit for unit, words in _UNITS if words.search(plain)}
    return units.pop() if len(units) == 1 else None
