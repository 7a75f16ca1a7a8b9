"""Letters for whoever has no e-mail."""

from pathlib import Path
from uuid import UUID

import pytest

from kernel.errors import Invalid
from rights.file import Person
from rights.identity import doubt_identity
from rights.paper import print_letter
from rights.steps import ask_details, complete_details, extend_request, link_request
from rights.words import Kind
from tests.factories import marie, recorded
from tests.rights.asking import URL, asking


def test_who_has_no_e_mail_is_told_of_each_step_on_paper(sqlite_url: str, tmp_path: Path) -> None:
    with asking(sqlite_url, tmp_path) as desk:
        (person,) = recorded(desk.world, marie(desk.world))
        home = Person(first_names="Marie", last_name="Dupont", street="1 rue du Bac", postcode="75007", city="Paris")
        asked = desk.receive(Kind.ERASURE, home)

        def paper(request: UUID) -> str:
            printed = desk.do(print_letter, request, URL)
            assert printed.to == ("Marie Dupont", "1 rue du Bac", "75007 Paris")
            return str(printed.letter.text)

        assert "bien reçu" in paper(asked.id) or "avons reçu" in paper(asked.id)
        desk.do(ask_details, asked.id, "de quelle année ?", URL)
        assert "de quelle année ?" in paper(asked.id)
        desk.do(complete_details, asked.id, "toutes")
        told = {"why": "nom différent", "question": "un justificatif", "public_url": URL}
        desk.do(doubt_identity, asked.id, document=True, **told)
        assert "nom différent" in paper(asked.id)
        assert "Ne l'envoyez pas par courriel" in paper(asked.id)
        desk.confirm(asked.id, person)
        desk.do(extend_request, asked.id, "complexity", "Quatre fichiers.", URL)
        assert "Quatre fichiers." in paper(asked.id)
        twin = desk.receive(Kind.ERASURE, home)
        desk.do(link_request, twin.id, asked.reference, URL)
        assert asked.reference in paper(twin.id)
        desk.grant(asked.id, reason="no_data_found", words="Cherché par nom et adresse.")
        assert desk.work() == []  # Nobody to write to: the staff posts it.
        text = paper(asked.id)
        assert "nous n'avons aucune donnée sur vous. Cherché par nom et adresse." in text
        assert "effacé" not in text
        assert "3 place de Fontenoy" in text
        unreachable = desk.receive(Kind.ACCESS)
        with pytest.raises(Invalid, match="postal address"):
            desk.do(print_letter, unreachable.id, URL)
