import re
import tomllib
import unicodedata
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from files.header import checked_header
from files.profiles import bare_names, detect_profile, fold, load_profile, profile_names, read_profile
from files.sample import sample_data
from kernel.errors import Misconfigured, NotFound
from policy.load import load

EDITION = load("france", date(2026, 1, 1))
HEADERS = tomllib.loads((Path(__file__).parent / "headers.toml").read_text("utf-8"))
OLD_ROLL = (
    "TypeListe InfoListe DateCreationListe CodeDepartement CodeCommune NomCommune NoElecteurGeneral Sexe "
    "NomdeNaissance NomDusage Prenoms DateDeNaissance NomComNaissance DeptNaissance PaysNaissance Nationalite "
    "NomBureauDeVote NoBureauDeVote CodeCanton CodeCirconscription ComplementDeLocalisation1 ComplementDeLocalisation2 "
    "NumeroVoie TypeVoie LibelleVoie LieuDit CodePostal VilleLocalite Pays"
).split()


def roll_header() -> list[str]:
    return sample_data()["headers"]["roll"].strip().replace("\n", ";").split(";")  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Numéro d’ordre dans le bureau de vote", "numerodordredanslebureaudevote"),
        ("NUMERO D'ORDRE DANS LE BUREAU DE VOTE", "numerodordredanslebureaudevote"),
        ("email_opt_in", "emailoptin"),
        ("  ", ""),
    ],
)
def test_case_accents_and_signs_do_not_count(name: str, folded: str) -> None:
    assert fold(name) == folded


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (roll_header(), "electoral-roll"),
        ([column.upper().replace("'", "’") for column in roll_header()], "electoral-roll"),
        (OLD_ROLL, "electoral-roll"),
        (sample_data()["headers"]["people"].split(), "nationbuilder"),
        ("nationbuilder_id first_name last_name email mobile_number tag_list age gender".split(), "nationbuilder"),
        (sample_data()["headers"]["financial"].split(), "nationbuilder-financial"),
    ],
    ids=["roll", "roll in capitals", "old roll", "people", "shorter people", "financial"],
)
def test_a_header_tells_its_kind(header: list[str], name: str) -> None:
    assert detect_profile(header).name == name


@pytest.mark.parametrize("form", ["header", "near"])
@pytest.mark.parametrize("name", sorted(HEADERS))
def test_a_tools_header_is_told_and_every_column_is_known(name: str, form: str) -> None:
    detected = detect_profile(re.split("[,;]", HEADERS[name][form]))
    assert (detected.name, detected.confidence) == (name, 1)


def deformed(header: list[str]) -> dict[str, list[str]]:
    """Return a header as people, spreadsheets and tools deform it."""

    def each(change: Callable[[str], str]) -> list[str]:
        return [change(name) for name in header]

    def bare(name: str) -> str:
        return "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))

    words: dict[str, list[str]] = {
        "capitals": each(str.upper),
        "small": each(str.lower),
        "titles": each(str.title),
        "no accents": each(bare),
        "decomposed": each(lambda name: unicodedata.normalize("NFD", name)),
        "underscores": each(lambda name: name.replace(" ", "_")),
        "blanks": each(lambda name: name.replace("_", " ")),
        "hard blanks": each(lambda name: name.replace(" ", "\N{NO-BREAK SPACE}")),
        "byte order mark": ["\ufeff" + header[0], *header[1:]],
        "quoted": each(lambda name: f'"{name}"'),
        "starred": each(lambda name: f" {name} * :"),
        "unseen": each(lambda name: f"\u200b{name[:2]}\u00ad{name[2:]}\u200b"),
        "numbered": [f"{number}. {name}" for number, name in enumerate(header, 1)],
    }
    for sign in ("\N{RIGHT SINGLE QUOTATION MARK}", "`", "\N{MODIFIER LETTER APOSTROPHE}", "\N{PRIME}", " ", ""):
        words[f"apostrophe {sign}"] = each(lambda name, sign=sign: name.replace("'", sign))  # type: ignore[misc]
    for before in ("contact_", "Contact: "):
        words[before] = each(lambda name, before=before: before + name)  # type: ignore[misc]
    return words


