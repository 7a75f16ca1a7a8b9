"""Requests from their receipt to their answer: the eight rights, the closed list, and what is never done."""

from dataclasses import replace
from datetime import date
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
from rights.decide import Decision, decide_request
from rights.file import Person
from rights.steps import close_request, complete_details, link_request, withdraw_request
from rights.words import Asker, Kind, Way
from tests.factories import count, dump, ledger_of, marie, raw, recorded, supporter, voter
from tests.rights.asking import MARIE, URL, Desk, asking, texts


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
        assert desk.show(asked.id).line.state == "in_progress"
        desk.confirm(asked.id, person)  # Who asks was clear before it was clear whose file it is.
        desk.grant(asked.id)
        assert desk.show(asked.id).line.state == "decided"
        (ready, answer) = desk.work()
        assert "/deliveries/" in ready.get_content()
        assert "Notre réponse est prête" in answer.get_content()
        assert "cnil.fr/fr/plaintes" in answer.get_content()
        shown = desk.show(asked.id)
        assert (shown.line.state, shown.line.standards["opendsr_status"]) == ("answered", "completed")
        assert shown.line.standards["dpv_right"] == "eu-gdpr:A15"
        assert [one.act for one in shown.steps] == ["receive", "confirm", "confirm", "grant", "answer"]
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
        known = supporter(desk.world, ("last_name", "Essai"), ("external_id", "crm\x1f7"))
        first, second, third, fourth = recorded(
            desk.world,
            *(marie(desk.world, "a@example.org"), known),
            *(marie(desk.world, f"{name}@example.org") for name in ("c", "d")),
        )
        asked = desk.receive(Kind.RECTIFICATION, contact=first, changes=(("email", "neuve@example.org"),))
        granted(desk, asked.id)
        assert ("email", "neuve@example.org") in data_of(desk, first)
        asked = desk.receive(Kind.RECTIFICATION, contact=first, details="Mon adresse est a2@example.org.")
        with pytest.raises(Invalid, match="which fields"):
            granted(desk, asked.id)
        desk.grant(asked.id, changes=(("email", "a2@example.org"),))
        desk.work()
        assert ("email", "a2@example.org") in data_of(desk, first)
        assert desk.show(asked.id).line.state == "answered"
        asked = desk.receive(Kind.RESTRICTION, contact=second)
        desk.confirm(asked.id)
        with pytest.raises(Invalid, match="ground is one of"):
            desk.grant(asked.id, ground="mood")
        desk.grant(asked.id, ground="needed_for_claims")
        desk.work()
        assert desk.do(reveal_contacts, [second])[0].restricted
        assert count(desk.world, "recipient_ticket") == 1, "whoever received the data is told"
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
        wrong = desk.receive(Kind.ACCESS, contact=first)
        desk.confirm(wrong.id)
        with pytest.raises(Invalid, match="only a rectification"):
            desk.grant(wrong.id, changes=(("email", "a@example.org"),))
        wrong = desk.receive(Kind.RECTIFICATION, contact=first, details="Mon adresse est a3@example.org.")
        desk.confirm(wrong.id)
        for grant, reason in ((False, "contested_facts"), (True, "no_data_found")):
            brought = Decision(grant=grant, reason=reason, changes=(("email", "a3@example.org"),))
            with pytest.raises(Invalid, match="only a rectification"):
                desk.do(decide_request, wrong.id, brought, URL)
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
