"""The log over HTTP."""

import time

from audit.checkpoints import read_checkpoint
from tests.api.serving import Server

AUDIT = "administration"


def test_every_read_leaves_an_entry_that_names_fields_and_nobody(server: Server) -> None:
    contact = server.contact(last_name="Dupont", address={"city": "Paris"})
    server.ask("GET", f"/v1/contacts/{contact}", purpose="canvassing")
    entry = server.entries("contact.revealed")[0]
    assert (entry["purpose"], entry["fields"]) == ("canvassing", ["address", "last_name"])
    assert entry["subject"]
    assert contact not in str(entry)


def test_pages_follow_one_another_without_gap_or_repetition(server: Server) -> None:
    for _ in range(21):
        server.origin()
    seen: list[str] = []
    answer = server.ask("GET", "/v1/audit/entries?event=origin.declared&limit=20", purpose=AUDIT)
    while answer.json()["entries"]:
        seen += [one["id"] for one in answer.json()["entries"]]
        answer = server.ask("GET", answer.links["next"]["url"], purpose=AUDIT)
    assert "next" not in answer.links
    assert answer.json()["next"]
    assert seen[:100] == [one["id"] for one in server.entries("origin.declared")]
    assert len(seen) == len(set(seen)) >= 21


def test_the_checkpoint_is_a_signed_note_of_this_campaign(server: Server) -> None:
    server.origin()
    deadline = time.monotonic() + 20
    while (answer := server.ask("GET", "/v1/audit/checkpoint", purpose=AUDIT)).status_code != 200:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    text, _, signatures = answer.text.partition("\n\n")
    checkpoint = read_checkpoint(text + "\n")
    assert checkpoint.origin.startswith(f"isoloir/{server.campaigns[0].id}/")
    assert checkpoint.size > 0
    assert signatures.startswith("— isoloir/")
