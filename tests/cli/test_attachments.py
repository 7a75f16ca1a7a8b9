"""Scans and the doctor at the command line."""

from pathlib import Path
from typing import get_args
from uuid import uuid4

import pytest

from installation.diagnosis import Check
from tests.attachments.samples import JAVASCRIPT, PLAIN_PDF, pdf
from tests.cli.console import Console, begin, bring_in, persons

PERSON = "nationbuilder_id,first_name,last_name,email\n1,Marie,Dupont,marie@example.org\n"


@pytest.fixture
def console(database_url: str, tmp_path: Path) -> Console:
    one = Console(tmp_path, "" if database_url.startswith("sqlite") else database_url)
    begin(one)
    return one


def written(console: Console, name: str, content: bytes = PLAIN_PDF) -> str:
    path = console.folder / name
    path.write_bytes(content)
    return str(path)


def test_a_scan_is_sealed_listed_brought_out_and_removed(console: Console) -> None:
    (console.folder / "people.csv").write_text(PERSON, encoding="utf-8")
    console.json(*bring_in(console.folder / "people.csv", "--profile", "nationbuilder"))
    (person,) = persons(console)
    canary = f"mandat-{uuid4().hex}"
    added = console.json("attachment", "add", written(console, f"{canary}.PDF"), "--kind", "form", "--contact", person)
    listed = console.json("attachment", "list", "--contact", person)["attachments"]
    assert [(one["id"], one["kind"], one["size"]) for one in listed] == [(added["id"], "form", len(PLAIN_PDF))]
    out = console.folder / "out.pdf"
    console.json("attachment", "get", added["id"], "--out", str(out))
    assert out.read_bytes() == PLAIN_PDF
    assert out.stat().st_mode & 0o777 == 0o600
    assert canary.encode() not in b"".join(path.read_bytes() for path in console.data.rglob("*") if path.is_file())
    assert console.json("attachment", "remove", added["id"])["removed"] == 1
    assert console.run("attachment", "remove", added["id"]).returncode == 1
    assert "Aucune pièce jointe" in console.run("attachment", "list", "--contact", person).stdout
    promise = console.json("attachment", "add", written(console, "b.pdf"), "--kind", "undertaking")["id"]
    election = console.json("election", "list")["elections"][0]["id"]
    words = ["origin", "declare", "--kind", "electoral_roll", "--obtained-on", "2026-11-01", "--election", election]
    assert console.json(*words, "--paper", f"undertaking={promise}")["origin"] == 3
    wrong = console.run(*words, "--paper", f"undertaking={uuid4()}", "--synthetic")
    assert (wrong.returncode, "isoloir attachment add" in wrong.stderr) == (1, True)
    wrong = console.run(*bring_in(console.folder / "people.csv", "--cohort", "7"))
    assert (wrong.returncode, "aucune cohorte de ce numéro" in wrong.stderr) == (1, True)


def test_an_erasure_says_on_which_ground(console: Console) -> None:
    (console.folder / "people.csv").write_text(PERSON, encoding="utf-8")
    console.json(*bring_in(console.folder / "people.csv", "--profile", "nationbuilder"))
    (person,) = persons(console)
    added = console.json("attachment", "add", written(console, "a.pdf"), "--kind", "form", "--contact", person)
    assert console.json("erase", person)["erased"] == 1
    refused = console.run("attachment", "get", added["id"], "--out", str(console.folder / "out.pdf"))
    assert refused.returncode == 1
    assert "archive restreinte" in refused.stderr
    assert console.json("erase", person, "--ground", "unlawful")["erased"] == 1
    gone = console.run("attachment", "get", added["id"], "--out", "out.pdf", "--purpose", "rights_request")
    assert (gone.returncode, "aucune pièce jointe" in gone.stderr) == (1, True)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.exe", PLAIN_PDF, "ne finit par aucun"),
        ("a.png", PLAIN_PDF, "type annoncé"),
        ("a.pdf", pdf(JAVASCRIPT), "imprimez-le et numérisez-le"),
        ("a.pdf", b"", "le fichier est vide"),
    ],
    ids=["ending", "type", "script", "empty"],
)
def test_what_is_not_taken_is_told_in_french(console: Console, name: str, content: bytes, told: str) -> None:
    done = console.run("attachment", "add", written(console, name, content), "--kind", "undertaking")
    assert done.returncode == 1
    assert told in done.stderr


def test_the_doctor_finds_nothing_then_names_what_was_broken(console: Console) -> None:
    for path in (console.data, *console.data.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
    healthy = console.run("doctor")
    assert (healthy.returncode, healthy.stderr) == (0, "")
    assert healthy.stdout.splitlines()[-1] == "Rien à réparer."
    told = console.json("doctor")
    assert told["healthy"]
    assert {one["name"] for one in told["checks"]} == set(get_args(Check)) - (
        set() if console.on_postgresql else {"guards"}
    )
    (console.data / "root.key").unlink()
    broken = console.run("doctor")
    assert broken.returncode == 1
    assert "ÉCHEC" in broken.stdout
    assert "clé racine" in broken.stdout


def test_the_doctor_names_settings_that_cannot_be(console: Console) -> None:
    console.more["ISOLOIR_HOSTING"] = "US"
    broken = console.run("doctor")
    assert broken.returncode == 1
    assert "ISOLOIR_HOSTING" in broken.stdout
