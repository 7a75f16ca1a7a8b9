from datetime import UTC, datetime
from uuid import uuid4

from campaigns.controllers import list_controllers
from installation.open import open_installation
from kernel.actor import operator_in
from outreach.messages import NewMessage, create_message
from outreach.targeting import Criterion, NewTargeting, register_targeting
from outreach.words import Channel, MessageKind, Technique
from tests.api.serving import Server
from tests.api.staffing import acting, ask

AT = "2026-01-05T10:00:00+01:00"


def key() -> dict[str, str]:
    return {"Idempotency-Key": uuid4().hex}


def test_a_refusal_at_the_door_is_an_objection_told_once_however_often_it_is_sent(server: Server) -> None:
    contact, once = server.contact(last_name="Dupont"), key()
    body = {"contact": contact, "kind": "visit", "at": AT, "outcome": "do_not_come_back"}
    answers = [server.ask("POST", "/v1/interactions", body, purpose="canvassing", headers=once) for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert (answers[0].json()["effect"], answers[0].json()["articles"]) == ("objection", ["RGPD, art. 21"])
    assert answers[1].headers["Idempotency-Replayed"] == "true"
    listed = server.ask("GET", f"/v1/interactions?contact={contact}").json()["interactions"]
    assert [(one["id"], one["channel"], one["at"], one["role"]) for one in listed] == [
        (answers[0].json()["id"], "door", "2026-01-05T09:00:00+00:00", "client")
    ]
    assert listed[0] in server.listed("/v1/interactions?updated_since=2026-01-01T00:00:00Z")


def test_who_objected_in_one_campaign_is_refused_for_it_wherever_their_name_comes_back(server: Server) -> None:
    name = f"Dupond{uuid4().hex[:6]}"

    def record() -> str:
        return server.contact(last_name=name, first_names="Marie", birth_date="1980-02-03", phone=["0612345678"])

    objecting = record()
    for kind in ("visit", "call"):
        said = {"contact": objecting, "kind": kind, "at": AT, "outcome": "do_not_come_back"}
        assert server.ask("POST", "/v1/interactions", said, purpose="canvassing").status_code == 201
    assert server.ask("DELETE", f"/v1/contacts/{objecting}", purpose="rights_request").status_code == 204
    again = record()
    for channel, purpose in (("door", "canvassing"), ("call", "phone_canvassing"), ("robocall", "phone_canvassing")):
        asked = {"channel": channel, "contacts": [again]}
        (no,) = server.ask("POST", "/v1/eligibility", asked, purpose=purpose).json()["refused"]
        assert no["rule"] == "gate.opposed", channel


def test_a_canvasser_records_visits_by_role_and_reads_none(server: Server) -> None:
    contact, person = server.contact(last_name="Martin"), acting(server, "canvasser")
    body = {"contact": contact, "kind": "visit", "at": AT, "outcome": "absent"}
    assert ask(server, person, "POST", "/v1/interactions", body, purpose="canvassing").status_code == 201
    assert ask(server, person, "GET", "/v1/interactions", purpose="canvassing").status_code == 403
    (one,) = server.ask("GET", f"/v1/interactions?contact={contact}").json()["interactions"]
    assert one["role"] == "canvasser"
    objected = ask(
        server, person, "POST", "/v1/interactions", body | {"outcome": "do_not_come_back"}, purpose="canvassing"
    )
    assert (objected.status_code, objected.json()["effect"]) == (201, "objection")


def test_each_of_a_batch_is_recorded_or_tells_its_fault(server: Server) -> None:
    contact, once = server.contact(last_name="Durand"), key()
    new = {"kind": "logistics", "channel": "sms", "title": f"rdv_{uuid4().hex}"}
    created = server.ask("POST", "/v1/messages", new, headers=key()).json()["id"]
    assert created in [one["id"] for one in server.listed("/v1/messages")]
    question = {"channel": "door", "contacts": [contact]}
    record = server.ask("POST", "/v1/eligibility", question, purpose="canvassing").json()["id"]
    batch = [
        {"contact": contact, "kind": "sent", "at": AT, "message": created, "eligibility": record},
        {"contact": contact, "kind": "sent", "at": AT, "message": created, "eligibility": str(uuid4())},
        {"contact": str(uuid4()), "kind": "sent", "at": AT, "message": created},
        {"contact": contact, "kind": "call", "at": AT, "outcome": "not_interested"},
    ]
    answers = [server.ask("POST", "/v1/interactions:batch", {"interactions": batch}, headers=once) for _ in range(2)]
    results = answers[0].json()["results"]
    assert answers[1].json()["results"] == results
    assert [(one["fault"], one["effect"]) for one in results] == [
        (None, None),
        ("unknown_eligibility", None),
        ("unknown_contact", None),
        (None, "refusal"),
    ]
    assert len(server.ask("GET", f"/v1/interactions?contact={contact}").json()["interactions"]) == 2


def test_what_is_wrong_is_told_without_a_word_of_it(server: Server) -> None:
    contact = server.contact(last_name="Petit")
    visit = {"contact": contact, "kind": "visit", "at": AT, "outcome": "absent"}
    wrong = [
        (404, visit | {"contact": str(uuid4())}),
        (404, {"contact": contact, "kind": "sent", "at": AT, "message": str(uuid4())}),
        (404, visit | {"eligibility": str(uuid4())}),
        (422, {"contact": contact, "kind": "visit", "at": AT}),
        (422, visit | {"at": "2999-01-01T00:00:00Z"}),
        (422, visit | {"at": "2026-02-31T00:00:00Z"}),
        (422, visit | {"outcome": "votes blank"}),
        (422, visit | {"note": "votes blank"}),
    ]
    for status, body in wrong:
        answer = server.ask("POST", "/v1/interactions", body)
        assert (answer.status_code, "blank" in answer.text) == (status, False)
    refused = server.ask("POST", "/v1/messages", {"kind": "logistics", "channel": "sms", "title": "musulmans"})
    assert (refused.status_code, "musulman" in refused.text) == (422, False)


def test_a_line_of_the_register_is_listed_shown_and_published(server: Server) -> None:
    campaign = server.campaigns[0].id
    with open_installation(server.settings) as installation:
        operator = operator_in(campaign)
        with installation.register.open(operator, "administration") as processing:
            own = list_controllers(processing)[0].id
            title = f"lettre_{uuid4().hex}"
            new = NewMessage(kind=MessageKind.PROPAGANDA, channel=Channel.EMAIL, title=title, sponsor=own)
            told = NewTargeting(
                channel=Channel.EMAIL,
                technique=Technique.SELECTION,
                counts={"considered": 40, "allowed": 30},
                criteria=(Criterion(name="category", origins=("newsletter",)),),
                message=create_message(processing, new),
            )
            line = str(register_targeting(processing, told))
    assert line in [one["id"] for one in server.listed("/v1/targeting")]
    shown = server.ask("GET", f"/v1/targeting/{line}").json()
    assert (shown["role"], shown["counts"]) == ("operator", {"considered": 40, "allowed": 30})
    notice = server.ask("GET", f"/v1/targeting/{line}/notice").json()
    assert {one["mention"] for one in notice["fr"]} >= {"sponsor", "groups", "sources", "figures", "sent"}
    assert server.ask("GET", f"/v1/targeting/{uuid4()}/notice").status_code == 404


def test_a_supporters_friend_gets_one_message_and_nothing_else(server: Server) -> None:
    known, purpose = server.contact(email=["known@example.org"]), "answering"
    origin = server.ask(
        "POST", "/v1/origins", {"kind": "referral", "obtained_on": f"{datetime.now(UTC):%Y-%m-%d}"}
    ).json()["number"]
    friend = {"category": "prospect", "origin": origin, "fields": {"email": [f"{uuid4().hex}@example.org"]}}
    made = server.ask("POST", "/v1/contacts", friend).json()
    assert made["refused"] == []
    sponsor = server.ask("GET", "/v1/campaign", purpose="administration").json()["controllers"][0]["id"]
    new = {"kind": "referral", "channel": "email", "title": f"ami_{uuid4().hex}", "sponsor": sponsor}
    message = server.ask("POST", "/v1/messages", new, headers=key()).json()["id"]
    asked = {"channel": "email", "message": "referral", "contacts": [made["id"], known], "criteria": []}
    answer = server.ask("POST", "/v1/eligibility", asked | {"sends": message}, purpose=purpose).json()
    (allowed,), (refused,) = answer["allowed"], answer["refused"]
    assert (allowed["contacts"], allowed["ground"]) == ([made["id"]], "referral")
    assert {"source", "label", "unsubscribe", "notice"} <= set(allowed["carries"])
    assert (refused["contacts"], refused["rule"]) == ([known], "gate.not_asked")
    sent = {"contact": made["id"], "kind": "sent", "at": datetime.now(UTC).isoformat(), "message": message}
    assert server.ask("POST", "/v1/interactions", sent | {"eligibility": answer["id"]}).status_code == 201
    again = server.ask("POST", "/v1/eligibility", asked, purpose=purpose).json()
    assert {one["rule"]: one["contacts"] for one in again["refused"]} == {
        "gate.not_asked": [known],
        "gate.invited": [made["id"]],
    }
    other = server.ask("POST", "/v1/eligibility", asked | {"message": "answer"}, purpose=purpose).json()
    assert made["id"] in [one for line in other["refused"] for one in line["contacts"]]
