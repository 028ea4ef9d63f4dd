"""Employment types in the words of pages."""

from __future__ import annotations

import pytest

from postings.fields.employment import employment_types


@pytest.mark.parametrize(
    ("text", "types"),
    [
        ("FT", "FULL_TIME"),
        ("PT", "PART_TIME"),
        ("80-100%", "FULL_TIME PART_TIME"),
        ("Pensum 60 %", "PART_TIME"),
        ("100%", "FULL_TIME"),
        ("0%", "OTHER"),
        ("120%", "OTHER"),
        ("Voll- oder Teilzeit", "FULL_TIME PART_TIME"),
        ("geringfügige Beschäftigung", "PART_TIME"),
        ("Werkstudent (m/w/d)", "PART_TIME"),
        ("Freiberuflich", "CONTRACTOR"),
        ("Plein temps", "FULL_TIME"),
        ("Mi-temps", "PART_TIME"),
        ("Temps de travail : 35 h", "OTHER"),
        ("Vast contract", "OTHER"),
        ("Tijdelijk contract", "TEMPORARY"),
        ("Contract voor bepaalde tijd", "TEMPORARY"),
        ("Onbepaalde tijd", "OTHER"),
        ("Uitzendkracht", "TEMPORARY"),
        ("Fixed-term contract", "TEMPORARY"),
        ("Employment contract", "OTHER"),
        ("Contract", "CONTRACTOR"),
        ("Fuldtid", "FULL_TIME"),
        ("Contrato de duración determinada", "TEMPORARY"),
        ("Tempo indeterminato", "OTHER"),
        ("Työharjoittelu", "INTERN"),
        ("Полный день", "FULL_TIME"),
    ],
)
def test_types_in_many_words(text: str, types: str) -> None:
    assert " ".join(sorted(employment_types([text]))) == types


def test_a_word_within_another_word_is_no_type_of_its_own() -> None:
    assert employment_types(["非常勤"]) == ("PART_TIME",)
    assert employment_types(["常勤"]) == ("FULL_TIME",)
    assert employment_types(["Full or part time"]) == ("FULL_TIME", "PART_TIME")
    assert employment_types(["Full/part time"]) == ("FULL_TIME", "PART_TIME")
