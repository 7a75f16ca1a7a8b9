"""The door at the command line, called in this process: real clocks there, so that the sheet is made by it too."""

import io
from argparse import Namespace
from pathlib import Path

import pytest

from cli import door
from cli.parser import make_parser
from tests.factories import opened_world
from tests.sheets.doors import friend


def test_a_sheet_is_made_printed_and_keyed_in_by_number_and_letter(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def given(*words: str) -> Namespace:
        place = ("--data-dir", str(tmp_path), "--campaign", str(world.campaign))
        return make_parser().parse_args(["door", *words, *place])

    with opened_world(sqlite_url, tmp_path) as world:
        monkeypatch.setenv("ISOLOIR_HOSTING", "FR")
        monkeypatch.setenv("ISOLOIR_DATABASE_URL", sqlite_url)
        for number, name in (("1", "Martin"), ("2", "Petit"), ("3", "Durand")):
            friend(world, number, name)
        made = door.make(given("make", "--commune", "75056", "--station", "0001"))
        (sheet,) = made.data["sheets"]
        paper = tmp_path / "feuille.pdf"
        assert door.print_one(given("print", sheet["mark"], "--out", str(paper))).code == 0
        typed = "1 a\n2 X\nbonjour\n9 n\n3 r elle est musulmane\n+ Zoé; Zola; zoe@example.org; email\n"
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        keyed = door.key_in(given("key-in", sheet["mark"].lower()))
        listed = door.list_all(given("list"))
        gone = door.remove(given("remove", str(sheet["id"])))
        none = door.list_all(given("list"))
    assert paper.read_bytes().startswith(b"%PDF-")
    assert paper.stat().st_mode & 0o777 == 0o600
    assert keyed.code == 1
    assert [one["result"] for one in keyed.data["outcomes"]] == ["recorded", "recorded", "unknown_line", "recorded"]
    assert keyed.data["unread"] == [3]
    told = "\n".join(keyed.lines)
    assert ("3 lignes notées" in told, "1 refus pris en compte" in told) == (True, True)
    assert ("Ligne 3 : note non gardée." in told, "Ne notez pas la religion" in told) == (True, True)
    assert ("Nouveau contact 1 : à corriger (canvasser)" in told, "musulmane" in told) == (True, False)
    assert (len(listed.data["sheets"]), gone.code, none.data["sheets"]) == (1, 0, [])
