"""Made-up boards, as scenario files: openings, edits, closings, reopenings, noise and outages."""

from __future__ import annotations

from random import Random
from typing import Any

from postings.simulation.scenario import NOISES, SCENARIO_SCHEMA
from tests.simulator.upheaval import upset

DAYS = 90
TITLES = (
    "Nurse", "Software Engineer", "Accountant", "Lehrperson Primarstufe", "Ingénieure de projet",
    "Data Analyst", "Warehouse Worker", "Sales Manager", "Koch / Köchin", "Physiotherapeut",
    "Product Designer", "Site Reliability Engineer", "Kundenberaterin", "Desarrollador Backend",
    "Electrician", "Research Associate", "看護師", "Recepcionista",
)  # fmt: skip
TEAMS = ("Platform", "Night shift", "Zürich West", "Retail", "R&D", "Operations", "People", "Labs")
COUNTRIES: tuple[tuple[str | None, str, tuple[str, ...]], ...] = (
    ("CH", "Europe/Zurich", ("Bern", "Zürich", "Genève", "Thun", "Basel", "Chur")),
    ("DE", "Europe/Berlin", ("Berlin", "Köln", "Hamburg", "München", "Jena", "Ulm")),
    ("JP", "Asia/Tokyo", ("Osaka", "Tokyo", "Nagoya", "Kyoto", "Kobe", "Sendai")),
    ("IN", "Asia/Kolkata", ("Pune", "Delhi", "Mumbai", "Chennai", "Kochi", "Surat")),
    (None, "Etc/GMT+12", ("Springfield", "Riverside", "Fairview", "Salem", "Clinton", "Dover")),
)  # fmt: skip
SENTENCES = (
    "You work with people who care.", "Wir suchen dich für unser Team.", "Travel is part of it.",
    "You know your tools & keep them sharp.", "Les horaires sont flexibles.", "Start: as agreed.",
    "Good German and English.", "You have five years of experience.", "Shifts change weekly.",
)  # fmt: skip
EVERYWHERE = ("failed", "blocked", "timeout", "challenge", "shell", "login")
FOR_CARDS = (*EVERYWHERE, "elsewhere", "home", "shard", "markup", "shift")
FOR_LINKS = (
    *FOR_CARDS, "truncated", "stale", "half", "pages_home", "empty_list", "half_lost", "stale_page",
)  # fmt: skip
ENDS = ["gone"] * 11 + ["closed"] * 3 + ["redirect"] * 2 + ["bare", "unlisted", "listed"]


CROWD = 20
"""How many postings a board needs for the loss of two thirds to be told from closings."""


def scenario(seed: int, days: int = DAYS) -> dict[str, Any]:
    """The board of a seed, as a scenario file has it."""
    return upset(Maker(seed, days).scenario(), seed)


