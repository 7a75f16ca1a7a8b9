"""How long data are kept, and the register of breaches, over HTTP."""

from datetime import UTC, datetime, timedelta

from installation.open import open_installation
from kernel.actor import operator_in
from retention.sweep import sweep_contacts
from tests.api.serving import Server

ADMIN = "administration"


def test_a_hold_is_placed_listed_lifted_and_an_ending_recorded(server: Server) -> None:
    until = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    new = {"reason": "claims", "reference": "TA 27/0412", "expires_on": until}
    made = server.ask("POST", "/v1/holds", new, purpose=ADMIN)
    assert made.status_code == 201
    (found,) = [one for one in server.listed("/v1/holds", purpose=ADMIN) if one["id"] == made.json()["id"]]
    assert (found["reason"], found["contact"]) == ("claims", None)
    assert server.ask("POST", "/v1/holds", {**new, "expires_on": "2027-02-30"}, purpose=ADMIN).status_code == 422
    assert server.ask("POST", "/v1/holds", {**new, "expires_on": "2020-01-01"}, purpose=ADMIN).status_code == 422
    assert server.ask("DELETE", f"/v1/holds/{made.json()['id']}", purpose=ADMIN).status_code == 204
    assert server.ask("DELETE", f"/v1/holds/{made.json()['id']}", purpose=ADMIN).status_code == 404
    ending = {"event": "end_of_membership", "ended_on": "2026-01-31"}
    nobody = "/v1/contacts/7b1cfa1e-6c5e-4d3d-9c0c-3f2f0e6f6f10/endings"
    assert server.ask("POST", nobody, ending).status_code == 404
    assert server.entries("hold.placed")


def test_a_contact_in_archive_opens_for_a_reason_and_a_case(server: Server) -> None:
    form = {"kind": "membership_form", "obtained_on": "2026-01-01"}
    origin = server.ask("POST", "/v1/origins", form, campaign=1).json()["number"]
    new = {"category": "member", "origin": origin, "fields": {"last_name": "Archive"}}
    who = server.ask("POST", "/v1/contacts", new, campaign=1).json()["id"]
    case = {"reason": "claims", "reference": "TJ 26/1"}
    path = f"/v1/contacts/{who}/archive"
    assert server.ask("POST", path, case, purpose="rights_request", campaign=1).status_code == 404
    ending = {"event": "end_of_membership", "ended_on": "2026-01-31"}
    assert server.ask("POST", f"/v1/contacts/{who}/endings", ending, campaign=1).status_code == 204
    with open_installation(server.settings) as installation:
        actor = operator_in(server.campaigns[1].id)
        sweep_contacts(installation.eraser, actor, simulated=False, tell=lambda _: None)
    opened = server.ask("POST", path, case, purpose="rights_request", campaign=1)
    assert opened.json()["fields"]["last_name"] == "Archive"
    for wrong, purpose, status in ((case, "contact_management", 403), ({"reason": "claims"}, "rights_request", 422)):
        assert server.ask("POST", path, wrong, purpose=purpose, campaign=1).status_code == status
    assert server.entries("archive.opened", campaign=1)


def test_a_simulated_sweep_is_asked_for_and_the_runs_and_the_month_are_told(server: Server) -> None:
    asked = server.ask("POST", "/v1/retention/runs", {"simulated": True}, purpose=ADMIN)
    assert asked.status_code == 202
    assert server.ask("GET", "/v1/retention/runs", purpose=ADMIN).status_code == 200
    report = server.ask("GET", "/v1/retention/report?month=2026-11", purpose=ADMIN)
    assert report.json()["month"] == "2026-11"
    assert server.ask("GET", "/v1/retention/report?month=2026-13", purpose=ADMIN).status_code == 422


def test_a_breach_is_opened_completed_notified_and_closed(server: Server) -> None:
    known = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    made = server.ask("POST", "/v1/breaches", {"aware_at": known, "nature": ["confidentiality"]}, purpose=ADMIN)
    assert made.status_code == 201
    place = f"/v1/breaches/{made.json()['id']}"
    assert server.ask("GET", place, purpose=ADMIN).json()["overdue"] is False
    form = {"consequences": "Courriels indésirables", "measures_after": "Révocation", "informed": "not_required"}
    assert server.ask("PUT", f"{place}/form", form, purpose=ADMIN).status_code == 200
    assert server.ask("PUT", f"{place}/form", {"severity": "huge"}, purpose=ADMIN).status_code == 422
    told = server.ask("GET", f"{place}/notification", purpose=ADMIN).json()
    assert "À notifier avant" in told["text"]
    now = datetime.now(UTC).isoformat()
    assert server.ask("POST", f"{place}/notification", {"at": known}, purpose=ADMIN).json()["notified_at"]
    window = {"since": known, "until": now, "actor": "nobody"}
    reached = server.ask("POST", f"{place}/reach", window, purpose="rights_request").json()
    assert reached == {"persons": [], "erased": 0, "entries": 0, "queued": 0}
    assert server.ask("POST", f"{place}/end", purpose=ADMIN).json()["closed_at"]
    assert server.ask("PUT", f"{place}/form", form, purpose=ADMIN).status_code == 409
    assert made.json()["id"] in [one["id"] for one in server.listed("/v1/breaches", purpose=ADMIN)]
