from typing import Any

import pytest

from postings.siblings import group_key, role, together


def said(title: str | None, *towns: str, employer: str | None = "Spital AG") -> dict[str, Any]:
    places = [{"locality": town, "region": None, "country": "CH"} for town in towns]
    return {"title": title, "organization": employer, "locations": places}


def test_one_role_in_thirty_cities_is_one_group() -> None:
    towns = [f"Town {number}" for number in range(30)]
    (group,) = together([said("Nurse", town) for town in towns])
    assert (group.title, group.organization) == ("Nurse", "Spital AG")
    assert group.places == tuple(towns)
    assert len(group.postings) == 30
    assert group.key == group_key(said("Nurse"))


@pytest.mark.parametrize(
    "other",
    [
        said("NURSE", "Thun"),
        said("Nurse – Thun", "Thun"),
        said("Nurse (Thun)", "Thun"),
        said("Thun: Nurse", "Thun"),
        said("Nurse, Thun", "Thun", employer="SPITAL  AG"),
        {**said("Nurse", "Thun"), "organization": {"name": "Spital AG", "url": None}},
    ],
)
def test_siblings_are_the_same_role_however_the_place_is_written(other: dict[str, Any]) -> None:
    assert group_key(other) == group_key(said("Nurse", "Bern"))


@pytest.mark.parametrize(
    "other",
    [
        said("Head nurse", "Bern"),
        said("Nurse", "Bern", employer="Klinik AG"),
        said("Nurse", "Bern", employer=None),
        said("Nurse – Thun", "Bern"),
        said("C++ nurse"),
    ],
)
def test_other_roles_and_employers_are_other_groups(other: dict[str, Any]) -> None:
    assert group_key(other) != group_key(said("Nurse", "Bern"))


def test_a_title_that_is_nothing_but_its_place_stays_a_title() -> None:
    assert role(said("Bern", "Bern")) == "bern"
    assert group_key(said("C", "Bern")) != group_key(said("C#", "Bern"))


def test_what_has_no_title_has_no_siblings() -> None:
    assert group_key(said(None, "Bern")) is None
    alone = together([said(None, "Bern"), said(None, "Bern")])
    assert [(one.key, len(one.postings)) for one in alone] == [(None, 1), (None, 1)]


def test_a_group_is_called_by_its_role_without_the_place() -> None:
    for title in ("Nurse, Bern", "Nurse (Bern)", "Nurse – Bern"):
        (group,) = together([said(title, "Bern"), said(title.replace("Bern", "Thun"), "Thun")])
        assert group.title == "Nurse"
    (group,) = together([said("Bern", "Bern"), said("Bern", "Bern")])
    assert group.title == "Bern"
    (only,) = together([said("Nurse, Bern", "Bern")])
    assert only.title == "Nurse, Bern"


def test_places_are_named_once_and_by_what_is_known() -> None:
    region = {"locality": None, "region": "BE", "country": "CH"}
    nowhere = {"locality": None, "region": None, "country": None}
    one = {**said("Nurse"), "locations": [region, nowhere]}
    (group,) = together([one, said("Nurse", "Bern"), said("Nurse", "Bern")])
    assert group.places == ("BE", "Bern")


def test_roles_keep_the_order_in_which_they_were_met() -> None:
    mixed = [said("Cook", "Bern"), said("Nurse", "Bern"), said("Cook", "Thun")]
    assert [(one.title, len(one.postings)) for one in together(mixed)] == [
        ("Cook", 2),
        ("Nurse", 1),
    ]
