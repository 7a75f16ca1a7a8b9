import json

import pytest

from files.plan import Plan, make_plan
from files.profiles import load_profile
from files.rows import RowData
from files.sample import sample_data
from kernel.errors import Invalid

ROLL = sample_data()["headers"]["roll"].strip().replace("\n", ";").split(";")
PEOPLE = sample_data()["headers"]["people"].split()
FINANCIAL = sample_data()["headers"]["financial"].split()
OLD_ROLL = (
    "CodeDepartement CodeCommune NoElecteurGeneral NomdeNaissance Prenoms NoBureauDeVote TypeListe TypeVoie LibelleVoie"
)

VOTER = {
    "code de l'ugle": "1053",
    "libellé du type de liste": "Liste principale",
    "nom de naissance": "D’ANGELO",
    "prénoms": "Zoé  Marie",
    "sexe": "F",
    "date de naissance": "00/00/1953",
    "code commune de naissance": "97411",
    "pays de naissance": "FRANCE",
    "libellé nationalité": "Française",
    "numéro de voie": "12",
    "libellé de voie": 'RUE "DU" MOULIN',
    "code postal": "01000",
    "commune": "BOURG-EN-BRESSE",
    "code du bureau de vote": "7",
    "libellé canton du bureau de vote": "Bourg 1",
    "numéro d'ordre dans le bureau de vote": "42",
}


def fates(plan: Plan) -> dict[str, tuple[str, str | None]]:
    return {fate.column: (fate.decision, fate.field or fate.rule) for fate in plan.fates}


def people_row(cells: dict[str, str], header: list[str] = PEOPLE) -> RowData:
    row = {"nationbuilder_id": "17", "first_name": "Zoé", "last_name": "D’Angelo"} | cells
    return make_plan(load_profile("nationbuilder"), header).row_data([row.get(column, "") for column in header])


def voter(**cells: str) -> RowData:
    row = VOTER | cells
    return make_plan(load_profile("electoral-roll"), ROLL).row_data([row.get(column, "") for column in ROLL])


def test_every_column_of_a_roll_has_its_fate() -> None:
    told = fates(make_plan(load_profile("electoral-roll"), ROLL))
    assert list(told) == ROLL
    assert told["nom de naissance"] == ("kept", "last_name")
    assert told["code commune de naissance"] == ("dropped", "matrix.birthplace")
    assert told["pays de naissance"] == ("dropped", "matrix.birthplace")
    assert told["libellé nationalité"] == ("dropped", "matrix.nationality")
    assert told["libellé canton du bureau de vote"] == ("dropped", "field.unknown")
    assert sum(decision == "kept" for decision, _ in told.values()) == 17


def test_a_voter_is_read_and_birthplace_and_nationality_stay_at_the_door() -> None:
    row = voter()
    assert dict(row.data) == {
        "list_type": "LP",
        "last_name": "D’ANGELO",
        "first_names": "Zoé Marie",
        "sex": "F",
        "birth_date": "1953-00-00",
        "roll_number": "42",
        "address": row.data[-1][1],
    }
    assert json.loads(row.data[-1][1]) == {
        "number": "12",
        "street": 'RUE "DU" MOULIN',
        "postcode": "01000",
        "city": "BOURG-EN-BRESSE",
    }
    assert (row.commune, row.polling_station) == ("01053", "0007")
    assert row.external == ("roll", "01053/0007/LP/42")
    assert (row.refusals, row.problems, row.tags, row.objections) == ((), (), (), ())
    assert not {"97411", "FRANCE", "Française", "Bourg 1"} & {value for _, value in row.data}


def test_a_cell_without_meaning_is_told_and_the_row_kept_without_it() -> None:
    row = voter(**{"date de naissance": "31/02/1953", "code du bureau de vote": "Mme Martin"})
    assert row.problems == (
        ("date de naissance", "cell.birth_date"),
        ("code du bureau de vote", "cell.polling_station"),
    )
    assert "birth_date" not in dict(row.data)
    assert (row.polling_station, row.external) == (None, None)
    assert dict(row.data)["last_name"] == "D’ANGELO"


def test_the_older_roll_joins_department_and_commune_and_the_kind_and_name_of_a_street() -> None:
    header = OLD_ROLL.split()
    plan = make_plan(load_profile("electoral-roll"), header)
    row = plan.row_data(["974", "411", "42", "HOARAU", "Jean", "3", "Liste principale", "RUE", "DES FILAOS"])
    assert (row.commune, row.external) == ("97411", ("roll", "97411/0003/LP/42"))
    assert json.loads(dict(row.data)["address"]) == {"street": "RUE DES FILAOS"}


def test_no_value_shows_in_the_representation_of_a_row() -> None:
    assert repr(voter()) == "RowData(7 data)"


FORBIDDEN = (
    "religion church ethnicity inferred_party inferred_support_level support_probability_score "
    "turnout_probability_score"
).split()


@pytest.mark.parametrize("column", FORBIDDEN)
@pytest.mark.parametrize(
    ("profile", "header", "prefix"),
    [
        ("nationbuilder", PEOPLE, ""),
        ("nationbuilder-financial", FINANCIAL, "signup_"),
    ],
    ids=["people", "financial"],
)
def test_what_the_law_forbids_is_refused_under_every_name(
    profile: str, header: list[str], prefix: str, column: str
) -> None:
    if prefix + column not in header:
        header = [*header, prefix + column]
    decision, rule = fates(make_plan(load_profile(profile), header))[prefix + column]
    assert decision == "refused"
    assert rule is not None


