"""Rules about the terms: employment type, direct application, education and experience."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from postings.fields.employment import EIGHT
from postings.lint.at import At
from postings.lint.case import Case, Hit, Rule

_NOTHING_ASKED = "no requirements"
_CATEGORIES: Final = (
    "high school",
    "associate degree",
    "bachelor degree",
    "professional certificate",
    "postgraduate degree",
)


def _types_missing(case: Case) -> Iterator[Hit]:
    return _absent(case, "employmenttype", "employmentType")


def _types_invalid(case: Case) -> Iterator[Hit]:
    for item in _values(case, "employmenttype"):
        if item.value not in EIGHT:
            yield Hit("this is none of Google's eight, written exactly so", item)


def _direct_missing(case: Case) -> Iterator[Hit]:
    return _absent(case, "directapply", "directApply")


def _direct_not_boolean(case: Case) -> Iterator[Hit]:
    for item in _values(case, "directapply"):
        in_markup = not case.is_json and str(item.value).lower() in ("true", "false")
        if not isinstance(item.value, bool) and not in_markup:
            yield Hit("directApply is true or false", item)


def _education_missing(case: Case) -> Iterator[Hit]:
    return _absent(case, "educationrequirements", "educationRequirements")


def _education_invalid(case: Case) -> Iterator[Hit]:
    for item in _values(case, "educationrequirements"):
        if item.is_object:
            category = item.said("credentialcategory")
            told = list(category.each()) if category else [item]
            yield from (_no_category(one) for one in told if one.value not in _CATEGORIES)
        elif item.value != _NOTHING_ASKED:
            yield _no_category(item)


def _no_category(item: At) -> Hit:
    return Hit("this is none of the categories of education", item)


def _experience_missing(case: Case) -> Iterator[Hit]:
    return _absent(case, "experiencerequirements", "experienceRequirements")


def _experience_invalid(case: Case) -> Iterator[Hit]:
    for item in _values(case, "experiencerequirements"):
        months = item.said("monthsofexperience")
        if item.is_object and (months is None or not _is_number(months.value)):
            yield Hit("experienceRequirements has no number of monthsOfExperience", item)
        elif not item.is_object and item.value != _NOTHING_ASKED:
            yield Hit("experienceRequirements gives no monthsOfExperience", item)


def _is_number(value: object) -> bool:
    if isinstance(value, str):
        return value.strip().isascii() and value.strip().replace(".", "", 1).isdigit()
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _in_place_missing(case: Case) -> Iterator[Hit]:
    both = case.node.said("educationrequirements") and case.node.said("experiencerequirements")
    if both:
        name = "experienceinplaceofeducation"
        yield from _absent(case, name, "experienceInPlaceOfEducation")


def _in_place_alone(case: Case) -> Iterator[Hit]:
    for item in _values(case, "experienceinplaceofeducation"):
        if str(item.value).lower() == "true" and not (
            case.node.said("educationrequirements") and case.node.said("experiencerequirements")
        ):
            yield Hit("it needs educationRequirements and experienceRequirements", item)


def _absent(case: Case, name: str, shown: str) -> Iterator[Hit]:
    if case.node.said(name) is None:
        yield Hit(f"it has no {shown}", case.node.get(name))


def _values(case: Case, name: str) -> Iterator[At]:
    told = case.node.said(name)
    yield from told.each() if told else ()


RULES: Final = (
    Rule(
        "employment-type-missing", "info", "employmentType",
        "employmentType is recommended.", "Google", _types_missing,
    ),
    Rule(
        "employment-type-invalid", "warning", "employmentType",
        "employmentType is one or more of Google's eight words, in capitals.", "Google",
        _types_invalid, covers=("employment-type-unknown", "employment-type-unreadable"),
    ),
    Rule(
        "direct-apply-missing", "info", "directApply",
        "directApply is recommended.", "Google", _direct_missing,
    ),
    Rule(
        "direct-apply-not-boolean", "info", "directApply",
        "directApply is true or false.", "Google", _direct_not_boolean,
        covers=("direct-apply-unreadable",),
    ),
    Rule(
        "education-missing", "info", "educationRequirements",
        "educationRequirements is recommended (beta).", "Google", _education_missing,
    ),
    Rule(
        "education-invalid", "warning", "educationRequirements",
        "credentialCategory is one of five words, or the text is `no requirements`.", "Google",
        _education_invalid,
    ),
    Rule(
        "experience-missing", "info", "experienceRequirements",
        "experienceRequirements is recommended (beta).", "Google", _experience_missing,
    ),
    Rule(
        "experience-invalid", "warning", "experienceRequirements",
        "monthsOfExperience is a number, or the text is `no requirements`.", "Google",
        _experience_invalid,
    ),
    Rule(
        "experience-in-place-missing", "info", "experienceInPlaceOfEducation",
        "Where both are asked, it says whether experience may stand in for education (beta).",
        "Google", _in_place_missing,
    ),
    Rule(
        "experience-in-place-alone", "warning", "experienceInPlaceOfEducation",
        "experienceInPlaceOfEducation needs education and experience to be given.", "Google",
        _in_place_alone,
    ),
)  # fmt: skip
