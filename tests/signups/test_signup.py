"""Signing up: separate boxes, a mailbox that answers, evidence of both acts, and nothing told of who is in the file."""

from pathlib import Path

import pytest

from accounts.staff.store import update_account
from audit.events import Event
from audit.note import Note
from consent.listing import list_evidence
from consent.standings import list_standings
from contacts.find import find_holders
from contacts.reveal import reveal_contacts
from kernel.errors import Conflict, Invalid, NotFound
from kernel.identity import PersonId, random_uuid
from signups.forms import close_form, list_forms, open_form
from signups.sweep import sweep_signups
from tests.accounts.staff.people import invited
from tests.factories import MANAGING, World, count, dump, later, marie, opened_world, recorded
from tests.notices.telling import ADMINISTRATION, published
from tests.signups.visiting import BOXES, link_in, visiting


def holders(world: World, email: str) -> list[PersonId]:
    with world.register.open(world.actor, MANAGING) as processing:
        return find_holders(processing, ("email", email))


def standings(world: World, person: PersonId) -> dict[tuple[str, str], str]:
    with world.register.open(world.actor, "rights_request") as processing:
        return {(one["purpose"], one["channel"]): one["status"] for one in list_standings(processing, [person])}


def test_a_sign_up_is_a_contact_with_proven_consent_once_its_mailbox_answered(
    database_url: str, tmp_path: Path
) -> None:
    with visiting(database_url, tmp_path) as visitor:
        world = visitor.world
        form = {"phone": "06 12 34 56 78", "first_names": "Zoé", "last_name": "Martin"}
        link = visitor.sign_up("zoe@example.org", "email", "call", **form)
        assert holders(world, "zoe@example.org") == []
        assert not [
            rows for rows in dump(world).values() if any("zoe@example" in row or "Martin" in row for row in rows)
        ]
        shown = visitor.http.get(link)
        assert shown.status_code == 200
        assert holders(world, "zoe@example.org") == []
        assert "<button" in shown.text
        assert visitor.post(link).status_code == 200
        (person,) = holders(world, "zoe@example.org")
        assert standings(world, person) == {
            ("email_campaign", "email"): "proven",
            ("phone_canvassing", "call"): "proven",
        }
        with world.register.open(world.actor, MANAGING) as processing:
            (contact,) = reveal_contacts(processing, [person])
        assert contact is not None
        assert contact.category == "regular"
        assert {datum.field: datum.value for datum in contact.data} == {
            "last_name": "Martin", "first_names": "Zoé", "email": "zoe@example.org", "phone": "06 12 34 56 78",
        }  # fmt: skip
        (mail,) = visitor.mails()
        assert "Courriels" in mail.get_content()
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert [count(world, table) for table in ("signup", "message")] == [0, 0]
        assert [visitor.post(link).status_code, visitor.http.get(link[:-2]).status_code] == [404, 404]
        assert len(holders(world, "zoe@example.org")) == 1


def test_at_the_door_the_person_confirms_by_their_own_mailbox_and_the_proof_names_who_knocked(
    sqlite_url: str, tmp_path: Path
) -> None:
    with visiting(sqlite_url, tmp_path) as visitor:
        made = invited(visitor.world)
        knocking = str(made.id)
        early = visitor.post(visitor.page("inscription", "door", knocking), email="a@example.org", channels="email")
        assert early.status_code == 404, "not of the team yet"
        with visitor.world.register.open(visitor.world.actor, ADMINISTRATION) as processing:
            update_account(processing, made.id, {"state": "active"})
            processing.note(Note(event=Event.STAFF_ENROLLED, counts={"staff_account.update": 1}))
        door = visitor.page("inscription", "door", knocking)
        assert f'action="{door}?lang=fr"' in visitor.http.get(door).text
        assert visitor.post(door, email="zoe@example.org", channels=["email"]).status_code == 200
        (mail,) = visitor.mails()
        assert visitor.post(link_in(mail)).status_code == 200
        (person,) = holders(visitor.world, "zoe@example.org")
        with visitor.world.register.open(visitor.world.actor, "rights_request") as processing:
            evidence = list_evidence(processing, person, limit=9)
        told = {one.action: (one.method, one.level, one.notice, one.details["canvasser"]) for one in evidence}
        assert told == {
            "requested": ("in_person", "proven", "1", knocking),
            "given": ("double_opt_in", "proven", "1", knocking),
        }
        assert visitor.http.get(visitor.page("inscription", "door", "Jean Dupont")).status_code == 404
        for named in ("Jean Dupont", str(random_uuid())):
            refused = visitor.post(visitor.page("inscription", "door", named), email="a@example.org", channels="email")
            assert refused.status_code == 404


