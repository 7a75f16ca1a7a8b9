"""The staff over HTTP: enrolling, signing in, one's own account, four eyes."""

from typing import get_args
from uuid import uuid4

import pytest

from accounts.approvals.actions import Action
from api.wire_staff import ActionName
from tests.api.serving import Server
from tests.api.staffing import PASSWORD, Person, acting, ask, enrol, invited, listed, post, sign_in

ADMINISTRATION = "administration"


@pytest.fixture
def person(server: Server) -> Person:
    made = invited(server)
    enrol(server, made)
    return made


def test_from_the_invitation_to_signing_out(server: Server, person: Person) -> None:
    answer = sign_in(server, person)
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert (told["role"], told["idle_minutes"], told["staff"]) == ("canvasser", 30, person.login)
    assert answer.headers["cache-control"] == "no-store"
    person.token = told["token"]
    sessions = ask(server, person, "GET", "/v1/staff/me/sessions").json()["sessions"]
    assert len(sessions) == 1
    data = ask(server, person, "GET", "/v1/staff/me/data").json()
    assert (data["account"]["email"], data["recovery_codes"]) == (person.email, 10)
    assert data["entries"]["staff.signed_in"] == 1
    assert ask(server, person, "DELETE", "/v1/staff/session").status_code == 204
    assert ask(server, person, "GET", "/v1/staff/me/sessions").status_code == 401


def test_a_used_code_a_wrong_password_and_a_stranger_get_the_same_answer(server: Server, person: Person) -> None:
    code = person.code()
    assert sign_in(server, person, code=code).status_code == 201
    answers = [
        sign_in(server, person, code=code),
        sign_in(server, person, password="wrong"),
        sign_in(server, person, login="nobody@example.org"),
        sign_in(server, person, login="isoloir_staff_AAAA"),
    ]
    told = [{name: part for name, part in one.json().items() if name != "instance"} for one in answers]
    assert [one.status_code for one in answers] == [401] * 4
    assert all(one == told[0] for one in told)
    assert all(PASSWORD not in one.text for one in answers)


def test_too_many_tries_are_told_to_wait(server: Server, person: Person) -> None:
    answers = [sign_in(server, person, password="wrong")]
    while answers[-1].status_code == 401 and len(answers) < 12:  # The waits grow, so that one is met on any machine.
        answers.append(sign_in(server, person, password="wrong"))
    assert len(answers) > 3
    assert (answers[-1].status_code, answers[-1].json()["code"]) == (429, "sign-in-delayed")
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 64


def test_a_recovery_code_signs_in_by_address_and_campaign(server: Server, person: Person) -> None:
    campaign = str(server.campaigns[0].id)
    answer = sign_in(server, person, login=person.email, campaign=campaign, code=person.recovery[0])
    assert answer.status_code == 201, answer.text


def test_a_weak_password_says_what_is_wrong(server: Server) -> None:
    made = invited(server)
    answer = post(server, "/v1/staff/enrolment", {"invitation": made.invitation, "password": "Motdepasse2027!"})
    assert (answer.status_code, answer.json()["code"]) == (422, "weak-password")
    assert {one["code"] for one in answer.json()["errors"]} >= {"common"}
    assert "Motdepasse" not in answer.text


def test_the_campaigns_own_name_is_no_password(server: Server) -> None:
    made = invited(server)
    answer = post(server, "/v1/staff/enrolment", {"invitation": made.invitation, "password": "Campagne!x9Qz#mB2"})
    assert "tells_of_you" in {one["code"] for one in answer.json()["errors"]}


def test_a_wrong_code_confirms_nothing(server: Server) -> None:
    made = invited(server)
    body = {"invitation": made.invitation, "code": "000000"}
    assert post(server, "/v1/staff/enrolment/confirmation", body).status_code == 422
    assert post(server, "/v1/staff/enrolment/confirmation", body | {"invitation": "x"}).status_code == 401


def test_the_notice_is_given_to_everybody_and_at_the_enrolment(server: Server) -> None:
    answer = server.http.get("/v1/staff/notice")
    server.check("GET", "/v1/staff/notice", answer)
    made = invited(server)
    begun = post(server, "/v1/staff/enrolment", {"invitation": made.invitation, "password": PASSWORD})
    assert begun.json()["notice"] == answer.json()


