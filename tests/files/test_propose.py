"""What is proposed for the columns of a file nobody knows."""

import csv
from datetime import date
from pathlib import Path

import pytest

from files.propose import Proposal, propose_columns
from files.reading import open_table
from kernel.errors import Invalid
from policy.load import load
from policy.words import Reader

EDITION = load("france", date(2026, 1, 1))
FIRST = ["Zoé", "Ève", "Malik", "Aïcha", "Léon"]


def proposed(tmp_path: Path, columns: dict[str, list[str]]) -> dict[str, Proposal]:
    path = tmp_path / "list.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
    found = propose_columns(open_table(path), Reader(EDITION))
    return {name: found[at] for at, name in enumerate(columns)}


def told(proposal: Proposal) -> tuple[str, str | None, str, bool]:
    return proposal.decision, proposal.field or proposal.rule, proposal.because, proposal.sure


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("Courriel", [""] * 5, ("kept", "email", "name", True)),
        ("contact_1", [f"a{n}@example.org" for n in range(5)], ("kept", "email", "values", True)),
        (
            "contact_2",
            ["06 12 34 56 78", "+33612345678", "0612345678", "612345678", ""],
            ("kept", "phone", "values", True),
        ),
        ("zone", ["63000", "63100", "2A004", "75011", "97400"], ("kept", "address.postcode", "values", False)),
        ("date", ["12/03/1950", "01/02/1961", "1970-05-05", "00/00/1953", ""], ("kept", "birth_date", "values", False)),
        ("date", ["12/03/2025", "01/02/2026", "2026-05-05", "", ""], ("dropped", "field.unknown", "nothing", False)),
        ("x", ["M", "F", "F", "M", ""], ("kept", "sex", "values", False)),
        (
            "lieu",
            ["12 rue du Moulin", "3 av. Foch", "place du Marché", "1 bd Foch", ""],
            ("kept", "address.street", "values", False),
        ),
        ("site", ["https://example.org"] * 5, ("kept", "website", "values", False)),
        ("colonne", FIRST, ("dropped", "field.unknown", "nothing", False)),
        ("colonne", [""] * 5, ("dropped", "field.unknown", "nothing", True)),
        ("religion", FIRST, ("refused", "forbidden.religion", "name", True)),
        ("code", ["63113", "99352", "63113", "75056", "63113"], ("refused", "matrix.birthplace", "values", True)),
        (
            "remarque",
            ["musulman pratiquant", "ok", "rien", "à rappeler", "absent"],
            ("refused", "forbidden.religion", "values", True),
        ),
        ("Ne pas appeler", ["oui", "", "", "", ""], ("objection", "call", "name", True)),
        ("émargement", ["x", "", "", "", ""], ("dropped", "turnout.marking", "name", True)),
        ("Accepte les e-mails", ["oui", "", "", "", ""], ("flag", "accepts_email", "name", True)),
        ("Nationalité", ["française"] * 5, ("refused", "forbidden.ethnic_origin", "name", True)),
    ],
)
def test_a_column_is_told_by_its_name_then_by_its_values(
    tmp_path: Path, name: str, values: list[str], expected: tuple[str, str, str, bool]
) -> None:
    assert told(proposed(tmp_path, {name: values, "numéro de dossier": list("12345")})[name]) == expected


def test_a_field_of_one_value_goes_to_the_surest_column(tmp_path: Path) -> None:
    years = ["12/03/1950", "01/02/1961", "02/02/1970"]
    found = proposed(tmp_path, {"date": years, "Date de naissance": years, "adhésion": years})
    assert told(found["Date de naissance"]) == ("kept", "birth_date", "name", True)
    assert told(found["date"]) == told(found["adhésion"]) == ("dropped", "field.unknown", "values", False)


def test_a_proposal_says_how_far_it_is_sure(tmp_path: Path) -> None:
    addresses = [f"a{n}@example.org" for n in range(9)]
    found = proposed(tmp_path, {"x": [*addresses, "?"], "y": list("0123456789"), "": ["?"] * 10, "Nom": ["?"] * 10})
    assert [(one.confidence, one.named) for one in found.values()] == [(0.9, True), (0, True), (1, False), (1, True)]


def test_several_columns_may_hold_addresses(tmp_path: Path) -> None:
    found = proposed(tmp_path, {"mail 1": ["a@example.org"], "mail 2": ["b@example.org"]})
    assert [told(one)[:2] for one in found.values()] == [("kept", "email")] * 2


def test_a_proposal_repeats_nothing_of_the_sample(tmp_path: Path) -> None:
    assert "Moulin" not in repr(proposed(tmp_path, {"lieu": ["12 rue du Moulin"]}))


@pytest.mark.parametrize("cell", ["a@example.org", "06 12 34 56 78", "12/03/1950", "63000"])
def test_a_first_row_that_is_a_person_is_told(tmp_path: Path, cell: str) -> None:
    with pytest.raises(Invalid, match="no names of columns") as caught:
        proposed(tmp_path, {"Martin": ["Lefèvre"], cell: [cell]})
    assert cell not in str(caught.value)
