"""Stopping is as easy as agreeing: a link for whoever asks, one click, STOP; and no page tells who is known."""

import json
from pathlib import Path

from openapi_schema_validator import OAS31Validator

from consent.channels import register_list
from jobs.signature import signatures
from kernel.identity import PersonId
from signups.forms import open_form
from tests.consent.test_receipts import KANTARA, RECEIPT
from tests.factories import MANAGING, count, recorded, supporter
from tests.notices.telling import ADMINISTRATION
from tests.signups.test_signup import holders, standings
from tests.signups.visiting import SECRET, Visiting, link_in, visiting


def test_a_link_is_sent_to_whoever_is_known_and_everybody_gets_the_same_answer(
    database_url: str, tmp_path: Path
) -> None:
    with visiting(database_url, tmp_path) as visitor:
        visitor.confirmed("zoe@example.org", "email", "call", phone="0612345678")
        (person,) = holders(visitor.world, "zoe@example.org")
        path = visitor.page("preferences")
        answers = [visitor.post(path, email=email) for email in ("zoe@example.org", "nobody@example.org")]
        assert answers[0].content == answers[1].content
        assert answers[0].status_code == 200
        (mail,) = visitor.mails()
        assert mail["To"] == "zoe@example.org"
        assert count(visitor.world, "signup") == 0
        link = link_in(mail)
        shown = visitor.http.get(link)
        assert 'value="email" checked' in shown.text
        assert 'value="call" checked' in shown.text
        assert "zoe@" not in shown.text
        assert "/receipt/kantara" in shown.text
        check_receipts(visitor, link, person)
        assert standings(visitor.world, person)["email_campaign", "email"] == "proven"
        assert visitor.post(link, do="keep", keep="call").status_code == 200
        after = standings(visitor.world, person)
        assert after["*", "email"] == "withdrawn"
        assert after["phone_canvassing", "call"] == "proven"
        assert 'value="email"' not in visitor.http.get(link).text
        visitor.post(link, do="stop")
        assert standings(visitor.world, person)["*", "all"] == "withdrawn"
        stopped = visitor.http.get(link).text
        assert "/receipt/dpv" in stopped
        assert "/receipt/kantara" not in stopped, "that form has no word for what was stopped"
        assert visitor.http.get(f"{link}/receipt/kantara").status_code == 404
        assert visitor.http.get(link[:-1]).status_code == 404
        assert visitor.http.get(link + "AAAA").status_code == 404


def test_a_letter_of_a_place_is_subscribed_to_and_ends_alone_or_with_all_e_mail(
    sqlite_url: str, tmp_path: Path
) -> None:
    with visiting(sqlite_url, tmp_path) as visitor:
        world, letter = visitor.world, "list:lettre du 3e"
        with world.register.open(world.actor, MANAGING) as processing:
            register_list(processing, "lettre du 3e")
            register_list(processing, "lettre du 4e")
        with world.register.open(world.actor, ADMINISTRATION) as processing:
            assert open_form(processing, [letter, "email"]).boxes == ("email", letter)
        shown = visitor.http.get(visitor.page("inscription")).text
        assert "la lettre « lettre du 3e » de Parti d&#39;essai." in shown
        assert 'id="channels-list:lettre_du_3e"' in shown
        other = visitor.post(visitor.page("inscription"), email="a@example.org", channels="list:lettre du 4e")
        assert other.status_code == 422, "a list that the form does not show"
        assert "Lettre « lettre du 3e »" in visitor.confirmed("zoe@example.org", letter).get_content()
        (person,) = holders(world, "zoe@example.org")
        assert standings(world, person) == {("email_campaign", letter): "proven"}
        visitor.post(visitor.page("preferences"), email="zoe@example.org")
        link = link_in(visitor.mails()[0])
        assert f'value="{letter}" checked' in visitor.http.get(link).text
        visitor.post(link, do="keep", keep=letter)
        assert ("*", "email") not in standings(world, person), "it would end the letter that is kept"
        assert f'value="{letter}" checked' in visitor.http.get(link).text
        visitor.post(link, do="keep")
        assert standings(world, person)["*", letter] == "withdrawn"
        assert letter not in visitor.http.get(link).text