def test_a_session_of_one_campaign_sees_nothing_of_another(server: Server) -> None:
    here, there = acting(server, "manager", 0), acting(server, "manager", 1)
    seen = {one["id"] for one in listed(server, here, "/v1/staff", purpose=ADMINISTRATION)}
    assert (str(here.id) in seen, str(there.id) in seen) == (True, False)
    path = f"/v1/staff/{there.id}/deactivation"
    assert ask(server, here, "POST", path, purpose=ADMINISTRATION).status_code == 404


def test_staff_read_contacts_by_the_same_routes_as_programs(server: Server) -> None:
    contact = server.contact(last_name="Dupont", first_names="Marie", note=["rappeler le soir"])
    canvasser = acting(server, "canvasser")
    answer = ask(server, canvasser, "GET", f"/v1/contacts/{contact}", purpose="canvassing")
    assert answer.status_code == 200
    assert set(answer.json()["fields"]) == {"last_name", "first_names"}
    assert ask(server, canvasser, "GET", f"/v1/contacts/{contact}", purpose="contact_management").status_code == 403


def test_a_role_of_four_eyes_is_asked_for_approved_and_given(server: Server) -> None:
    manager, second, third = acting(server, "manager"), acting(server, "manager"), acting(server, "canvasser")
    path = f"/v1/staff/{third.id}/role"
    answer = ask(server, manager, "POST", path, {"role": "manager"}, purpose=ADMINISTRATION)
    assert (answer.status_code, answer.json()["code"]) == (409, "approval-missing")
    wanted = {"action": "staff.role_change", "parameters": {"staff": str(third.id), "role": "manager"}}
    key = {"Idempotency-Key": f'"{uuid4()}"'}
    made, again = (
        ask(server, manager, "POST", "/v1/approvals", wanted, purpose=ADMINISTRATION, headers=key).json()
        for _ in range(2)
    )
    assert again == made
    decision = f"/v1/approvals/{made['id']}/decision"
    own = ask(server, manager, "POST", decision, {"decision": "approve"}, purpose=ADMINISTRATION)
    assert own.status_code == 403
    assert ask(server, second, "POST", decision, {"decision": "approve"}, purpose=ADMINISTRATION).status_code == 204
    assert ask(server, manager, "POST", path, {"role": "manager"}, purpose=ADMINISTRATION).status_code == 204
    (used,) = [
        one for one in listed(server, second, "/v1/approvals", purpose=ADMINISTRATION) if one["id"] == made["id"]
    ]
    assert used["standing"] == "used"


def test_a_dpo_objects(server: Server) -> None:
    manager, dpo = acting(server, "manager"), acting(server, "dpo")
    made = ask(server, manager, "POST", "/v1/approvals", {"action": "campaign.close"}, purpose=ADMINISTRATION).json()
    path = f"/v1/approvals/{made['id']}/objection"
    assert ask(server, dpo, "POST", path, purpose="accountability").status_code == 204
    assert ask(server, dpo, "POST", path, purpose="accountability").status_code == 409


def test_accounts_are_invited_reset_unlocked_and_closed(server: Server) -> None:
    manager = acting(server, "manager")
    new = {"name": "Camille Martin", "email": "camille.martin@example.org", "role": "canvasser"}
    answer = ask(server, manager, "POST", "/v1/staff", new, purpose=ADMINISTRATION)
    assert answer.status_code == 201
    assert "camille" not in answer.text.lower()
    path = f"/v1/staff/{answer.json()['id']}"
    assert ask(server, manager, "POST", "/v1/staff", new, purpose=ADMINISTRATION).status_code == 409
    again = ask(server, manager, "POST", f"{path}/reset", purpose=ADMINISTRATION)
    assert again.json()["invitation"] != answer.json()["invitation"]
    assert ask(server, manager, "POST", f"{path}/unlock", purpose=ADMINISTRATION).json() == {"lifted": 0}
    assert ask(server, manager, "POST", f"{path}/deactivation", purpose=ADMINISTRATION).status_code == 204
    (left,) = [
        one for one in listed(server, manager, "/v1/staff", purpose=ADMINISTRATION) if one["id"] == answer.json()["id"]
    ]
    assert (left["state"], left["email"]) == ("left", "camille.martin@example.org")
    assert left["due_on"] is None  # Nothing in the log names who never acted: the next sweep lets go.


