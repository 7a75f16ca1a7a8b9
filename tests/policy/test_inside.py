"""Words hidden in an address or an identifier are read; places, institutions and plain identifiers pass."""

import json
from datetime import date

from policy.draft import Draft, Origin
from policy.inside import complements, spoken
from policy.load import load
from policy.screen import screen

TODAY = date(2026, 11, 21)
FRANCE = load("france", TODAY)
ORIGIN = Origin(kind="petition", obtained_on=date(2026, 11, 1), number=1, synthetic=True)


def fields_refused(*data: tuple[str, str]) -> set[str]:
    draft = Draft(category="regular", origin=ORIGIN, data=(("last_name", "Dupont"), *data))
    clearance = screen(FRANCE, [draft], on=TODAY)
    return {one.field for one in clearance.findings[0] if one.field != "*" and one.category}


def test_what_is_written_beside_the_street_is_read() -> None:
    for telling in ("2e étage, personne malvoyante", "famille juive"):
        address = json.dumps({"street": "rue de la Paix", "complement1": telling}, ensure_ascii=False)
        assert fields_refused(("address", address)) == {"address"}
    for plain in ("BAT A ESC 2", "EHPAD Les Tilleuls", "Foyer ADOMA", "Résidence Notre-Dame"):
        address = json.dumps({"street": "rue de la Paix", "complement1": plain}, ensure_ascii=False)
        assert fields_refused(("address", address)) == set()


def test_an_identifier_that_is_a_sentence_is_read() -> None:
    assert fields_refused(("external_id", "crm\x1ffamille juive pratiquante")) == {"external_id"}
    assert fields_refused(("external_id", "crm\x1f10482"), ("roll_number", "A-17")) == set()


def test_only_what_can_say_something_is_read() -> None:
    assert complements('{"street": "rue des Lilas"}') == ""
    assert complements('"complement, not of JSON') == '"complement, not of JSON'
    assert spoken("12-345") == ""
    assert spoken("famille juive") == "famille juive"
