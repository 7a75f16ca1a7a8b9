"""Dossiers, erasures with their certificate, and the tickets of recipients, over HTTP and on the page."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from campaigns.recipients import add_recipient
from contacts.reveal import reveal_contacts
from deliveries.sweep import has_late_deliveries, sweep_deliveries
from dossiers.answer import Desk, answer_person
from holdings.erase import RIGHTS
from jobs.target import TargetRules
from jobs.webhooks import add_endpoint
from kernel.identity import PersonId
from recipients.tickets import Act, open_tickets
from tests.api.serving import Server
from tests.factories import count, later, marie, raw, recorded, supporter, supporters
from tests.signups.visiting import Visiting, link_in, visiting


def test_a_dossier_is_made_brought_out_and_serves_no_other_purpose(server: Server) -> None:
    contact = server.contact(last_name="Dupont", email=[f"{uuid4().hex}@example.org"])
    path = f"/v1/contacts/{contact}/dossier"
    made = server.ask("POST", path, {"language": "en"}, purpose=RIGHTS)
    assert (made.status_code, made.json()["sent"]) == (201, True)
    archive = server.ask("GET", path, purpose=RIGHTS)
    names = zipfile.ZipFile(io.BytesIO(archive.content)).namelist()
    assert {"vos-donnees.pdf", "vos-donnees.json", "schema.json", "MANIFEST.json"} <= set(names)
    refused = server.ask("GET", path, purpose="contact_management")
    assert (refused.status_code, refused.json()["code"]) == (403, "not-allowed")
    assert server.ask("POST", f"/v1/contacts/{uuid4()}/dossier", {}, purpose=RIGHTS).status_code == 404


def test_an_erasure_on_request_says_what_stays_and_its_tickets_are_listed_written_and_acknowledged(
    server: Server,
) -> None:
    contact = server.contact(last_name="Dupont", external_id=[{"system": "crm", "id": uuid4().hex}])
    answer = server.ask("POST", f"/v1/contacts/{contact}/erasure", {"ground": "objection"}, purpose=RIGHTS).json()
    assert [one["compartment"] for one in answer["kept"]] == ["opposition", "ledger", "log"]
    assert (answer["recipients"], answer["sent"]) == (["crm"], False)
    assert answer["certificate"].startswith("Bonjour")
    listed = server.listed("/v1/recipient-tickets?state=waiting")
    ticket = next(one for one in listed if one["recipient"] == "crm")
    path = f"/v1/recipient-tickets/{ticket['id']}"
    assert server.ask("GET", f"{path}/letter", purpose=RIGHTS).content.startswith(b"%PDF-1.7")
    for _ in range(2):
        assert server.ask("POST", f"{path}/acknowledgement", purpose=RIGHTS).status_code == 204
    assert server.ask("GET", f"{path}/letter", purpose=RIGHTS).status_code == 409
    assert server.ask("POST", f"/v1/contacts/{contact}/erasure", {}, purpose=RIGHTS).status_code == 404


@pytest.fixture
def visited(sqlite_url: str, tmp_path: Path) -> Iterator[Visiting]:
    with visiting(sqlite_url, tmp_path) as one:
        yield one


def _answered(visited: Visiting) -> tuple[PersonId, str]:
    """Answer somebody, and return the path of the link in the mail."""
    world = visited.world
    (person,) = recorded(world, marie(world))
    settings = world.installation.settings
    answer_person(Desk(world.register, settings.upload_dir, settings.public_url), world.actor, RIGHTS, person)
    (mail,) = visited.mails()
    assert "vos-donnees" not in mail.get_content()
    return person, link_in(mail, "deliveries")


def _code(visited: Visiting, path: str) -> str:
    assert "huit chiffres" in visited.post(path, do="code").text
    (mail,) = visited.mails()
    found = re.search(r"\b(\d{8})\b", mail.get_content())
    assert found
    return found[1]


def test_an_answer_is_fetched_once_by_post_with_a_code_and_asked_for_anew(visited: Visiting) -> None:
    world = visited.world
    person, path = _answered(visited)
    for _ in range(3):
        page = visited.http.get(path)
        assert (page.status_code, count(world, "delivery_chunk") > 0) == (200, True)
        assert "Set-Cookie" not in page.headers
    assert visited.post(path, do="fetch", code="00000000").status_code == 422
    code = _code(visited, path)
    assert visited.post(path, do="fetch", code="00000000").status_code == 422
    fetched = visited.post(path, do="fetch", code=f" {code[:4]} {code[4:]}")
    assert fetched.headers["content-type"] == "application/zip"
    assert "no-store" in fetched.headers["cache-control"]
    told = json.loads(zipfile.ZipFile(io.BytesIO(fetched.content)).read("vos-donnees.json"))
    assert told["subject"] == str(person)
    assert count(world, "delivery_chunk") == 0
    assert visited.post(path, do="fetch", code=code).status_code == 200  # The page says that it was fetched.
    assert "a été téléchargée" in visited.http.get(path).text
    visited.post(path, do="renew")
    assert visited.mails() == []  # Not twice within the hour.
    later(world, hours=2)
    visited.post(path, do="renew")
    (again,) = visited.mails()
    assert count(world, "delivery_chunk") > 0
    assert visited.http.get(path).status_code == 404
    assert visited.http.get(link_in(again, "deliveries")).status_code == 200


def test_codes_lock_after_five_tries_and_end_and_late_answers_are_swept(visited: Visiting) -> None:
    world = visited.world
    person, path = _answered(visited)
    code = _code(visited, path)
    for _ in range(5):
        assert visited.post(path, do="fetch", code="1").status_code == 422
    assert visited.post(path, do="fetch", code=code).status_code == 422
    later(world, minutes=1)
    code = _code(visited, path)
    later(world, minutes=16)
    assert visited.post(path, do="fetch", code=code).status_code == 422
    for _ in range(10):
        visited.post(path, do="code")
    assert len(visited.mails()) == 4  # Six codes for one answer.
    later(world, days=15)
    assert "délai" in visited.http.get(path).text
    for days, left in ((0, 1), (90, 0)):
        later(world, days=days)
        with world.installation.database.transaction(world.campaign) as reading:
            assert has_late_deliveries(reading, world.campaign, world.clock.now())
        with world.register.open(world.actor, "administration") as processing:
            sweep_deliveries(processing)
        assert (count(world, "delivery_chunk"), count(world, "delivery")) == (0, left)
    with world.register.open(world.actor, RIGHTS) as processing:
        assert reveal_contacts(processing, [person]) != [None]


def test_links_and_codes_that_are_not_ours_lead_nowhere_and_an_erasure_takes_the_answer_along(
    visited: Visiting,
) -> None:
    world = visited.world
    person, path = _answered(visited)
    forged = path[:-6] + ("aaaaaa" if not path.endswith("aaaaaa") else "bbbbbb")
    for wrong in (forged, path.replace("/deliveries/", "/preferences/"), path + "x"):
        assert visited.http.get(wrong).status_code == 404
        assert visited.post(wrong, do="code").status_code == 404
    assert visited.mails() == []
    world.installation.eraser.erase(world.actor, RIGHTS, [person])
    assert (count(world, "delivery"), count(world, "delivery_chunk")) == (0, 0)
    assert visited.http.get(path).status_code == 404


def test_a_recipient_told_by_webhook_sees_its_own_id_and_acknowledges_without_an_account(visited: Visiting) -> None:
    world = visited.world
    (person,) = recorded(world, supporter(world, ("last_name", "Dupont"), ("external_id", "crm\x1f4711")))
    url = "https://crm.example.org/hook"
    with world.register.open(world.actor, "administration") as processing:
        new = supporters("CRM")
        add_recipient(processing, replace(new, told_by="webhook", address=url))
    with world.register.open(world.actor, "administration") as processing:
        add_endpoint(processing, url=url, events=["contact.created"], rules=TargetRules(), delay=timedelta(0))
    with world.register.open(world.actor, RIGHTS) as processing:
        open_tickets(processing, [person], Act.RECTIFICATION, "https://isoloir.example.org")
    with raw(world.url, world.campaign) as database:
        ((payload,),) = database.run("SELECT payload FROM task WHERE kind = 'webhook.deliver'")
    message = json.loads(payload)
    assert message["type"] == "recipient.ticket"
    assert set(message["data"]) == {"campaign", "ticket", "act", "address"}
    path = message["data"]["address"].removeprefix("https://isoloir.example.org")
    shown = visited.http.get(path).json()
    assert (shown["act"], shown["ids"], shown["state"]) == ("rectification", ["4711"], "waiting")
    assert visited.http.post(f"{path}/acknowledgement").status_code == 204
    assert visited.http.get(path).json()["ids"] == []
    assert visited.http.get(path[:-4] + "aaaa").status_code == 404