def test_the_log_of_one_member_is_told_to_the_dpo_for_accountability_alone(server: Server) -> None:
    watched, dpo = acting(server, "manager"), acting(server, "dpo")
    ask(server, watched, "GET", "/v1/staff", purpose=ADMINISTRATION)
    path = f"/v1/audit/entries?actor={watched.id}"
    entries = ask(server, dpo, "GET", path, purpose="accountability").json()["entries"]
    assert {one["actor_id"] for one in entries} == {str(watched.id)}
    first = ask(server, dpo, "GET", f"{path}&limit=1", purpose="accountability")
    following = first.links["next"]["url"]
    assert f"actor={watched.id}" in following
    assert {
        one["actor_id"] for one in ask(server, dpo, "GET", following, purpose="accountability").json()["entries"]
    } <= {str(watched.id)}
    foreign = f"/v1/audit/entries?cursor={first.json()['next']}"
    assert ask(server, dpo, "GET", foreign, purpose="accountability").status_code == 422
    refused = ask(server, dpo, "GET", path, purpose="rights_request")
    assert (refused.status_code, refused.json()["findings"][0]["rule"]) == (422, "staff.monitoring")
    assert server.ask("GET", path, purpose=ADMINISTRATION).status_code == 422
    assert {one["actor_id"] for one in server.entries("staff.listed") if one["actor_kind"] == "staff"} == {"withheld"}


def test_no_typed_secret_or_address_reaches_the_servers_log(server: Server, person: Person) -> None:
    sign_in(server, person, password="canary-password-4711")
    written = server.log.read_text(encoding="utf-8")
    for secret in ("canary-password-4711", PASSWORD, person.email, person.invitation, *person.recovery):
        assert secret not in written


def test_the_actions_of_the_wire_are_those_of_the_room() -> None:
    assert set(get_args(ActionName)) == {action.value for action in Action}


def test_one_changes_the_password_and_renews_the_recovery_codes(server: Server, person: Person) -> None:
    person.token = sign_in(server, person).json()["token"]
    weak = {"password": PASSWORD, "code": person.recovery[0], "new_password": "short"}
    answer = ask(server, person, "POST", "/v1/staff/me/password", weak)
    assert (answer.status_code, answer.json()["code"]) == (422, "weak-password")
    answer = ask(server, person, "POST", "/v1/staff/me/password", weak | {"new_password": "vB7!m2Xq#tL9"})
    assert answer.status_code == 201, answer.text
    assert ask(server, person, "GET", "/v1/staff/me/sessions").status_code == 401
    person.token = answer.json()["token"]
    told = {"password": "vB7!m2Xq#tL9", "code": person.recovery[1]}
    answer = ask(server, person, "POST", "/v1/staff/me/recovery-codes", told)
    assert answer.status_code == 201, answer.text
    assert len(answer.json()["recovery_codes"]) == 10
    person.token = answer.json()["token"]
    assert ask(server, person, "POST", "/v1/staff/me/recovery-codes", told).status_code == 401


def test_whoever_walks_shares_where_they_are_and_stops(server: Server) -> None:
    walker, here = acting(server, "canvasser"), {"latitude": 48.85661, "longitude": 2.35222}
    path = "/v1/staff/me/position"
    assert ask(server, walker, "PUT", path, here).status_code == 409
    until = ask(server, walker, "PUT", path, here | {"hours": 2}).json()["until"]
    told = {"staff": str(walker.id), "latitude": 48.8566, "longitude": 2.3522, "until": until}
    other = acting(server, "manager")
    assert ask(server, other, "PUT", path, {"latitude": 0, "longitude": 0, "hours": 1}).status_code == 200
    seen = listed(server, other, "/v1/staff/positions?limit=1", purpose="canvassing")
    assert told in seen
    assert len({one["staff"] for one in seen}) == len(seen) >= 2
    assert ask(server, walker, "GET", "/v1/staff/me/data").json()["position"] == told
    assert ask(server, walker, "DELETE", path).status_code == 204
    assert told not in listed(server, walker, "/v1/staff/positions", purpose="canvassing")
    assert ask(server, walker, "PUT", path, here | {"hours": 13}).status_code == 422
