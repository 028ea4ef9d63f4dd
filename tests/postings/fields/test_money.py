"""Salaries in all their spellings."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postings.fields.currencies import currency_code
from postings.fields.money import salary_of
from postings.fields.units import unit_code
from postings.model import Salary


def read(value: Any, *countries: str, **node: Any) -> tuple[Any, ...] | None:
    salary = salary_of({"basesalary": value, **node}, countries).salary
    if salary is None:
        return None
    return (salary.min, salary.max, salary.currency, salary.unit)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("£13.65/hour - £14.03/hour (CRB18)", (13.65, 14.03, "GBP", "HOUR")),
        ("$120k–$150k", (120000, 150000, None, None)),
        ("120-150k", (120000, 150000, None, None)),
        ("120,000", (120000, 120000, None, None)),
        ("Band 6 £31,365 to £37,890 a year", (31365, 37890, "GBP", "YEAR")),
        ("10-12 lakh", (1000000, 1200000, "INR", None)),
        ("4-6 LPA", (400000, 600000, "INR", "YEAR")),
        ("Rs. 5,00,000", (500000, 500000, "INR", None)),
        ("10 - 15 triệu", (10000000, 15000000, "VND", None)),
        ("月給25万円～30万円", (250000, 300000, "JPY", "MONTH")),
        ("ab 3.000 € pro Monat", (3000, None, "EUR", "MONTH")),
        ("From $20 an hour", (20, None, None, "HOUR")),
        ("up to £30,000 per annum", (None, 30000, "GBP", "YEAR")),
        ("1 200 000 - 1 500 000 SEK/år", (1200000, 1500000, "SEK", "YEAR")),
        ("CHF 90'000 - 110'000", (90000, 110000, "CHF", None)),
        ("€ 2.500,50 – € 3.100 bruto per maand", (2500.5, 3100, "EUR", "MONTH")),
        ("US$ 5,000/month", (5000, 5000, "USD", "MONTH")),
        ("R$ 2.500,00", (2500, 2500, "BRL", None)),
        ("50,000 to 60,000 per year", (50000, 60000, None, "YEAR")),
        ("$18.50 - $22 per hour, 40 hours", (18.5, 22, None, "HOUR")),
        ("£1..2 - £20", (20, 20, "GBP", None)),
        ("£30,000 or £35,000", (30000, 30000, "GBP", None)),
        ("£30,000 and 25 days off", (30000, 30000, "GBP", None)),
        ("£30,000, 37.5 hours per week", (30000, 30000, "GBP", None)),
        ("$500-$2k", (500, 2000, None, None)),
        ("AUD $75,000", (75000, 75000, "AUD", None)),
        ("30 à 35 k€ brut/an", (30000, 35000, "EUR", "YEAR")),
        ("500 000 Ft/hó", (500000, 500000, "HUF", "MONTH")),
        ("80k–100k €", (80000, 100000, "EUR", None)),
        ("60-70 T€", (60000, 70000, "EUR", None)),
        ("Jahresgehalt 60 TEUR", (60000, 60000, "EUR", "YEAR")),
        ("bis zu 65.000 EUR brutto/Jahr", (None, 65000, "EUR", "YEAR")),
        ("tussen €2800 en €3500 per maand", (2800, 3500, "EUR", "MONTH")),
        ("R$ 3.500,00 a R$ 4.200,00 por mês", (3500, 4200, "BRL", "MONTH")),
        ("от 150 000 до 200 000 руб.", (150000, 200000, "RUB", None)),
        ("до 20 000 грн", (None, 20000, "UAH", None)),
        ("32 000 SEK i månaden", (32000, 32000, "SEK", "MONTH")),
        ("35 000 - 45 000 kr/mån", (35000, 45000, None, "MONTH")),
        ("日給10000円～", (10000, None, "JPY", "DAY")),
        ("RM3,000 - RM5,000", (3000, 5000, "MYR", None)),
        ("R25 000 - R30 000 per month", (25000, 30000, "ZAR", "MONTH")),
        ("EUR45.000", (45000, 45000, "EUR", None)),
        ("20-25/hr", (20, 25, None, "HOUR")),
        ("0-25/hr DOE", (None, 25, None, "HOUR")),
        ("für 3000 Euro im Monat", (3000, 3000, "EUR", "MONTH")),
        ("Für 500 CHF pro Tag", (500, 500, "CHF", "DAY")),
        ("R 500", (500, 500, "ZAR", None)),
        ("R45/hour", (45, 45, "ZAR", "HOUR")),
        ("3.500 € bei 40 Std./Woche", (3500, 3500, "EUR", None)),
        ("ab dem 1. Monat 3000 €", (3000, None, "EUR", None)),
        ("PHP 50,000", (50000, 50000, "PHP", None)),
        ("500 usd", (500, 500, "USD", None)),
        ("401(k) plan and $80,000", (80000, 80000, None, None)),
        ("$60,000 + 401k", (60000, 60000, None, None)),
        ("$1.2 million", (1200000, 1200000, None, None)),
        ("$90-110 thousand", (90000, 110000, None, None)),
        ("150 тыс. руб.", (150000, 150000, "RUB", None)),
        ("5千-8千", (5000, 8000, None, None)),
        ("45-50.000 €", (45000, 50000, "EUR", None)),
        ("€45 - 50,000", (45000, 50000, "EUR", None)),
        ("€1 - €2,000", (1, 1, "EUR", None)),
        ("45 € - 50.000 €", (45, 45, "EUR", None)),
        ("35h à 2 500 €", (2500, 2500, "EUR", None)),
        ("20 heures à 800 €", (800, 800, "EUR", None)),
        ("12 Monatsgehälter à 5000 CHF", (5000, 5000, "CHF", None)),
        ("$1,000 sign-on bonus, $25/hour", (25, 25, None, "HOUR")),
        ("Salary: 2026", (2026, 2026, None, None)),
        ("2000 per month", (2000, 2000, None, "MONTH")),
        ("25.000 TL", (25000, 25000, "TRY", None)),
    ],
)
def test_amounts_in_words(text: str, expected: tuple[Any, ...]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "100% remote",
        "AB12345 per year",
        "8 hours a day",
        "Competitive",
        "Grade 5",
        "TV-L E13",
        "£1..2",
        "35 hours per week",
        "depends on experience 9",
        "40 Std./Woche",
        "40 STD",
        "php 8 developer",
        "nach dem 13. Monat",
        "top 500 company, pay negotiable",
        "für 3000",
        "R3",
        "Level R3",
        "Room 12 M building",
        "competitive + 401k",
        "₹3L - ₹5L",
        "R$ 3 mil",
        "3천만원",
        "$1,000 sign-on bonus",
        "Bonus of $5,000 after 90 days",
        "£5,000 car allowance",
        "Call 044 123 45 67",
        "Tel. +41 44 123 45 67",
        "(555) 123-4567",
        "No. 00123",
        "since 1998, monthly pay",
        "500 employees",
    ],
)
def test_words_without_an_amount_are_no_salary(text: str) -> None:
    read = salary_of({"basesalary": text})
    assert (read.salary, read.reason) == (None, "no amount in the text")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"currency": "eur", "value": {"minValue": "45.000", "maxValue": "60,000.00"}},
         (45000, 60000, "EUR", None)),
        ({"currency": "USD", "value": {"minValue": "85000", "maxValue": "", "unitText": "YEAR"}},
         (85000, None, "USD", "YEAR")),
        ({"currency": "USD", "unitText": "hourly", "value": "22.5"}, (22.5, 22.5, "USD", "HOUR")),
        ({"currency": "EUR", "value": "2500 - 3000", "unitText": "MONTH"},
         (2500, 3000, "EUR", "MONTH")),
        ({"currency": "Swiss Franc", "value": 9, "unitCode": "HUR"}, (9, 9, "CHF", "HOUR")),
        ({"currency": "$", "minValue": 90, "maxValue": 60, "unitText": "FORTNIGHT"},
         (60, 90, None, None)),
        ({"minSalary": 0.0, "maxSalary": 50000, "medianSalary": 1}, (None, 50000, None, None)),
        ({"currency": "£", "value": {"value": "12.21", "unitText": "hour"}},
         (12.21, 12.21, "GBP", "HOUR")),
        ({"currency": ["EUR"], "value": 9}, (9, 9, "EUR", None)),
        ({"currency": {"@value": "EUR"}, "value": 9}, (9, 9, "EUR", None)),
        ({"currency": "GBP (£)", "value": 9}, (9, 9, "GBP", None)),
        ({"currency": "EUR or USD", "value": 9}, (9, 9, None, None)),
        ({"currency": "whatever the going rate of the market may be", "value": 9},
         (9, 9, None, None)),
        ({"value": {"minValue": "120k", "maxValue": "150k"}}, (120000, 150000, None, None)),
        ({"value": {"minValue": "€ 2.500,-", "maxValue": 3000}}, (2500, 3000, "EUR", None)),
        ({"value": {"minValue": "85'000", "maxValue": "top"}}, (85000, None, None, None)),
        ({"currency": "EUR", "value": [40000, 50000]}, (40000, 50000, "EUR", None)),
        ({"currency": "EUR", "value": 9, "minValue": 8, "maxValue": 10}, (8, 10, "EUR", None)),
        ({"currency": "USD", "value": {"minValue": "22.500", "unitText": "HOUR"}},
         (22.5, None, "USD", "HOUR")),
        ({"currency": "IDR", "value": {"minValue": "22.500", "unitText": "HOUR"}},
         (22500, None, "IDR", "HOUR")),
        ({"value": {"minValue": "$120k + 10%", "maxValue": "$150k, level 3"}},
         (120000, 150000, None, None)),
        ({"value": {"minValue": "500 gross", "maxValue": "$2k"}}, None),
        ({"currency": "USD", "value": {"minValue": "60", "maxValue": "70k"}}, None),
        ({"currency": "GBP", "value": {"value": "12.60 hourly"}}, (12.6, 12.6, "GBP", "HOUR")),
        ({"currency": "GBP", "value": "up to 30000 by experience"}, (None, 30000, "GBP", None)),
        ([{"value": None}, {"value": 7}], (7, 7, None, None)),
        ({"value": [{"value": 0}, {"value": 5}]}, (5, 5, None, None)),
    ],
)  # fmt: skip
def test_objects(value: Any, expected: tuple[Any, ...]) -> None:
    assert read(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        "Competitive, 25 days holiday",
        "18 years",
        "TVöD E 13",
        "Call 0800 123 456",
        {"minValue": "Band 6", "maxValue": "Band 7"},
        {"minValue": "E 13"},
        {"minValue": "10%", "maxValue": "20%"},
        {"minValue": "60-70k"},
        {"minValue": "60-70k", "maxValue": "60-70k"},
    ],
)
def test_a_currency_makes_no_amount_of_other_numbers(value: Any) -> None:
    assert read({"currency": "USD", "value": "13"}) == (13, 13, "USD", None)
    assert read({"currency": "USD", "value": value}) is None


@pytest.mark.parametrize(
    "value",
    [0, {"minValue": 0.0, "maxValue": 0.0}, {"salary": 0.0, "medianSalary": 9}, None, "N/A"],
)
def test_zeros_and_nothing_are_unknown_without_a_problem(value: Any) -> None:
    read = salary_of({"basesalary": value})
    assert (read.salary, read.reason) == (None, None)


@pytest.mark.parametrize(
    "value", [-5, 1e300, {"minValue": "lots"}, True, {"value": {"value": True}}]
)
def test_what_cannot_be_an_amount_is_told(value: Any) -> None:
    read = salary_of({"basesalary": value})
    assert read.salary is None
    assert read.reason


def test_a_currency_beside_the_salary_counts() -> None:
    assert read("100000", salarycurrency="USD") == (100000, 100000, "USD", None)
    assert read("13", salarycurrency="USD") == (13, 13, "USD", None)
    assert read("between 13 and some", salarycurrency="USD") is None


def test_the_country_settles_a_shared_sign() -> None:
    assert read("$120k", "US") == (120000, 120000, "USD", None)
    assert read("$120k", "CA") == (120000, 120000, "CAD", None)
    assert read("$120k", "CA", "US") == (120000, 120000, None, None)
    assert read("¥5000000", "JP") == (5000000, 5000000, "JPY", None)
    assert read("30 000 kr", "SE") == (30000, 30000, "SEK", None)
    assert read("30 000 kr", "SE", "NO") == (30000, 30000, None, None)
    assert read({"currency": "$", "value": 9}, "CA") == (9, 9, "CAD", None)


def test_an_estimate_counts_where_the_employer_gives_no_figure() -> None:
    estimate = {"currency": "USD", "median": 120000}
    assert salary_of({"estimatedsalary": estimate}).salary == Salary(
        120000, 120000, "USD", None, True
    )
    own = salary_of({"basesalary": 5, "estimatedsalary": estimate}).salary
    assert own == Salary(5, 5)


@pytest.mark.parametrize(
    ("told", "node", "currency", "withdrawn"),
    [
        ({"currency": "RUR", "value": 90000}, {}, "RUB", "RUR"),
        ("90000 RUR", {}, "RUB", "RUR"),
        (90000, {"salarycurrency": "RUR"}, "RUB", "RUR"),
        ({"currency": "RUB", "value": 90000}, {}, "RUB", None),
        ({"currency": "BYR", "value": 90000}, {}, "BYR", None),
        ({"currency": "DEM", "value": 90000}, {}, "DEM", None),
        ({"currency": "EUR", "value": 90000}, {}, "EUR", None),
    ],
)
def test_a_code_withdrawn_long_ago_is_that_of_the_currency_of_its_name(
    told: Any, node: dict[str, Any], currency: str, withdrawn: str | None
) -> None:
    read = salary_of({"basesalary": told, **node})
    assert read.salary == Salary(90000, 90000, currency)
    assert read.withdrawn == withdrawn


def test_codes() -> None:
    assert [currency_code(text) for text in ("usd", "€", "Euro", "zł", "XXQ", "ab", "", None)] == [
        "USD", "EUR", "EUR", "PLN", None, None, None, None,
    ]  # fmt: skip
    assert [unit_code(text) for text in ("YEAR", "per month", "day or night week", None)] == [
        "YEAR", "MONTH", None, None,
    ]  # fmt: skip


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(st.sampled_from(["value", "minValue", "currency", "unitText"]), inner)
        ),
    )
)
def test_never_raises(value: Any) -> None:
    salary_of({"basesalary": value}, ["US"])
