"""Requests from their receipt to their answer: the eight rights, the clock, the closed list, and what is never done."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from accounts.approvals.demand import ApprovalMissing
from contacts.reveal import reveal_contacts
from kernel.errors import Conflict, Invalid, NotFound
from kernel.identity import PersonId
from rights.board import export_requests, id_of
from rights.course import NotNow
from rights.file import Person
from rights.identity import confirm_mailbox, doubt_identity, post_code, try_posted_code
from rights.paper import print_letter
from rights.steps import ask_details, close_request, complete_details, extend_request, link_request, withdraw_request
from rights.words import Asker, Kind, Way
from tests.factories import count, dump, later, ledger_of, marie, raw, recorded, voter
from tests.rights.asking import MARIE, RIGHTS, URL, Desk, asking

ROLL = Person(first_names="Jean", last_name="Électeur1", birth_date="1960-05-04")


def texts(desk: Desk) -> list[str]:
    return [mail.get_content() for mail in desk.work()]


def test_a_request_is_answered_from_its_letter_to_its_last_mail(database_url: str, tmp_path: Path) -> None:
    with asking(database_url, tmp_path) as desk:
        (person,) = recorded(desk.world, marie(desk.world))
        asked = desk.receive(Kind.ACCESS, received_on=date(2026, 11, 19), details="tout, depuis le début")
        assert (asked.received_on, asked.due_on) == (date(2026, 11, 19), date(2026, 12, 21))
        (receipt,) = desk.work()
        assert receipt["To"] == "marie@example.org"
        assert asked.reference in receipt["Subject"]
        assert "21 décembre 2026" in receipt.get_content()
        assert receipt.get_content_type() == "text/plain"
        with pytest.raises(NotNow, match="identity"):
            desk.grant(asked.id)
        with pytest.raises(Invalid, match="few words"):
            desk.confirm(asked.id, words=" ")
        desk.confirm(asked.id)
        with pytest.raises(Invalid, match="whose file"):
            desk.grant(asked.id)
        with pytest.raises(NotNow):
            desk.confirm(asked.id, person)
        assert desk.show(asked.id).line.state == "in_progress"
        asked = desk.receive(Kind.ACCESS, contact=person)
        desk.confirm(asked.id)
        desk.grant(asked.id)
        assert desk.show(asked.id).line.state == "decided"
        (_, ready, answer) = desk.work()
        assert "/deliveries/" in ready.get_content()
        assert "Notre réponse est prête" in answer.get_content()
        assert "cnil.fr/fr/plaintes" in answer.get_content()
        shown = desk.show(asked.id)
        assert (shown.line.state, shown.line.standards["opendsr_status"]) == ("answered", "completed")
        assert shown.line.standards["dpv_right"] == "eu-gdpr:A15"
        assert [one.act for one in shown.steps] == ["receive", "confirm", "grant", "answer"]
        assert shown.steps[1].words == "connue de vue"
        assert {one.role for one in shown.steps} == {"operator", "system"}
        assert desk.do(id_of, asked.reference.lower()) == asked.id
        with pytest.raises(NotFound):
            desk.do(id_of, "DR-0000-0000")
        with pytest.raises(NotFound):
            desk.show(uuid4())
        check_nothing_in_clear(desk)
        told = desk.do(export_requests, [person])[person]
        assert told[0]["told"]["person"]["last_name"] == "Dupont"


def check_nothing_in_clear(desk: Desk) -> None:
    kept = repr(dump(desk.world))
    assert not [word for word in ("Dupont", "marie@", "connue de vue", "depuis le début") if word in kept]


def test_an_objection_takes_effect_at_once_and_reaches_whoever_is_known_by_name_and_address_only(
    database_url: str, tmp_path: Path
) -> None:
    with asking(database_url, tmp_path) as desk:
        address = '{"number":"","street":"1 rue du Bac","postcode":"75007","city":"Paris"}'
        known = replace(voter(desk.world, 1), data=(*voter(desk.world, 1).data, ("address", address)))
        jean, other = recorded(desk.world, known, voter(desk.world, 2))
        who = Person(first_names="jean", last_name="electeur1", street="1, rue du Bac", postcode="75007", city="PARIS")
        asked = desk.receive(Kind.OBJECTION, who, way=Way.PAGE)
        assert count(desk.world, "opposition") > 0
        assert desk.show(asked.id).line.state == "decided"
        assert desk.work() == []  # No e-mail: nobody to write to.
        assert desk.show(asked.id).line.state == "answered"
        standing = {person: refused(desk, person) for person in (jean, other)}
        assert standing == {jean: True, other: False}
        mail = desk.receive(Kind.CONSENT_WITHDRAWAL, MARIE, language="en")
        assert "your consent is withdrawn" in texts(desk)[0].lower()
        assert desk.show(mail.id).line.state == "answered"
        for kind in (Kind.OBJECTION, Kind.CONSENT_WITHDRAWAL):
            with pytest.raises(Invalid, match="none for this request"):
                desk.refuse(desk.receive(kind, MARIE).id, "manifestly_excessive", "encore")


def refused(desk: Desk, person: PersonId) -> bool:
    with raw(desk.world.url, desk.world.campaign) as database:
        rows = database.run("SELECT status FROM consent_standing WHERE contact_id = ?", person)
    return any("refused" in str(row) or "withdrawn" in str(row) or row for row in rows)


def test_each_right_does_what_it_says(database_url: str, tmp_path: Path) -> None:
    with asking(database_url, tmp_path) as desk:
        first, second, third, fourth = recorded(
            desk.world, *(marie(desk.world, f"{name}@example.org") for name in ("a", "b", "c", "d"))
        )
        asked = desk.receive(Kind.RECTIFICATION, contact=first, changes=(("email", "neuve@example.org"),))
        granted(desk, asked.id)
        assert ("email", "neuve@example.org") in data_of(desk, first)
        asked = desk.receive(Kind.RESTRICTION, contact=second)
        desk.confirm(asked.id)
        with pytest.raises(Invalid, match="ground is one of"):
            desk.grant(asked.id, ground="mood")
        desk.grant(asked.id, ground="needed_for_claims")
        desk.work()
        assert desk.do(reveal_contacts, [second])[0].restricted
        asked = desk.receive(Kind.ERASURE, contact=third)
        granted(desk, asked.id)
        assert desk.do(reveal_contacts, [third]) == [None]
        assert count(desk.world, "opposition") > 0
        assert not ledger_of(desk.world).unfinished(desk.world.campaign)
        assert desk.show(asked.id).line.state == "answered"  # The file of the request stays, under its own key.
        heir = Person(first_names="Paul", last_name="Dupont", email="paul@example.org")
        asked = desk.receive(Kind.POST_MORTEM, contact=fourth, asker=Asker.HEIR, on_behalf=heir)
        mails = granted(desk, asked.id)
        assert {mail["To"] for mail in mails} == {"paul@example.org"}
        assert desk.do(reveal_contacts, [fourth]) == [None]
        for kind in (Kind.PORTABILITY, Kind.ACCESS):
            asked = desk.receive(kind, contact=first)
            granted(desk, asked.id)
            assert desk.show(asked.id).line.state == "answered"
        nothing = desk.receive(Kind.ERASURE, Person(email="inconnue@example.org"))
        desk.confirm(nothing.id)
        desk.grant(nothing.id, reason="no_data_found")
        assert "aucune donnée sur vous" in " ".join(texts(desk))


def granted(desk: Desk, request: UUID) -> list:  # type: ignore[type-arg]
    desk.confirm(request)
    desk.grant(request)
    return desk.work()


def data_of(desk: Desk, person: PersonId) -> set[tuple[str, str]]:
    return {(one.field, one.value) for one in desk.do(reveal_contacts, [person])[0].data}


def test_a_doubt_stops_the_clock_and_only_a_doubt(sqlite_url: str, tmp_path: Path) -> None:
    with asking(sqlite_url, tmp_path) as desk:
        asked = desk.receive(Kind.ACCESS)
        assert asked.due_on == date(2026, 12, 21)
        desk.do(ask_details, asked.id, "de quelle période ?", URL)
        assert desk.show(asked.id).line.due_on == asked.due_on
        desk.do(complete_details, asked.id, "toute")
        for why, question in (("", "où ?"), ("nom différent", " ")):
            with pytest.raises(Invalid):
                desk.do(doubt_identity, asked.id, why=why, question=question, public_url=URL)
        with pytest.raises(Invalid, match="ask once before"):
            desk.refuse(asked.id, "identity_not_established")
        desk.do(doubt_identity, asked.id, why="nom différent", question="votre code postal ?", public_url=URL)
        shown = desk.show(asked.id)
        assert (shown.line.state, shown.line.due_on) == ("awaiting_identity", None)
        mails = texts(desk)
        later(desk.world, days=10)
        desk.confirm(asked.id)
        assert desk.show(asked.id).line.due_on == date(2026, 12, 31)
        assert any("N'envoyez pas de carte d'identité" in text and "nom différent" in text for text in mails)
        with pytest.raises(Invalid, match="closed list"):
            desk.do(extend_request, asked.id, "holidays", "", URL)
        desk.do(extend_request, asked.id, "complexity", "Quatre fichiers.", URL)
        assert desk.show(asked.id).line.due_on == date(2027, 3, 3)
        with pytest.raises(NotNow):
            desk.do(extend_request, asked.id, "complexity", "", URL)
        assert any("Quatre fichiers" in text and "3 mars 2027" in text for text in texts(desk))
        desk.refuse(asked.id, "identity_not_established")
        assert any("3 place de Fontenoy" in text for text in texts(desk))
        desk.do(close_request, asked.id)


def test_a_request_is_put_off_only_within_the_first_month_and_a_minors_erasure_never(
    sqlite_url: str, tmp_path: Path
) -> None:
    with asking(sqlite_url, tmp_path) as desk:
        late, minor = desk.receive(Kind.ACCESS), desk.receive(Kind.ERASURE, minor=True)
        with pytest.raises(NotNow, match="put off"):
            desk.do(extend_request, minor.id, "complexity", "", URL)
        later(desk.world, days=40)
        with pytest.raises(NotNow, match="put off"):
            desk.do(extend_request, late.id, "complexity", "", URL)


def test_refusals_come_from_the_closed_list_and_those_for_abuse_take_four_eyes(sqlite_url: str, tmp_path: Path) -> None:
    with asking(sqlite_url, tmp_path) as desk:
        asked = desk.receive(Kind.ACCESS)
        for reason in ("no_time", "complexity", "no_directive", "legal_obligation", ""):
            with pytest.raises(Invalid, match="closed list"):
                desk.refuse(asked.id, reason)
        with pytest.raises(Invalid, match="proof"):
            desk.refuse(asked.id, "manifestly_excessive")
        with pytest.raises(ApprovalMissing):
            desk.refuse(asked.id, "manifestly_excessive", "douze fois en un mois")
        desk.refuse(asked.id, "not_controller", "C'est la mairie.")
        assert any("un autre responsable en décide. C'est la mairie." in text for text in texts(desk))
        assert desk.show(asked.id).line.reason == "not_controller"
        with pytest.raises(NotNow):
            desk.grant(asked.id)


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


def test_a_code_that_was_posted_opens_once_and_locks_after_five_slips(sqlite_url: str, tmp_path: Path) -> None:
    with asking(sqlite_url, tmp_path) as desk:
        who = replace(ROLL, street="1 rue du Bac", postcode="75007", city="Paris")
        (jean,) = recorded(desk.world, voter(desk.world, 1))
        asked = desk.receive(Kind.ACCESS, who, contact=jean)
        with pytest.raises(Invalid, match="postal address"):
            desk.do(post_code, desk.receive(Kind.ACCESS).id, URL)
        posted = desk.do(post_code, asked.id, URL)
        assert posted.to == ("Jean Électeur1", "1 rue du Bac", "75007 Paris")
        code = next(line for line in posted.letter.text.splitlines() if line.replace(" ", "").isdigit())
        wrong = "0000 0001" if code != "0000 0001" else "0000 0002"
        for _ in range(5):
            assert not desk.do(try_posted_code, asked.id, wrong, URL)
        assert not desk.do(try_posted_code, asked.id, code, URL)
        posted = desk.do(post_code, asked.id, URL)
        code = next(line for line in posted.letter.text.splitlines() if line.replace(" ", "").isdigit())
        later(desk.world, days=31)
        assert not desk.do(try_posted_code, asked.id, code, URL)
        posted = desk.do(post_code, asked.id, URL)
        code = next(line for line in posted.letter.text.splitlines() if line.replace(" ", "").isdigit())
        assert desk.do(try_posted_code, asked.id, code, URL)
        line = desk.show(asked.id).line
        assert (line.identity, line.contact, line.state) == ("post", jean, "in_progress")
        assert not desk.do(try_posted_code, asked.id, code, URL)


def test_what_has_no_meaning_is_refused_whole(sqlite_url: str, tmp_path: Path) -> None:
    with asking(sqlite_url, tmp_path) as desk:
        before = dump(desk.world, without=["entry", "sequence", "checkpoint"])
        wrong: list[tuple[Kind, Person, dict[str, Any]]] = [
            (Kind.ACCESS, Person(), {}),
            (Kind.ACCESS, Person(email="no address"), {}),
            (Kind.ACCESS, Person(email="a@example.org", phone="12"), {}),
            (Kind.ACCESS, MARIE, {"received_on": date(2026, 11, 23)}),
            (Kind.ACCESS, MARIE, {"asker": Asker.MANDATE}),
            (Kind.ACCESS, MARIE, {"on_behalf": MARIE}),
            (Kind.ACCESS, MARIE, {"details": "x" * 4_001}),
            (Kind.ACCESS, MARIE, {"changes": (("email", "b@example.org"),)}),
            (Kind.POST_MORTEM, MARIE, {}),
            (Kind.ERASURE, MARIE, {"ground": "mood"}),
        ]
        for kind, person, more in wrong:
            with pytest.raises(Invalid):
                desk.receive(kind, person, **more)
        with pytest.raises(NotFound):
            desk.receive(Kind.ACCESS, contact=PersonId(uuid4()))
        assert dump(desk.world, without=["entry", "sequence", "checkpoint"]) == before
        one, other = desk.receive(Kind.ACCESS), desk.receive(Kind.ERASURE)
        acts: list[tuple[Any, ...]] = [
            (link_request, one.id, other.reference, URL),
            (link_request, one.id, one.reference, URL),
            (complete_details, one.id, "mais si"),
            (close_request, one.id),
        ]
        for act in acts:
            with pytest.raises(Conflict):
                desk.do(*act)
        desk.do(withdraw_request, one.id, URL)
        twin = desk.receive(Kind.ERASURE)
        desk.do(link_request, twin.id, other.reference, URL)
        assert desk.show(twin.id).line.first == other.id
        with pytest.raises(NotFound):
            desk.do(link_request, other.id, "DR-0000-0000", URL)


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


def test_whatever_a_crash_interrupts_is_done_at_the_next_try(sqlite_url: str, tmp_path: Path) -> None:
    from installation.chores import Chores  # noqa: PLC0415
    from rights import perform  # noqa: PLC0415

    with asking(sqlite_url, tmp_path) as desk:
        (person,) = recorded(desk.world, marie(desk.world))
        asked = desk.receive(Kind.ERASURE, contact=person)
        desk.confirm(asked.id)
        desk.grant(asked.id)
        eraser, actor = desk.world.installation.eraser, perform.worker_of_rights(desk.world.campaign)
        made = []

        def fails(*_given: object) -> int:
            raise ConnectionError

        def erases_then_fails(*given: object) -> int:
            eraser.erase(*given)  # type: ignore[arg-type]
            raise ConnectionError

        for erase in (fails, erases_then_fails):
            with pytest.raises(ConnectionError):
                perform.perform_request(desk.world.register, perform.Deeds(erase), actor, asked.id, URL)
            assert desk.show(asked.id).line.state == "decided"
            made.append(desk.do(reveal_contacts, [person]) == [None])
        assert made == [False, True]
        assert any("effacé vos données" in text for text in texts(desk))
        assert desk.show(asked.id).line.state == "answered"
        deeds = Chores(desk.world.installation).deeds
        perform.perform_request(desk.world.register, deeds, actor, asked.id, URL)
        assert texts(desk) == []


def test_an_archive_is_made_where_a_maker_is_wired_in(sqlite_url: str, tmp_path: Path) -> None:
    from rights import perform  # noqa: PLC0415

    with asking(sqlite_url, tmp_path) as desk:
        (person,) = recorded(desk.world, marie(desk.world))
        asked, made = desk.receive(Kind.PORTABILITY, contact=person), uuid4()
        desk.confirm(asked.id)
        desk.grant(asked.id)
        seen = []

        def archive(_actor: object, *given: object) -> UUID:
            seen.append(given)
            return made

        deeds = perform.Deeds(desk.world.installation.eraser.erase, archive=archive)
        actor = perform.worker_of_rights(desk.world.campaign)
        perform.perform_request(desk.world.register, deeds, actor, asked.id, URL)
        assert seen == [(asked.id, person, "fr")]
        assert desk.show(asked.id).line.answer == made


def test_what_waits_is_told_once_for_each_mark_and_files_go_when_their_time_is_over(
    sqlite_url: str, tmp_path: Path
) -> None:
    with asking(sqlite_url, tmp_path) as desk:
        asked = desk.receive(Kind.ACCESS)
        desk.work()
        said = []
        for _ in range(35):
            said += [mail for mail in desk.remind() if mail["To"] == "droits@example.org"]
            later(desk.world, days=1)
        assert len(said) == 4
        assert all(asked.reference in mail["Subject"] and "Dupont" not in mail.get_content() for mail in said)
        (line,) = desk.board()
        assert line.alert == "overdue"
        desk.do(withdraw_request, asked.id, URL)
        later(desk.world, days=31)
        desk.remind()
        assert desk.show(asked.id).line.state == "closed"
        later(desk.world, days=5 * 366)
        desk.remind()
        assert count(desk.world, "rights_request") == count(desk.world, "rights_step") == 0
        with raw(desk.world.url, desk.world.campaign) as database:
            assert database.run("SELECT count(*) FROM keys.person_key WHERE compartment = 3") == [(0,)]


def test_the_board_is_walked_page_by_page_in_the_order_of_receipt(sqlite_url: str, tmp_path: Path) -> None:
    from rights.board import list_requests  # noqa: PLC0415

    with asking(sqlite_url, tmp_path) as desk:
        days = [date(2026, 11, 21) - timedelta(days=back) for back in (1, 3, 2, 3)]
        for day in days:
            desk.receive(Kind.ACCESS, received_on=day)
        seen, after = [], None
        while page := desk.do(list_requests, None, after=after, limit=3):
            seen += page
            after = (page[-1].received_on, page[-1].id)
        assert [one.received_on for one in seen] == sorted(days)
        assert len({one.id for one in seen}) == 4
        assert RIGHTS == "rights_request"
