"""What the detector and the map of names answer becomes findings of the pack, or holds the words."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from policy.detect import lexicon_version
from policy.load import load
from policy.words import FREE, Reader

FRANCE = load("france", date(2026, 11, 21))
LEXICON = Path(__file__).parents[2] / "policy" / "lexicon"


def test_every_rule_of_the_map_of_names_stands_in_the_pack() -> None:
    names = tomllib.loads((LEXICON / "names.toml").read_text(encoding="utf-8"))["names"]
    assert {entry["rule"] for entry in names} - set(FRANCE.rules) == set()


def test_every_category_of_the_lexicon_has_its_rule_in_the_pack() -> None:
    files = {path.stem for path in LEXICON.glob("*.toml")} - {"names", "cues", "masks"}
    ruled = {rule.removeprefix("forbidden.") for rule in FRANCE.rules if rule.startswith("forbidden.")}
    assert {"religion", "health", "ethnic_origin"} <= ruled & files


def test_the_version_recorded_with_a_decision_is_that_of_the_words_asked() -> None:
    assert Reader(FRANCE).version == lexicon_version()


def test_plain_words_are_free_and_are_read_once() -> None:
    reader = Reader(FRANCE)
    assert reader.note("Passer samedi matin") is FREE
    assert reader.value("profession", "menuisière") is reader.value("profession", "menuisière")


def test_no_more_than_a_few_thousand_values_are_remembered() -> None:
    reader = Reader(FRANCE)
    for number in range(5000):
        reader.value("website", str(number))
    assert len(reader._known) == 4096  # noqa: SLF001 - the bound is the point


@pytest.mark.parametrize("name", ["couleur préférée du canapé", "tournée nord"])
def test_a_plain_name_is_free(name: str) -> None:
    assert Reader(FRANCE).name(name) is FREE


def test_words_the_detector_holds_are_held_and_not_refused() -> None:
    answer = Reader(FRANCE).note("x" * 20_001)
    assert [(rule.id, decision) for rule, decision in answer.rules] == [("text.unread", "review")]


def test_a_refused_name_that_reveals_an_opinion_is_told_once() -> None:
    findings = Reader(FRANCE).name("religion").findings("custom:religion")
    assert [finding.rule for finding in findings] == ["forbidden.religion"]


def test_what_a_reviewer_accepted_passes_and_what_is_refused_does_not() -> None:
    reader = Reader(FRANCE)
    assert reader.note("Fédération CFDT du Rhône").accepted.rules == ()
    refused = reader.note("Famille juive pratiquante")
    assert refused.accepted == refused


def test_an_organisation_in_a_title_is_free_and_a_group_of_persons_is_not() -> None:
    reader = Reader(FRANCE)
    assert reader.title("Union locale CGT") is FREE
    assert [rule.id for rule, _ in reader.title("Militants CGT").rules] == ["forbidden.trade_union"]


OTHERS = {
    "Sa femme est socialiste": True,
    "Son mari vote à gauche": True,
    "Le voisin est au RN": True,
    "Son fils milite à LFI": True,
    "Ses deux enfants sont écologistes, membres d'EELV": True,
    "L'épouse est adhérente du PS": True,
    "Her husband is a labour voter": True,
    "Est socialiste": False,
    "Femme de gauche, socialiste convaincue": False,
    "Une amie du quartier passera. Vote socialiste": False,
    "Est socialiste ; sa fille garde les clés": False,
}
"""What notes say, and whether it is somebody else's opinion."""


def test_somebody_elses_opinion_is_refused_and_the_contacts_own_has_its_doors() -> None:
    reader = Reader(FRANCE)
    for text, another in OTHERS.items():
        told = reader.note(text)
        rules = [finding.rule for finding in told.findings("note")]
        assert (rules, told.opinion) == ((["third_person.opinion"], False) if another else ([], True)), text
    assert reader.tag("les amis du parti socialiste").rules == ()
