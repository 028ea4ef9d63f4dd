"""Rules about the salary."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import Any, Final

from postings.fields.values import number_of
from postings.lint.at import At
from postings.lint.case import Case, Hit, Rule

_MOST = 200
_UNITS = frozenset({"HOUR", "DAY", "WEEK", "MONTH", "YEAR"})
_AMOUNTS = ("value", "minvalue", "maxvalue")
_PLAIN_NUMBER = re.compile(r"^-?\d+(?:\.\d+)?$", re.ASCII)


def _told(case: Case) -> Iterator[At]:
    told = case.node.said("basesalary")
    yield from islice(told.each(), _MOST) if told else ()


def _amounts(case: Case) -> Iterator[At]:
    """The salaries that are objects: MonetaryAmount, one hopes."""
    return (item for item in _told(case) if item.is_object)


def _quantities(case: Case) -> Iterator[At]:
    """Their QuantitativeValues."""
    for amount in _amounts(case):
        value = amount.said("value")
        yield from (item for item in islice(value.each(), _MOST) if item.is_object) if value else ()


def _numbers(case: Case) -> Iterator[At]:
    """Every amount, wherever it stands: outside, inside, or instead of an object."""
    for item in _told(case):
        if not item.is_object:
            yield item
    for owner in (*_amounts(case), *_quantities(case)):
        for name in _AMOUNTS:
            told = owner.said(name)
            yield from (item for item in told.each() if not item.is_object) if told else ()


def _missing(case: Case) -> Iterator[Hit]:
    if case.node.said("basesalary", "estimatedsalary") is None:
        yield Hit("it has no baseSalary", case.node.get("basesalary"))


def _estimated(case: Case) -> Iterator[Hit]:
    estimate = case.node.said("estimatedsalary")
    if estimate and case.node.said("basesalary") is None:
        yield Hit(
            "the employer's own figure is baseSalary; an estimate is an Occupation's", estimate
        )


def _not_an_amount(case: Case) -> Iterator[Hit]:
    for item in _told(case):
        value = item.said("value")
        inside = value is not None and any(inner.is_object for inner in value.each())
        if not item.is_object or (not inside and any(item.said(name) for name in _AMOUNTS)):
            yield Hit("baseSalary is no MonetaryAmount with a QuantitativeValue", item)


def _value_missing(case: Case) -> Iterator[Hit]:
    for amount in _amounts(case):
        if not any(amount.said(name) for name in _AMOUNTS):
            yield Hit("baseSalary has no value", amount)
    for quantity in _quantities(case):
        if not any(quantity.said(name) for name in _AMOUNTS):
            yield Hit("baseSalary has neither value nor minValue and maxValue", quantity)


def _not_a_number(case: Case) -> Iterator[Hit]:
    for item in _numbers(case):
        number = isinstance(item.value, int | float) and not isinstance(item.value, bool)
        if not number and not _PLAIN_NUMBER.match(str(item.value).strip()):
            yield Hit("an amount is a number without symbols or separators", item)


def _zero(case: Case) -> Iterator[Hit]:
    for item in _numbers(case):
        number = number_of(item.value)
        if number is not None and number <= 0 and not _begins_a_range(item, case):
            yield Hit("nobody works for nothing: leave out what is unknown", item)


def _begins_a_range(item: At, case: Case) -> bool:
    """A range from nothing is odd, but says something."""
    for quantity in _quantities(case):
        low, high = quantity.get("minvalue"), quantity.get("maxvalue")
        if low and high and low.path == item.path:
            return (number_of(high.value) or 0) > 0
    return False


def _range_open(case: Case) -> Iterator[Hit]:
    for quantity in _quantities(case):
        low, high = quantity.said("minvalue"), quantity.said("maxvalue")
        if (low is None) != (high is None) and quantity.said("value") is None:
            lacks = "minValue" if low is None else "maxValue"
            yield Hit(f"a range needs both ends; {lacks} is missing", quantity)


def _range_reversed(case: Case) -> Iterator[Hit]:
    for quantity in _quantities(case):
        low, high = quantity.said("minvalue"), quantity.said("maxvalue")
        ends = [number_of(end.value) if end else None for end in (low, high)]
        if None not in ends and ends[0] > ends[1]:  # type: ignore[operator]
            yield Hit("minValue is greater than maxValue", quantity)


def _currency_missing(case: Case) -> Iterator[Hit]:
    for amount in _amounts(case):
        if amount.said("currency") is None:
            yield Hit("baseSalary has no currency", amount)


def _currency_unknown(case: Case) -> Iterator[Hit]:
    for amount in _amounts(case):
        currency = amount.said("currency")
        if currency and not _is_currency(currency.value):
            yield Hit("currency is a code of ISO 4217, as EUR", currency)


def _is_currency(value: Any) -> bool:
    return isinstance(value, str) and value in _currencies()


@cache
def _currencies() -> frozenset[str]:
    import pycountry

    return frozenset(str(currency.alpha_3) for currency in pycountry.currencies)


def _unit_missing(case: Case) -> Iterator[Hit]:
    inside = [item for item in _quantities(case) if item.said("unittext")]
    for amount in _amounts(case):
        if not amount.said("unittext") and not any(_under(item, amount) for item in inside):
            yield Hit("baseSalary has no unitText: an amount per what?", amount)


def _unit_outside(case: Case) -> Iterator[Hit]:
    for amount in _amounts(case):
        if unit := amount.said("unittext"):
            yield Hit("unitText stands on the outer MonetaryAmount", unit)


def _unit_unknown(case: Case) -> Iterator[Hit]:
    for owner in (*_amounts(case), *_quantities(case)):
        unit = owner.said("unittext")
        if unit and (not isinstance(unit.value, str) or unit.value not in _UNITS):
            yield Hit("unitText is HOUR, DAY, WEEK, MONTH or YEAR", unit)


def _under(item: At, owner: At) -> bool:
    return item.path[: len(owner.path)] == owner.path


RULES: Final = (
    Rule(
        "base-salary-missing", "info", "baseSalary",
        "baseSalary is recommended.", "Google", _missing,
    ),
    Rule(
        "base-salary-estimated", "warning", "estimatedSalary",
        "A posting gives baseSalary; estimatedSalary belongs to Occupation.", "Google", _estimated,
    ),
    Rule(
        "base-salary-not-an-amount", "warning", "baseSalary",
        "baseSalary is a MonetaryAmount whose value is a QuantitativeValue.", "Google",
        _not_an_amount,
    ),
    Rule(
        "base-salary-value-missing", "warning", "baseSalary",
        "baseSalary has a value, or minValue and maxValue.", "Google", _value_missing,
        covers=("base-salary-unreadable",),
    ),
    Rule(
        "base-salary-not-a-number", "warning", "baseSalary",
        "Amounts are numbers without symbols or separators.", "Google", _not_a_number,
        covers=("base-salary-unreadable",),
    ),
    Rule(
        "base-salary-zero", "warning", "baseSalary",
        "An unknown amount is left out, not zero.", "jobdiff", _zero,
        covers=("base-salary-unreadable",),
    ),
    Rule(
        "base-salary-range-open", "warning", "baseSalary",
        "A range has both minValue and maxValue.", "Google", _range_open,
    ),
    Rule(
        "base-salary-range-reversed", "warning", "baseSalary",
        "minValue is not greater than maxValue.", "jobdiff", _range_reversed,
    ),
    Rule(
        "base-salary-currency-missing", "warning", "baseSalary",
        "baseSalary has a currency.", "Google", _currency_missing,
    ),
    Rule(
        "base-salary-currency-unknown", "warning", "baseSalary",
        "currency is a code of ISO 4217.", "Google", _currency_unknown,
    ),
    Rule(
        "base-salary-unit-missing", "warning", "baseSalary",
        "baseSalary says per what it is paid.", "Google", _unit_missing,
    ),
    Rule(
        "base-salary-unit-on-amount", "warning", "baseSalary",
        "unitText stands on the QuantitativeValue, not on the MonetaryAmount.", "Google",
        _unit_outside,
    ),
    Rule(
        "base-salary-unit-unknown", "warning", "baseSalary",
        "unitText is HOUR, DAY, WEEK, MONTH or YEAR.", "Google", _unit_unknown,
    ),
)  # fmt: skip
