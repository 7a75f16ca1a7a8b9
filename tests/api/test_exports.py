"""Exports through the door: ordered, followed, downloaded by their recipient; other campaigns see nothing."""

from uuid import uuid4

import pyrage  # type: ignore[import-untyped]

from tests.api.following import ended
from tests.api.serving import Server

_IDENTITY = pyrage.x25519.Identity.generate()


def recipient(server: Server) -> str:
    """Register a recipient without a key, and then give it one."""
    name = f"imprimerie {uuid4()}"
    told = {"kind": "recipient", "hosting": "FR", "control": "FR", "contact": "1 rue", "told_by": "letter"}
    made = server.ask("POST", "/v1/recipients", told | {"address": "1 rue", "name": name}).json()["id"]
    wrong = server.ask("PUT", f"/v1/recipients/{made}/key", {"public_key": "age1" + "q" * 58})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid-input")
    key = {"public_key": str(_IDENTITY.to_public())}
    assert server.ask("PUT", f"/v1/recipients/{made}/key", key).status_code == 204
    assert server.ask("PUT", f"/v1/recipients/{uuid4()}/key", key).status_code == 404
    return name


def living_in(server: Server, commune: str) -> str:
    answer = server.ask("POST", "/v1/contacts", server.proposed(last_name="Martin") | {"commune": commune})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def test_a_list_is_ordered_followed_and_downloaded(server: Server) -> None:
    name, commune = recipient(server), "97421"
    person = living_in(server, commune)
    body = {"reason": "lettre", "recipient": name, "selection": {"commune": commune}, "cap": 20}
    body |= {"fields": ["last_name"]}
    key = {"Idempotency-Key": f'"{uuid4()}"'}
    first, second = (server.ask("POST", "/v1/exports", body, headers=key) for _ in range(2))
    assert (first.status_code, first.json(), second.headers["idempotency-replayed"]) == (202, second.json(), "true")
    place = first.headers["location"]
    told = ended(server, place)
    assert (told["state"], told["contacts"], told["recipient_name"]) == ("finished", 1, name)
    sealed = server.http.get(f"{place}/file", headers=server.headers())
    server.check("GET", f"{place}/file", sealed)
    assert sealed.headers["content-disposition"].endswith('.csv.age"')
    assert person in pyrage.decrypt(sealed.content, [_IDENTITY]).decode()
    assert told["id"] in {one["id"] for one in server.listed("/v1/exports")}
    for method, path in (("GET", place), ("GET", f"{place}/file"), ("POST", f"{place}/link")):
        assert server.ask(method, path, campaign=1).status_code == 404
    assert server.ask("POST", f"{place}/cancellation", campaign=1).status_code == 404
    assert server.ask("POST", f"{place}/link").status_code == 409
    assert server.ask("POST", f"{place}/cancellation").json()["state"] == "cancelled"
    assert server.ask("GET", f"{place}/file").status_code == 409
    assert server.ask("POST", "/v1/exports", body | {"recipient": "nobody"}).json()["code"] == "refused"
    assert server.ask("POST", "/v1/exports", body | {"fields": ["nothing"]}).json()["code"] == "invalid-input"


def test_a_page_lets_a_file_go_once_and_looking_changes_nothing(server: Server) -> None:
    commune = "97422"
    person = living_in(server, commune)
    body = {"reason": "lettre", "recipient": recipient(server), "selection": {"commune": commune}, "cap": 20}
    place = server.ask("POST", "/v1/exports", body | {"secured": "link"}).headers["location"]
    ended(server, place)
    link = server.ask("POST", f"{place}/link").json()["link"]
    path = link.removeprefix(server.settings.public_url.rstrip("/"))
    for _ in range(2):
        page = server.http.get(path)
        assert (page.status_code, person in page.text) == (200, False)
    taken = server.http.post(path, data={"do": "fetch"})
    assert (taken.headers["content-type"], taken.headers["cache-control"]) == ("application/octet-stream", "no-store")
    assert person in taken.text
    again = server.http.post(path, data={"do": "fetch"})
    assert again.headers["content-type"].startswith("text/html")
    assert person not in again.text
    assert server.ask("GET", place).json()["state"] == "collected"
    assert not [one for one in server.settings.export_dir.rglob("*") if place.rpartition("/")[2] in str(one)]
    assert server.http.get(path[:-3] + "AAA").status_code == 404