class Maker:
    """Makes one board up."""

    def __init__(self, seed: int, days: int) -> None:
        self.random = Random(f"board {seed}")
        self.seed = seed
        self.days = days
        self.shape = self.random.choices(("links", "cards", "single"), (80, 12, 8))[0]
        self.country, self.zone, self.towns = self.random.choice(COUNTRIES)
        self.numbered = self.random.random() < 0.6
        self.mass = self.shape == "links" and self.random.random() < 0.08
        self.mass_day = round(self.random.uniform(20, days - 20), 3) if days > 45 else None

    def scenario(self) -> dict[str, Any]:
        quiet = self.random.random() < 0.5
        noise = [] if quiet else [one for one in NOISES if self.random.random() < 0.5]
        openings = self.openings()
        outages = self.outages(openings)
        for one in openings:
            one["moves"] = [move for move in one["moves"] if not near(outages, move["day"])]
        return {
            "schema": SCENARIO_SCHEMA,
            "name": f"board-{self.seed}",
            "board": f"https://employer-{self.seed}.example/careers",
            "starts": "2026-03-02T08:00:00Z",
            "days": self.days,
            "every_hours": self.random.choice((24, 24, 12)),
            "shape": self.shape,
            "pages": self.random.choice((1, 1, 2, 4)),
            "zone": self.zone,
            "noise": noise,
            "openings": openings,
            "outages": outages,
        }

    def openings(self) -> list[dict[str, Any]]:
        if self.shape == "single":
            return [self.opening(0, 0.0)]
        size = min(60, max(2, int(self.random.lognormvariate(2.2, 0.8))))
        arrivals = int(size * self.days / 35)
        begins = [0.0] * size + [self.day(0.5, self.days - 1) for _ in range(arrivals)]
        return [self.opening(number, at) for number, at in enumerate(begins)]

    def opening(self, number: int, opens: float) -> dict[str, Any]:
        spans = self.spans(opens)
        made: dict[str, Any] = {
            "name": f"o{number}",
            "address": f"/jobs/{number}-{self.seed}",
            "posting": self.posting(number, opens),
            "open": spans,
            "ends": "gone" if self.shape != "links" else self.random.choice(ENDS),
            "edits": self.edits(number, spans),
            "moves": [],
        }
        if self.random.random() < 0.25:
            made |= self.deadline(spans)
        moves = self.shape == "links" and "identifier" in made["posting"]
        if moves and self.random.random() < 0.1:
            made["moves"].append(
                {"day": self.day(opens + 1, opens + 20), "address": f"/j/{number}"}
            )
        return made

    def posting(self, number: int, opens: float) -> dict[str, Any]:
        posted = f"2026-03-{2 + int(opens):02}" if opens < 29 else "2026-04-01"
        told: dict[str, Any] = {
            "title": f"{self.random.choice(TITLES)} {self.random.choice(TEAMS)} {number}",
            "description": self.description(number),
            "hiringOrganization": {"@type": "Organization", "name": f"Employer {self.seed}"},
            "jobLocation": [self.place(one) for one in self.random.sample(self.towns, 2)],
            "datePosted": posted,
        }
        if self.numbered or self.shape == "cards":
            told["identifier"] = {"@type": "PropertyValue", "value": f"R-{self.seed}-{number}"}
        if self.random.random() < 0.4:
            told["baseSalary"] = self.salary()
        if self.random.random() < 0.6:
            told["employmentType"] = ["FULL_TIME", "PART_TIME"]
        return told

    def description(self, number: int) -> str:
        said = self.random.sample(SENTENCES, 4)
        return f"<h2>About</h2><p>Role {number}. {said[0]} {said[1]}</p><ul><li>{said[2]}</li></ul>"

    def place(self, town: str) -> dict[str, Any]:
        address = {"@type": "PostalAddress", "addressLocality": town}
        if self.country:
            address["addressCountry"] = self.country
        return {"@type": "Place", "address": address}

    def salary(self, more: int = 0) -> dict[str, Any]:
        low = self.random.randrange(40, 180) * 1000 + more
        value = {"@type": "QuantitativeValue", "minValue": low, "maxValue": low + 20_000}
        return {
            "@type": "MonetaryAmount",
            "currency": "CHF",
            "value": {**value, "unitText": "YEAR"},
        }

    def spans(self, opens: float) -> list[list[float]]:
        closes = opens + 1.5 + self.random.expovariate(1 / 28)
        if self.mass and self.mass_day and opens < self.mass_day < closes:
            closes = self.mass_day
        if closes >= self.days:
            return [[opens]]
        again = closes + self.random.uniform(3, 20)
        if self.random.random() < 0.1 and again < self.days - 3:
            return [[opens, round(closes, 3)], [round(again, 3)]]
        return [[opens, round(closes, 3)]]

    def edits(self, number: int, spans: list[list[float]]) -> list[dict[str, Any]]:
        begins, ends = spans[0][0], spans[0][1] if len(spans[0]) > 1 else float(self.days)
        count = self.random.choices((0, 1, 2, 3), (50, 25, 15, 10))[0]
        return [self.edit(number, self.day(begins, ends), each) for each in range(count)]

    def edit(self, number: int, day: float, count: int) -> dict[str, Any]:
        if self.random.random() < 0.35:
            values: dict[str, Any] = self.random.choice((
                {"industry": f"Industry {count}"},
                {"directApply": bool(count % 2)},
                {"occupationalCategory": f"15-125{count}"},
                {"@context": f"https://schema.org/?v={count}"},
            ))  # fmt: skip
            return {"day": day, "set": values, "material": False}
        change = self.random.choice(("title", "description", "salary", "place", "type"))
        made: dict[str, dict[str, Any]] = {
            "title": {"title": f"{self.random.choice(TITLES)} {number} v{count}"},
            "description": {"description": f"<p>Edition {count} of {number}.</p>"},
            "salary": {"baseSalary": self.salary(500 + count)},
            "place": {"jobLocation": [self.place(one) for one in self.towns[count : count + 3]]},
            "type": {"employmentType": [("INTERN", "CONTRACTOR", "TEMPORARY", "OTHER")[count]]},
        }
        return {"day": day, "set": made[change]}

    def deadline(self, spans: list[list[float]]) -> dict[str, Any]:
        spelled = self.random.choice(("date", "instant"))
        day = self.day(spans[0][0] + 6, spans[0][0] + 40)
        made: dict[str, Any] = {"deadline": {"day": day, "spelled": spelled}}
        if self.random.random() < 0.2:
            until = {"day": round(day + self.random.uniform(10, 20), 3), "spelled": spelled}
            made["edits"] = [{"day": round(day - 5.5, 3), "deadline": until}]
        return made

    def outages(self, openings: list[dict[str, Any]]) -> list[dict[str, Any]]:
        known = {"links": FOR_LINKS, "cards": FOR_CARDS, "single": EVERYWHERE}[self.shape]
        made, at = [], self.random.uniform(0, 12)
        for number in range(12):
            shape = known[(self.seed * 5 + number) % len(known)]
            if shape == "half_lost" and open_on(openings, at) < CROWD:
                shape = "failed"
            once = shape == "half_lost" or (shape == "shift" and self.shape == "cards")
            lasts = 0.45 if once else self.random.uniform(0.4, 3)
            if at + lasts >= self.days - 2:
                break
            made.append({"from": round(at, 3), "until": round(at + lasts, 3), "shape": shape})
            at += lasts + self.random.uniform(5, 18)
        return made

    def day(self, begins: float, ends: float) -> float:
        return round(self.random.uniform(max(0.0, begins), max(begins + 0.001, ends)), 3)


def open_on(openings: list[dict[str, Any]], day: float) -> int:
    """How many are open on a day, those left out that a deadline may have closed."""
    spans = [
        (one[0], one[1] if len(one) > 1 else DAYS + 1)
        for opening in openings
        for one in opening["open"]
        if "deadline" not in opening
    ]
    return sum(begins <= day < ends for begins, ends in spans)


def near(outages: list[dict[str, Any]], day: float) -> bool:
    """Whether something is broken on a day, or is in the crawl before or after it."""
    return any(one["from"] - 1 <= day <= one["until"] + 1 for one in outages)
