"""Rights requests at the command line: keyed in, on the board, prepared, refused with a reason of the list."""

from pathlib import Path

from tests.attachments.samples import PLAIN_PDF
from tests.cli.console import Console, begin


def test_a_request_is_keyed_in_shown_doubted_and_refused(tmp_path: Path) -> None:
    console = Console(tmp_path)
    begin(console)
    who = ("--first-names", "Marie", "--last-name", "Dupont", "--birth-date", "1960-05-04")
    made = console.json("rights", "receive", "access", "--way", "letter", "--received-on", "2026-03-31", *who)
    assert made["due_on"] == "2026-04-30"
    board = console.run("rights", "list")
    assert made["reference"] in board.stdout
    assert "EN RETARD" in board.stdout
    assert "Dupont" not in board.stdout
    assert "Dupont" in console.run("rights", "show", made["reference"]).stdout
    refused = console.run("rights", "answer", made["reference"], "--refuse", "identity_not_established")
    assert refused.returncode == 1
    doubt = ("--words", "deux homonymes", "--question", "quel bureau de vote ?")
    assert console.run("rights", "step", made["reference"], "doubt", *doubt).returncode == 0
    assert console.json("rights", "list", "--state", "awaiting_identity")["requests"][0]["due_on"] is None
    done = console.run("rights", "answer", made["reference"], "--refuse", "identity_not_established")
    assert (done.returncode, "Refusée" in done.stdout) == (0, True)
    assert console.run("rights", "letter", made["reference"]).returncode == 1
    assert "adresse postale" in console.run("rights", "letter", made["reference"], "--last").stderr
    asked = console.json("rights", "receive", "access", "--way", "letter", *who, "--details", "2")
    assert console.run("rights", "step", asked["reference"], "doubt", *doubt, "--document").returncode == 0
    out = tmp_path / "piece.pdf"
    assert "aucune pièce" in console.run("rights", "document", made["reference"], "--out", str(out)).stderr
    assert not out.exists()
    posted = tmp_path / "posted.pdf"
    posted.write_bytes(PLAIN_PDF)
    assert console.json("rights", "document", asked["reference"], "--take", str(posted))["size"] == len(PLAIN_PDF)
    assert console.run("rights", "document", asked["reference"], "--out", str(out)).returncode == 0
    assert out.read_bytes() == PLAIN_PDF
    assert console.run("rights", "show", "DR-0000-0001").returncode == 1