def test_a_header_is_known_however_it_is_deformed() -> None:
    rolls = {"header": ";".join(roll_header()), "near": ";".join(OLD_ROLL)}
    for name, forms in {**HEADERS, "electoral-roll": rolls}.items():
        for form in ("header", "near"):
            for how, header in deformed(re.split("[,;]", forms[form])).items():
                detected = detect_profile(checked_header(header))
                assert (detected.name, detected.confidence) == (name, 1), (name, form, how)


def test_what_all_names_begin_with_stays_where_it_says_more() -> None:
    for header in (
        ["syndicat_nom", "syndicat_prénom"],  # The prefix itself tells what the file is.
        ["zz_Dupont", "zz_Marie"],  # No profile knows the rest.
        ["1. nom", "2. nom", "3. prénom"],  # Two columns would have one name.
        ["nom", "prénom"],
    ):
        assert bare_names(header) == tuple(header)
    assert bare_names(["previous nom", "previous prénom", "previous parti"]) == ("nom", "prénom", "previous parti")


def test_every_profile_was_tried_on_a_header() -> None:
    assert {*HEADERS, "electoral-roll", "nationbuilder", "nationbuilder-financial"} == set(profile_names())


@pytest.mark.parametrize("header", [roll_header(), OLD_ROLL], ids=["roll", "old roll"])
def test_every_column_of_both_rolls_is_known(header: list[str]) -> None:
    assert detect_profile(header).confidence == 1


def test_an_unknown_header_is_not_guessed_and_not_quoted() -> None:
    detected = detect_profile(["Martin", "Zoé", "12 rue du Moulin"])
    assert (detected.name, detected.confidence) == (None, 0)
    assert "Martin" not in detected.explanation


def test_an_unknown_profile_is_not_found() -> None:
    with pytest.raises(NotFound, match="electoral-roll, en-marche, generic, nationbuilder, nationbuilder-financial"):
        load_profile("../secrets")


@pytest.mark.parametrize("content", ['name = "x"', 'name = "x"\nlabel_fr = "x"\nlabel_en = "x"\nodd = 1'])
def test_a_profile_with_a_missing_or_an_odd_key_is_misconfigured(content: str) -> None:
    with pytest.raises(Misconfigured, match="profile x"):
        read_profile(content)


@pytest.mark.parametrize("name", profile_names())
def test_a_profile_speaks_of_fields_categories_origins_and_rules_that_the_law_knows(name: str) -> None:
    profile = load_profile(name)
    beside = {"commune", "polling_station", "tags", *(("consent",) if profile.about == "consents" else ())}
    assert {meaning.split(".")[0] for meaning in profile.columns} - beside <= EDITION.fields.keys()
    assert {*profile.dropped, *filter(None, [profile.refused])} <= EDITION.rules.keys()
    assert profile.category is None or profile.category in EDITION.categories
    assert profile.origin is None or profile.origin in EDITION.origins


@pytest.mark.parametrize("name", profile_names())
def test_no_column_of_a_profile_means_two_things(name: str) -> None:
    profile = load_profile(name)
    aliases = [column for group in profile.columns.values() for alias in group for column in alias]
    groups = [*profile.dropped.values(), *profile.objections.values(), aliases, list(profile.voids.values())]
    names = [column for group in groups for column in group]
    assert len(names) == len(set(names))


def test_the_roll_keeps_only_what_its_origin_may_hold() -> None:
    profile = load_profile("electoral-roll")
    allowed = EDITION.origins["electoral_roll"].fields
    assert allowed is not None
    assert {meaning.split(".")[0] for meaning in profile.columns} - {"commune", "polling_station"} <= allowed
    assert profile.needs_election
