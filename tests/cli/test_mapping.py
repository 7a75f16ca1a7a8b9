"""A file nobody knows is imported once its columns are told, and is asked about once."""

import os
import pty
import subprocess
from pathlib import Path

import pytest

from tests.cli.console import PATIENCE, SCRIPT, Console, begin, external_ids

TOLD = ["--origin", "2", "--purpose", "contact_management", "--category", "regular", "--map", "--json"]
ROWS = [
    "Patronyme,Petit nom,Joindre,Quand,Dossier,Culte,Ne pas appeler",
    "Lefèvre,Ève,eve@example.org,12/03/1950,17,x,oui",
    "Martin,Zoé,zoe@example.org,01/02/1961,18,y,",
]


@pytest.fixture
def console(tmp_path: Path) -> Console:
    return Console(tmp_path)


@pytest.fixture
def unknown(console: Console, tmp_path: Path) -> Path:
    begin(console)
    path = tmp_path / "liste.csv"
    path.write_text("\n".join(ROWS) + "\n", "utf-8")
    return path


def test_what_nobody_can_tell_is_left_out_where_nobody_is_asked(console: Console, unknown: Path) -> None:
    refused = console.run("import", str(unknown), *[one for one in TOLD if one != "--map"])
    assert refused.returncode == 1
    done = console.run("import", str(unknown), *TOLD)
    assert done.returncode == 0, done.stderr
    assert "Patronyme : on ne sait pas ce que c'est, écartée" in done.stderr
    assert "eve@example.org" not in done.stderr
    fates = {one["column"]: one["decision"] for one in console.json("import", str(unknown), *TOLD[:-1])["columns"]}
    assert fates == {
        **dict.fromkeys(("Patronyme", "Petit nom", "Quand", "Dossier"), "dropped"),
        "Joindre": "kept",
        "Culte": "refused",
        "Ne pas appeler": "objection",
    }
    assert console.count("contact") == 2


def test_what_a_person_answers_is_kept_for_the_next_file(console: Console, unknown: Path) -> None:
    answers = {"Patronyme": "last_name", "Petit nom": "whatever", "Quand": "", "Dossier": "external_id"}
    asked = ask(
        console, ["import", str(unknown), *TOLD], [*list(answers.values())[:2], "first_names", "", "external_id"]
    )
    assert asked.returncode == 0, asked.stderr
    assert [one for one in answers if f"« {one} » ?" in asked.stderr] == list(answers)
    assert "last_name, list_type" in asked.stderr, "told what may be answered"
    assert external_ids(console) == ["file:17", "file:18"]
    unknown.write_text("\n".join([*ROWS, "Durand,Léa,lea@example.org,02/02/1970,19,,"]) + "\n", "utf-8")
    done = console.run("import", str(unknown), *TOLD)
    assert "comme la dernière fois" in done.stderr
    assert external_ids(console) == ["file:17", "file:18", "file:19"]


def ask(console: Console, words: list[str], answers: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a command at a terminal and type the answers."""
    ours, theirs = pty.openpty()
    try:
        os.write(ours, "".join(f"{one}\n" for one in answers).encode())
        return subprocess.run(
            [SCRIPT, *words],
            env=console.environment,
            stdin=theirs,
            capture_output=True,
            text=True,
            cwd=console.folder,
            timeout=PATIENCE,
            check=False,
        )
    finally:
        os.close(ours)
        os.close(theirs)
