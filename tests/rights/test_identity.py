"""Who asks: proven by a mailbox that is theirs alone, or by a code that was posted."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest

from kernel.errors import Conflict, Invalid, NotFound
from kernel.identity import PersonId
from policy.draft import Draft
from rights.file import Person
from rights.identity import PostedCode, confirm_by_link, confirm_mailbox, post_code, try_posted_code
from rights.steps import extend_request, link_request
from rights.words import Asker, Kind, Way
from tests.factories import World, later, marie, recorded, supporter, voter
from tests.rights.asking import URL, asking, texts

ROLL = Person(first_names="Jean", last_name="Électeur1", birth_date="1960-05-04")


def test_a_mailbox_that_is_one_persons_alone_proves_who_asks_and_a_shared_one_does_not(
    database_url: str, tmp_path: Path
) -> None:
    with asking(database_url, tmp_path) as desk:
        (alone,) = recorded(desk.world, marie(desk.world))
        pair = [replace(marie(desk.world, "couple@example.org"), data=(("last_name", "Martin"), ("first_names", name),
                ("email", "couple@example.org"))) for name in ("Anne", "Luc")]  # fmt: skip
        recorded(desk.world, *pair)
        found = {}
        for address in ("marie@example.org", "couple@example.org", "inconnue@example.org"):
            asked = desk.receive(Kind.ACCESS, Person(email=address), way=Way.PAGE, quiet=True)
            desk.do(confirm_mailbox, asked.id)
            desk.do(confirm_mailbox, asked.id)
            desk.work()
            found[address] = desk.show(asked.id).line
        assert [(one.state, one.identity, one.contact) for one in found.values()] == [
            ("in_progress", "code", alone), ("received", "mailbox", None), ("received", "mailbox", None)
        ]  # fmt: skip
        again = desk.receive(Kind.ACCESS, quiet=True)
        desk.do(confirm_mailbox, again.id)
        assert any("votre demande" in text.lower() or "déjà demandé" in text for text in texts(desk))
        line = desk.show(again.id).line
        assert (line.state, line.first) == ("linked", found["marie@example.org"].id)


def test_the_later_of_two_requests_joins_the_first_whichever_was_identified_before(
    sqlite_url: str, tmp_path: Path
) -> None:
    with asking(sqlite_url, tmp_path) as desk:
        person, other = recorded(desk.world, marie(desk.world), marie(desk.world, "autre@example.org"))
        first = desk.receive(Kind.ACCESS, received_on=date(2026, 11, 2))
        second = desk.receive(Kind.ACCESS)
        son = Person(first_names="Paul", last_name="Dupont", email="paul@example.org")
        mandated = desk.receive(Kind.ACCESS, asker=Asker.MANDATE, on_behalf=son)
        desk.work()
        desk.confirm(second.id, person)
        desk.confirm(mandated.id, person)
        desk.confirm(first.id, person)
        (mail,) = desk.work()
        assert second.reference in mail["Subject"]
        assert first.reference in mail.get_content()
        lines = [desk.show(one.id).line for one in (first, second, mandated)]
        assert [(one.state, one.first) for one in lines] == [
            ("in_progress", None), ("linked", first.id), ("in_progress", None)
        ]  # fmt: skip
        assert lines[0].due_on == date(2026, 12, 2)
        third, strangers = desk.receive(Kind.ACCESS), desk.receive(Kind.ACCESS, contact=other)
        for late, joined in ((first, third), (strangers, first)):
            with pytest.raises(Conflict, match="came before"):
                desk.do(link_request, late.id, joined.reference, URL)


def test_a_code_is_posted_to_the_address_in_the_file_and_to_no_other(sqlite_url: str, tmp_path: Path) -> None:
    with asking(sqlite_url, tmp_path) as desk:
        jean, _ = recorded(desk.world, housed(desk.world), voter(desk.world, 2))
        elsewhere = replace(ROLL, street="9 rue d'un autre", postcode="13001", city="Marseille")
        asked = desk.receive(Kind.ACCESS, elsewhere, way=Way.PAGE)
        with pytest.raises(Invalid, match="whose file"):
            desk.do(post_code, asked.id, URL)
        with pytest.raises(NotFound):
            desk.do(post_code, asked.id, URL, contact=PersonId(uuid4()))
        posted = desk.do(post_code, asked.id, URL, contact=jean)
        assert posted.to == ("Jean Électeur1", "1 rue du Bac", "75007 Paris")
        assert desk.do(try_posted_code, asked.id, code_of(posted), URL)
        line = desk.show(asked.id).line
        assert (line.identity, line.contact, line.state) == ("post", jean, "in_progress")


def test_a_request_of_somebody_not_identified_neither_joins_that_of_the_person_nor_learns_of_it(
    sqlite_url: str, tmp_path: Path
) -> None:
    with asking(sqlite_url, tmp_path) as desk:
        (person,) = recorded(desk.world, marie(desk.world))
        stranger = Person(first_names="Marie", last_name="Dupont", email="autre@example.org")
        before = desk.receive(Kind.ACCESS, stranger, contact=person, received_on=date(2026, 11, 2))
        asked = desk.receive(Kind.ACCESS)
        after = desk.receive(Kind.ACCESS, stranger, contact=person)
        desk.work()
        desk.confirm(asked.id, person)
        assert desk.work() == []
        assert [desk.show(one.id).line.state for one in (before, asked, after)] == [
            "received",
            "in_progress",
            "received",
        ]
        desk.confirm(before.id)
        assert desk.show(asked.id).line.first == before.id


def test_a_code_is_posted_for_nobody_whose_identity_is_established(sqlite_url: str, tmp_path: Path) -> None:
    with asking(sqlite_url, tmp_path) as desk:
        person, other = recorded(desk.world, marie(desk.world), housed(desk.world))
        asked = desk.receive(Kind.ACCESS)
        desk.confirm(asked.id, person)
        desk.do(extend_request, asked.id, "complexity", "beaucoup", URL)
        with pytest.raises(Conflict, match="no code"):
            desk.do(post_code, asked.id, URL, contact=other)
        assert desk.show(asked.id).line.contact == person


def test_what_a_list_brought_as_an_address_and_is_none_leaves_no_request_without_an_answer(
    sqlite_url: str, tmp_path: Path
) -> None:
    with asking(sqlite_url, tmp_path) as desk:
        (person,) = recorded(
            desk.world, supporter(desk.world, ("last_name", "Martin"), ("email", "aucune"), ("phone", "aucun"))
        )
        asked = desk.receive(Kind.ACCESS, contact=person)
        desk.do(confirm_by_link, asked.id, person, URL)
        desk.grant(asked.id)
        desk.work()
        line = desk.show(asked.id).line
        assert (line.identity, line.state) == ("link", "answered")


def housed(world: World) -> Draft:
    address = '{"number":"1","street":"rue du Bac","postcode":"75007","city":"Paris"}'
    return replace(voter(world, 1), data=(*voter(world, 1).data, ("address", address)))


def code_of(posted: PostedCode) -> str:
    return next(line for line in posted.letter.text.splitlines() if line.replace(" ", "").isdigit())


def test_a_code_that_was_posted_opens_once_and_locks_after_five_slips(sqlite_url: str, tmp_path: Path) -> None:
    with asking(sqlite_url, tmp_path) as desk:
        jean, homeless = recorded(desk.world, housed(desk.world), voter(desk.world, 2))
        asked = desk.receive(Kind.ACCESS, ROLL, contact=jean)
        with pytest.raises(Invalid, match="postal address"):
            desk.do(post_code, desk.receive(Kind.ACCESS, contact=homeless).id, URL)
        posted = desk.do(post_code, asked.id, URL)
        assert posted.to == ("Jean Électeur1", "1 rue du Bac", "75007 Paris")
        code = code_of(posted)
        wrong = "0000 0001" if code != "0000 0001" else "0000 0002"
        for _ in range(5):
            assert not desk.do(try_posted_code, asked.id, wrong, URL)
        assert not desk.do(try_posted_code, asked.id, code, URL)
        posted = desk.do(post_code, asked.id, URL)
        code = code_of(posted)
        later(desk.world, days=31)
        assert not desk.do(try_posted_code, asked.id, code, URL)
        posted = desk.do(post_code, asked.id, URL)
        code = code_of(posted)
        assert desk.do(try_posted_code, asked.id, code, URL)
        line = desk.show(asked.id).line
        assert (line.identity, line.contact, line.state) == ("post", jean, "in_progress")
        assert not desk.do(try_posted_code, asked.id, code, URL)
