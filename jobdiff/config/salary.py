"""The lowest salary a rule asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FLOOR = re.compile(
    r"(\d[\d_']*(?:\.\d+)?)\s*([a-z]{3})\s*/\s*(hour|day|week|month|year)", re.IGNORECASE
)
UNITS_A_YEAR = {"HOUR": 2080, "DAY": 260, "WEEK": 52, "MONTH": 12, "YEAR": 1}


@dataclass(frozen=True)
class SalaryFloor:
    """``currency`` is ISO 4217; ``unit`` one of HOUR DAY WEEK MONTH YEAR."""

    amount: float
    currency: str
    unit: str

    @property
    def yearly(self) -> float:
        """The amount a year: 2,080 hours, 260 days, 52 weeks or 12 months make one."""
        return self.amount * UNITS_A_YEAR[self.unit]


def parse_salary_floor(text: str) -> SalaryFloor:
    """Read ``100000 CHF/YEAR``.

    Raises:
        ValueError: the text is not written so.
    """
    if not (match := _FLOOR.fullmatch(text.strip())):
        raise ValueError(f"{text!r} is no salary; write it like 100000 CHF/YEAR")
    amount, currency, unit = match.groups()
    return SalaryFloor(float(re.sub(r"[_']", "", amount)), currency.upper(), unit.upper())
