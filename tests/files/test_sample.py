import re
from collections import Counter
from pathlib import Path

import pytest

from files.plan import make_plan
from files.profiles import detect_profile, load_profile
from files.reading import Delimited, open_table
from files.sample import write_roll
from files.sample_people import DOMAINS, FICTION, FORBIDDEN, write_nationbuilder_financial, write_nationbuilder_people

KEY = (
    "code de l'ugle",
    "code du bureau de vote",
    "libellé du type de liste",
    "numéro d'ordre dans le bureau de vote",
)


def rows(path: Path) -> list[dict[str, str]]:
    table = open_table(path)
    assert isinstance(table, Delimited)
    unreadable: list[int] = []
    found = [dict(zip(table.header, cells, strict=True)) for _, cells in table.rows(lambda n, _: unreadable.append(n))]
    assert unreadable == []
    return found


@pytest.fixture(scope="module")
def roll(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str]]:
    path = tmp_path_factory.mktemp("roll") / "roll.csv"
    write_roll(path, 30_000)
    return rows(path)


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str]]:
    path = tmp_path_factory.mktemp("people") / "people.csv"
    write_nationbuilder_people(path, 5_000)
    return [{column: cell.removeprefix("'") for column, cell in row.items()} for row in rows(path)]


def test_the_same_seed_makes_the_same_files(tmp_path: Path) -> None:
    for write in (write_roll, write_nationbuilder_people, write_nationbuilder_financial):
        for name, seed in (("a", 7), ("b", 7), ("c", 8)):
            write(tmp_path / name, 50, seed)
        one, same, other = ((tmp_path / name).read_bytes() for name in "abc")
        assert one == same != other


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252", "latin-1"])
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_a_roll_is_written_in_any_form_and_read_back(tmp_path: Path, encoding: str, separator: str) -> None:
    path = tmp_path / "roll.csv"
    write_roll(path, 300, encoding=encoding, separator=separator)
    table = open_table(path)
    assert isinstance(table, Delimited)
    assert table.separator == separator
    assert detect_profile(table.header).confidence == 1
    assert len(rows(path)) == 300


def test_a_roll_has_what_makes_rolls_difficult(roll: list[dict[str, str]]) -> None:
    assert len(roll) == 30_000
    births = [row["date de naissance"] for row in roll]
    assert any(birth.startswith("00/00/") for birth in births)
    assert {row["code de l'ugle"][:2] for row in roll} >= {"97", "98", "2A", "2B", "01", "75"}
    assert len({row["libellé du type de liste"] for row in roll}) == 3
    union = {row["libellé nationalité"] for row in roll if row["libellé du type de liste"] != "Liste principale"}
    assert "Française" not in union
    assert len(union) > 2
    text = " ".join(f"{row['nom de naissance']} {row['prénoms']}" for row in roll)
    for oddity in ("’", "-", "É", "ç", "Œ", "DE LA TOUR", "Nguyễn".upper()):
        assert oddity in text
    homonyms = Counter((row["nom de naissance"], row["prénoms"]) for row in roll)
    assert max(homonyms.values()) > 1
    numbers = Counter(tuple(row[column] for column in row if column in KEY) for row in roll)
    assert max(numbers.values()) == 2


def test_every_telephone_number_and_address_is_fiction(people: list[dict[str, str]]) -> None:
    numbers = {row[column] for row in people for column in ("mobile_number", "phone_number") if row[column]}
    fiction = re.compile(rf"(?:\+33 |0)(?:{'|'.join(start[1:] for start in FICTION)}) \d\d \d\d")
    assert numbers
    assert all(fiction.fullmatch(number) for number in numbers)
    addresses = {row[column] for row in people for column in ("email1", "email2") if row[column]}
    assert addresses
    assert {address.split("@")[1] for address in addresses} == set(DOMAINS)


def test_people_have_what_makes_such_files_difficult(people: list[dict[str, str]]) -> None:
    shared = Counter(row["email1"] for row in people if row["email1"])
    couple = next(email for email, count in shared.items() if count > 1)
    assert len({row["first_name"] for row in people if row["email1"] == couple}) > 1
    for column in (*FORBIDDEN, "note", "tag_list", "unsubscribed_at", "born_at"):
        filled = sum(bool(row[column]) for row in people)
        assert 0 < filled < len(people)
    for column in ("email_opt_in", "do_not_contact", "do_not_call", "email1_is_bad"):
        assert {"true", "false"} <= {row[column] for row in people}


def test_a_financial_export_holds_gifts_and_the_people_behind_them(tmp_path: Path) -> None:
    path = tmp_path / "financial.csv"
    write_nationbuilder_financial(path, 400)
    gifts = rows(path)
    assert all(int(row["amount_in_cents"]) == float(row["amount"]) * 100 for row in gifts)
    assert any(row["signup_religion"] for row in gifts)
    assert detect_profile(list(gifts[0])).name == "nationbuilder-financial"


def test_a_sample_roll_is_read_by_its_profile_without_a_doubt(roll: list[dict[str, str]]) -> None:
    plan = make_plan(load_profile("electoral-roll"), list(roll[0]))
    read = [plan.row_data([*row.values()]) for row in roll]
    assert {row.problems + row.refusals for row in read} == {()}
    assert all(row.external and row.commune and row.polling_station for row in read)


def test_sample_people_are_read_with_refusals_and_objections_and_without_a_problem_but_bad_addresses(
    people: list[dict[str, str]],
) -> None:
    plan = make_plan(load_profile("nationbuilder"), list(people[0]))
    read = [plan.row_data([*row.values()]) for row in people]
    assert {rule for row in read for _, rule in row.problems} == {"cell.unusable"}
    assert {column for row in read for column, _ in row.refusals} == set(FORBIDDEN)
    assert {channel for row in read for channel in row.objections} == {"all", "call", "email"}
