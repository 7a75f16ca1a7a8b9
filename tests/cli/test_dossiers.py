"""A person is answered at the command line: the dossier, the erasure with its certificate, the recipients' tickets."""

import io
import zipfile
from pathlib import Path

import pytest

from tests.cli.console import Console, begin, bring_in, persons

PEOPLE = "nationbuilder_id,first_name,last_name,email\n1,Marie,Dupont,marie@example.org\n"


@pytest.fixture
def console(sqlite_url: str, tmp_path: Path) -> Console:
    assert sqlite_url
    one = Console(tmp_path)
    begin(one)
    return one


def test_a_person_is_answered_erased_and_their_recipients_told(console: Console) -> None:
    (console.folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    console.json(*bring_in(console.folder / "people.csv", "--profile", "nationbuilder"))
    (person,) = persons(console)
    out = console.folder / "dossier.zip"
    console.json("dossier", "export", person, "--out", str(out))
    assert out.stat().st_mode & 0o777 == 0o600
    assert "vos-donnees.pdf" in zipfile.ZipFile(io.BytesIO(out.read_bytes())).namelist()
    assert console.run("dossier", "export", person, "--out", str(out)).returncode == 1
    assert console.json("dossier", "make", person)["sent"] is True
    (told,) = console.json("erase", person, "--certificate")["told"]
    assert set(told["recipients"]) == {"nationbuilder", "équipe"}  # The team got the list by which the person is known.
    waiting = console.json("ticket", "list", "--waiting")["tickets"]
    ticket = next(one for one in waiting if one["recipient"] == "nationbuilder")
    letter = console.folder / "letter.pdf"
    console.json("ticket", "letter", ticket["id"], "--out", str(letter))
    assert letter.read_bytes().startswith(b"%PDF-1.7")
    console.json("ticket", "acknowledge", ticket["id"])
    assert len(console.json("ticket", "list", "--waiting")["tickets"]) == len(waiting) - 1 == 1
    gone = console.run("ticket", "letter", ticket["id"], "--out", str(console.folder / "again.pdf"))
    assert (gone.returncode, "l'avis est clos" in gone.stderr) == (1, True)