def check_receipts(visitor: Visiting, link: str, person: PersonId) -> None:
    """Download both receipts by the link, and nothing by a link that is none or in a form that is none."""
    for form, schema in (("dpv", RECEIPT), ("kantara", KANTARA)):
        where = f"{link}/receipt/{form}"
        assert f'href="{where}?lang=fr" download' in visitor.http.get(link).text
        answer = visitor.http.get(where)
        assert answer.headers["content-disposition"] == f'attachment; filename="{form}-receipt.json"'
        OAS31Validator(schema).validate(answer.json())
        assert str(person) in answer.text
        assert "zoe@" not in answer.text
        assert "email_campaign" in answer.text
        assert visitor.http.get(f"{link[:-1]}/receipt/{form}").status_code == 404
    assert visitor.http.get(f"{link}/receipt/other").status_code == 404


def test_one_click_stops_e_mails_by_post_only_and_again_changes_nothing(sqlite_url: str, tmp_path: Path) -> None:
    with visiting(sqlite_url, tmp_path) as visitor:
        mail = visitor.confirmed()
        (person,) = holders(visitor.world, "zoe@example.org")
        address = mail["List-Unsubscribe"].strip("<>")
        assert visitor.http.get(address).status_code == 200
        assert visitor.http.head(address).status_code == 405
        assert ("*", "email") not in standings(visitor.world, person)
        for _ in range(2):
            answer = visitor.http.post(address, data={"List-Unsubscribe": "One-Click"})
            assert answer.status_code == 200
        assert standings(visitor.world, person)["*", "email"] == "withdrawn"
        other = address.replace("/unsubscribe/", "/preferences/")
        assert visitor.http.post(other, data={"do": "stop"}).status_code == 404
        visitor.http.post(address, data={"do": "everything"})
        assert standings(visitor.world, person)["*", "all"] == "withdrawn"


def signed(visitor: Visiting, body: bytes, secret: str = SECRET) -> dict[str, str]:
    seconds = int(visitor.world.clock.now().timestamp())
    told = {"webhook-id": "msg_1", "webhook-timestamp": str(seconds), "content-type": "application/json"}
    return told | {"webhook-signature": signatures([secret.encode()], "msg_1", seconds, body)}


def test_stop_ends_text_messages_to_everybody_with_that_number(sqlite_url: str, tmp_path: Path) -> None:
    settings = {"sms_secret": SECRET, "sms_url": "https://127.0.0.1/sms"}
    with visiting(sqlite_url, tmp_path, **settings) as visitor:
        family = recorded(
            visitor.world,
            *(
                supporter(visitor.world, ("last_name", "Martin"), ("first_names", name), ("phone", "0612345678"))
                for name in ("Ana", "Bo")
            ),
        )
        path = f"/v1/text-replies/{visitor.world.campaign}"
        body = json.dumps({"from": "+33612345678", "text": " Arrêt svp"}).encode()
        assert visitor.http.post(path, content=body, headers=signed(visitor, body, "x" * 40)).status_code == 401
        chat = json.dumps({"from": "+33612345678", "text": "Ne stoppez pas"}).encode()
        assert visitor.http.post(path, content=chat, headers=signed(visitor, chat)).status_code == 204
        assert [standings(visitor.world, one) for one in family] == [{}, {}]
        assert visitor.http.post(path, content=body, headers=signed(visitor, body)).status_code == 204
        assert [standings(visitor.world, one) for one in family] == [{("*", "sms"): "withdrawn"}] * 2
        assert count(visitor.world, "opposition") == 1
        stranger = json.dumps({"from": "+33699999999", "text": "STOP"}).encode()
        assert visitor.http.post(path, content=stranger, headers=signed(visitor, stranger)).status_code == 204
        assert count(visitor.world, "opposition") == 2


def test_the_text_message_of_a_confirmation_says_how_it_ends(sqlite_url: str, tmp_path: Path) -> None:
    with visiting(sqlite_url, tmp_path, sms_secret=SECRET, sms_url="https://127.0.0.1/sms") as visitor:
        link = visitor.sign_up("zoe@example.org", "sms", phone="0612345678")
        visitor.post(link)
        assert count(visitor.world, "message") == 2
        assert len(visitor.mails()) == 1
        assert count(visitor.world, "message") == 1  # The gateway is no address of the public internet: a dead letter.