def test_whoever_is_known_gets_the_answer_that_everybody_gets(sqlite_url: str, tmp_path: Path) -> None:
    with visiting(sqlite_url, tmp_path) as visitor:
        (known,) = recorded(visitor.world, marie(visitor.world))
        form = {"channels": "email", "first_names": "Marie", "last_name": "Dupont"}
        answers = [
            visitor.post(visitor.page("inscription"), email=email, **form)
            for email in ("marie@example.org", "x@example.org")
        ]
        assert answers[0].content == answers[1].content
        one, other = visitor.mails()
        assert one["Subject"] == other["Subject"]
        assert visitor.confirmed("marie@example.org", "email", first_names="Marie", last_name="Dupont")
        assert holders(visitor.world, "marie@example.org") == [known]
        assert standings(visitor.world, known) == {("email_campaign", "email"): "proven"}


SHOWN = ("email", "channels", "phone", "street", "postcode", "city", "first_names", "last_name")
FAULTS: list[tuple[dict[str, object], set[str]]] = [
    ({"email": "zoe", "channels": "email"}, {"email"}),
    ({"email": "zoe@example.org"}, {"channels"}),
    ({"email": "zoe@example.org", "channels": "robocall"}, {"channels"}),
    ({"email": "zoe@example.org", "channels": "online_targeting"}, {"channels"}),
    ({"email": "zoe@example.org", "channels": ["email", "call"]}, {"phone"}),
    ({"email": "zoe@example.org", "channels": "email", "phone": "12"}, {"phone"}),
    ({"email": "zoe@example.org", "channels": "post", "street": "1 rue des Lilas"}, {"postcode", "city"}),
    ({"email": "zoe@example.org", "channels": "email", "first_names": "Zoé"}, {"last_name"}),
    ({"email": "zoe@example.org", "channels": "email", "last_name": "Martin"}, {"first_names"}),
    ({"email": f"{'z' * 250}@example.org", "channels": "email"}, {"email"}),
    ({"email": "zoe@example.org", "channels": "post", "street": "r" * 250, "postcode": "1", "city": "P"}, {"street"}),
    ({}, {"email", "channels"}),
]


def test_a_form_with_faults_comes_back_with_what_to_correct_and_nothing_is_kept(
    sqlite_url: str, tmp_path: Path
) -> None:
    with visiting(sqlite_url, tmp_path) as visitor:
        for form, fields in FAULTS:
            answer = visitor.post(visitor.page("inscription"), **form)
            assert answer.status_code == 422, form
            named = {name for name in SHOWN if f'id="{name}-fault"' in answer.text}
            assert named == fields, form
        hostile = visitor.post(visitor.page("inscription"), email='"><script>', channels="email")
        assert "<script>" not in hostile.text
        assert count(visitor.world, "signup") == 0
        assert visitor.mails() == []


def test_what_nobody_confirms_in_seven_days_is_deleted(database_url: str, tmp_path: Path) -> None:
    with visiting(database_url, tmp_path) as visitor:
        link = visitor.sign_up()
        later(visitor.world, days=7)
        assert visitor.post(link).status_code == 404
        with visitor.world.register.open(visitor.world.actor, ADMINISTRATION) as processing:
            assert sweep_signups(processing) == 1
        assert count(visitor.world, "signup") == 0
        assert holders(visitor.world, "zoe@example.org") == []


def test_an_address_is_written_to_some_times_a_day_whoever_types_it(sqlite_url: str, tmp_path: Path) -> None:
    with visiting(sqlite_url, tmp_path) as visitor:
        path = visitor.page("inscription")
        statuses = [
            visitor.post(path, email=email, channels="email").status_code
            for email in ["Zoe@example.org"] * 4 + ["zoe@EXAMPLE.org"] * 3
        ]
        assert statuses == [200] * 5 + [429] * 2
        assert len(visitor.mails()) == 5


def test_a_form_opens_only_where_the_activation_and_a_notice_name_its_purposes(sqlite_url: str, tmp_path: Path) -> None:
    with opened_world(sqlite_url, tmp_path) as world:

        def opening(*channels: str) -> int:
            with world.register.open(world.actor, ADMINISTRATION) as processing:
                return open_form(processing, channels).number

        for channels, error in (((), Invalid), (("fax",), Invalid), (("email",), Conflict)):
            with pytest.raises(error):
                opening(*channels)
        with pytest.raises(NotFound), world.register.open(world.actor, ADMINISTRATION) as processing:
            close_form(processing)
        published(world)
        assert opening(*BOXES) == 1
        assert opening("post", "email") == 2
        with world.register.open(world.actor, ADMINISTRATION) as processing:
            assert close_form(processing).boxes == ("email", "post")
        with world.register.open(world.actor, ADMINISTRATION) as processing:
            assert [one.is_open for one in list_forms(processing)] == [True, True, False]
            processing.note(Note(event=Event.REGISTRY_READ, counts={}))
