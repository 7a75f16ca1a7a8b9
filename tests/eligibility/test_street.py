"""The order of doors, whatever form their addresses have."""

from typing import Any

from eligibility.street import number_of_door, street_of, street_order

PARIS = {"postcode": "75002", "city": "Paris"}


def home(number: str, street: str = "rue de la Paix", **more: str) -> dict[str, Any]:
    return {"number": number, "street": street, **PARIS, **more}


def test_doors_stand_as_one_walks_by_them() -> None:
    ordered = [
        home("2", "Allée Ève"),
        home("", "rue de la Paix"),
        home("2"),
        home("9", "RUE DE LA PAIX", complement1="A"),
        home("9", complement1="B"),
        home("9bis"),
        home("", "9 ter rue de la Paix"),
        home("10", "Rue de la paix"),
        home("12-14"),
        home("100"),
        {"street": "rue Basse", "postcode": "75003", "city": "Paris"},
        {},
    ]
    assert sorted([*reversed(ordered[:-1])], key=street_order) == ordered[:-1]
    assert street_order(ordered[-1]) == ("", "", "", 0, "", "", "", "")
    assert [number_of_door(one) for one in ordered] == [
        "2",
        "",
        "2",
        "9",
        "9",
        "9bis",
        "9 ter",
        "10",
        "12-14",
        "100",
        "",
        "",
    ]
    assert {street_of(one).casefold() for one in ordered[1:10]} == {"rue de la paix"}