def test_a_filled_forbidden_cell_is_a_refusal_and_an_empty_one_is_nothing() -> None:
    refusals = people_row({"religion": "Catholique", "church": " ", "ethnicity": "'"}).refusals
    assert [column for column, _ in refusals] == ["religion"]


def test_a_person_cannot_map_what_the_law_refuses() -> None:
    plan = make_plan(load_profile("nationbuilder"), PEOPLE, {"religion": "custom:culte"})
    assert fates(plan)["religion"][0] == "refused"


def test_people_are_read_with_all_their_addresses_once() -> None:
    row = people_row(
        {
            "middle_name": "Marie",
            "email": "zoe@example.org",
            "email1": "'zoe@example.org",
            "email2": "z@example.net",
            "mobile_number": "'06 39 98 12 34",
            "born_at": "'12/31/1990",
            "primary_address1": "12 rue du Moulin",
            "primary_zip": "'01000",
            "primary_country": "France",
            "note": "Deux\nlignes",
            "tag_list": "marché, 2026,, marché ",
        },
        [*PEOPLE, "email"],
    )
    assert row.data == (
        ("first_names", "Zoé Marie"),
        ("last_name", "D’Angelo"),
        ("birth_date", "1990-12-31"),
        ("address", '{"street":"12 rue du Moulin","postcode":"01000","country":"France"}'),
        ("email", "zoe@example.org"),
        ("email", "z@example.net"),
        ("phone", "06 39 98 12 34"),
        ("note", "Deux\nlignes"),
    )
    assert row.tags == ("marché", "2026")
    assert row.external == ("nationbuilder", "17")


def test_a_claimed_opt_in_is_no_proof_and_is_dropped() -> None:
    assert fates(make_plan(load_profile("nationbuilder"), PEOPLE))["email_opt_in"] == ("dropped", "consent.claimed")
    assert people_row({"email_opt_in": "true"}).objections == ()


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"do_not_contact": "true"}, ("all",)),
        ({"do_not_call": "Y", "federal_donotcall": "true"}, ("call",)),
        ({"unsubscribed_at": "03/04/2024"}, ("email",)),
        ({"do_not_call": "'true", "do_not_contact": "peut-être"}, ("call", "all")),
        ({"do_not_call": "false", "do_not_contact": "", "federal_donotcall": "0"}, ()),
        ({"email_opt_in": "false"}, ()),
    ],
    ids=["all", "call", "email", "two", "none", "an unticked box is no refusal"],
)
def test_a_refusal_is_never_lost(cells: dict[str, str], expected: tuple[str, ...]) -> None:
    assert people_row(cells).objections == expected


def test_an_address_said_not_to_work_is_not_kept() -> None:
    row = people_row(
        {"email1": "zoe@example.org", "email1_is_bad": "true", "email2": "z@example.net", "email2_is_bad": "false"}
    )
    assert [value for field, value in row.data if field == "email"] == ["z@example.net"]
    assert row.problems == (("email1", "cell.unusable"),)


def test_a_column_nobody_mapped_is_not_kept() -> None:
    told = fates(make_plan(load_profile("nationbuilder"), [*PEOPLE, "couleur_du_velo", ""]))
    assert told["couleur_du_velo"] == ("dropped", "field.unknown")
    assert told[f"column {len(PEOPLE) + 2}"] == ("dropped", "field.unknown")


def test_a_column_may_be_mapped_by_a_person() -> None:
    header = [*PEOPLE, "Couleur du vélo"]
    plan = make_plan(load_profile("nationbuilder"), header, {"couleur_du_velo": "custom:bike"})
    assert fates(plan)["Couleur du vélo"] == ("kept", "custom:bike")
    assert ("custom:bike", "vert") in plan.row_data([*[""] * len(PEOPLE), "vert"]).data


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ({"absent": "custom:x"}, "not in the file"),
        ({"employer": "last_name"}, "two columns are to be the field last_name"),
    ],
    ids=["absent", "one value"],
)
def test_a_mapping_that_makes_no_sense_is_refused(mapping: dict[str, str], message: str) -> None:
    with pytest.raises(Invalid, match=message):
        make_plan(load_profile("nationbuilder"), PEOPLE, mapping)


def test_of_two_columns_for_one_value_the_preferred_is_kept() -> None:
    told = fates(make_plan(load_profile("nationbuilder"), ["address1", *PEOPLE]))
    assert told["primary_address1"] == ("kept", "address.street")
    assert told["address1"] == ("dropped", "field.unknown")


@pytest.mark.parametrize("named", ["nationbuilder", "nationbuilder-financial", "electoral-roll"])
def test_a_financial_export_is_refused_whole_whatever_it_is_called_and_every_column_told(named: str) -> None:
    plan = make_plan(load_profile(named), FINANCIAL)
    assert plan.refused == "donations.apart"
    assert len(plan.fates) == len(FINANCIAL)
    assert {fate.decision for fate in plan.fates} == {"dropped", "refused"}
    assert plan.row_data(["x"] * len(FINANCIAL)).data == ()
    assert make_plan(load_profile("nationbuilder"), PEOPLE).refused is None, "a people export is none"


def test_a_file_without_names_of_columns_is_refused_without_quoting_it() -> None:
    with pytest.raises(Invalid, match="does not name the columns") as refusal:
        make_plan(load_profile("electoral-roll"), ["MARTIN", "Zoé"])
    assert "MARTIN" not in str(refusal.value)
