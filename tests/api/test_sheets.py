"""Sheets for the door over HTTP."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from tests.api.serving import Server
from tests.api.staffing import acting, ask


def lived_in(server: Server, station: str, *names: str) -> dict[str, Any]:
    """Record regular contacts in a street of a polling station, and return the place."""
    place = {"commune": "75056", "polling_station": station}
    for number, name in enumerate(names, 1):
        address = {"number": str(number), "street": "rue des Lilas", "postcode": "75020", "city": "Paris"}
        body = server.proposed(last_name=name, first_names="Anne", address=address) | place
        assert server.ask("POST", "/v1/contacts", body).status_code == 201
    return place


def test_a_sheet_is_made_printed_keyed_in_and_removed(server: Server) -> None:
    place = lived_in(server, "0097", "Abeille", "Bouvier", "Chartier")
    made = server.ask("POST", "/v1/sheets", place | {"streets": ["Rue des lilas"]}, purpose="canvassing")
    assert made.status_code == 201
    (sheet,) = made.json()["sheets"]
    where = f"/v1/sheets/{sheet['id']}"
    assert sheet["id"] in [one["id"] for one in server.listed("/v1/sheets", purpose="canvassing")]
    paper = server.ask("GET", where, purpose="canvassing")
    assert (paper.status_code, paper.content[:5], paper.headers["cache-control"]) == (200, b"%PDF-", "no-store")
    at = datetime.now(UTC).isoformat()
    told: list[dict[str, Any]] = [
        {"line": 1, "outcome": "absent", "at": at},
        {"line": 2, "outcome": "do_not_come_back", "at": at},
        {"line": 3, "outcome": "agreed_to_be_recontacted", "at": at, "note": "Famille juive pratiquante"},
        {"line": 99, "outcome": "absent", "at": at},
    ]
    newcomer = {"email": "zoe@example.org", "channels": ["email"], "at": at, "canvasser": str(uuid4())}
    keyed = server.ask("POST", f"{where}/outcomes", {"outcomes": told, "newcomers": [newcomer]}, purpose="canvassing")
    assert keyed.status_code == 200
    results = [(one["result"], one["effect"]) for one in keyed.json()["outcomes"]]
    assert results == [("recorded", None), ("recorded", "objection"), ("recorded", None), ("unknown_line", None)]
    note = keyed.json()["outcomes"][2]["note"]
    assert (note["kept"], bool(note["neutral_fr"]), "juive" in keyed.text) == ("refused", True, False)
    assert keyed.json()["newcomers"] == [{"faults": ["form"]}]
    assert server.ask("DELETE", where, purpose="canvassing").status_code == 204
    gone = (("GET", where, None), ("POST", f"{where}/outcomes", {"outcomes": told}), ("DELETE", where, None))
    assert [server.ask(*one, purpose="canvassing").status_code for one in gone] == [404, 404, 404]
    assert server.entries("sheet.printed")[0]["counts"]["contact.read"] == 3


def test_a_canvasser_keys_in_and_neither_makes_nor_prints(server: Server) -> None:
    place = lived_in(server, "0096", "Delmas")
    (sheet,) = server.ask("POST", "/v1/sheets", place, purpose="canvassing").json()["sheets"]
    where, person = f"/v1/sheets/{sheet['id']}", acting(server, "canvasser")
    at = datetime.now(UTC).isoformat()
    told = {"outcomes": [{"line": 1, "outcome": "not_interested", "at": at}]}
    keyed = ask(server, person, "POST", f"{where}/outcomes", told, purpose="canvassing")
    assert keyed.json()["outcomes"][0]["effect"] == "refusal"
    for method, path, body in (("GET", where, None), ("DELETE", where, None), ("POST", "/v1/sheets", place)):
        assert ask(server, person, method, path, body, purpose="canvassing").status_code == 403
