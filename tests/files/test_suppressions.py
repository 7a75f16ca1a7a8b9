"""A suppression file: everybody in it is refused, here and in what comes later, and nobody becomes a contact by it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cli import oppositions
from cli.parser import make_parser
from files.suppressions import Suppressed, bring_suppressions
from kernel.errors import Invalid
from tests.consent_making import ask, by_form, keep, told
from tests.factories import MANAGING, World, count, dump, marie, opened_world, recorded, voter

FILES = {
    "email address;unsubscribed\nMarie@Example.org;2026-01-02\nnot an address;\n": 1,
    "Téléphone,Prénom\n06 39 98 01 02,Ana\n": 1,
    "Nom;Prénom;Date de naissance\nDupont;Marie;03/02/1980\n": 1,
    "nom;prénom;numéro de voie;voie;code postal;ville\nÉlecteur1;Jean;3;rue des Lilas;75011;Paris\n": 1,
}


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


def brought(world: World, path: Path, text: str, **more: str) -> Suppressed:
    path.write_text(text, encoding="utf-8")
    return bring_suppressions(world.register, world.actor, MANAGING, path, **more)


def test_whoever_a_file_names_is_refused_now_and_later_and_is_no_contact_by_it(world: World, tmp_path: Path) -> None:
    (known,) = recorded(world, marie(world))
    keep(world, by_form(world, known), own_form=True)
    assert ask(world, [known]).allowed == 1
    found = [brought(world, tmp_path / "list.csv", text) for text in FILES]
    assert [one.rows for one in found] == list(FILES.values())
    assert (found[0].nobody, found[0].first_of_nobody) == (1, (3,))
    assert told(ask(world, [known])) == {known: "gate.opposed"}
    assert count(world, "contact") == 1
    entries = count(world, "opposition")
    assert brought(world, tmp_path / "again.csv", next(iter(FILES))).rows == 1
    assert count(world, "opposition") == entries
    assert not [rows for rows in dump(world).values() if any("639980102" in str(row) for row in rows)]
    (elector,) = recorded(world, voter(world, 1))
    assert told(ask(world, [elector], purpose="canvassing", channel="post"))[elector] == "channel.post", "no address"


def test_the_command_tells_how_many_were_named_and_which_rows_name_nobody(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "list.csv"
    path.write_text(next(iter(FILES)), encoding="utf-8")
    with opened_world(sqlite_url, tmp_path) as world:
        monkeypatch.setenv("ISOLOIR_HOSTING", "FR")
        monkeypatch.setenv("ISOLOIR_DATABASE_URL", sqlite_url)
        where = ["--data-dir", str(tmp_path), "--campaign", str(world.campaign)]
        given = make_parser().parse_args(["opposition", "import", str(path), *where])
        answer = oppositions.bring_in(given)
    assert answer.data == {"rows": 1, "entries": 1, "nobody": 1, "first_of_nobody": (3,)}
    assert [line.rpartition(" ")[2] for line in answer.lines] == ["gardées.", "3"]
    assert not any("marie" in line.lower() for line in answer.lines)


def test_a_file_may_close_one_channel_and_without_a_column_that_names_somebody_is_none(
    world: World, tmp_path: Path
) -> None:
    (known,) = recorded(world, marie(world))
    keep(world, by_form(world, known), own_form=True)
    brought(world, tmp_path / "list.csv", "Email\nmarie@example.org\n", channel="sms")
    assert ask(world, [known]).allowed == 1
    with pytest.raises(Invalid):
        brought(world, tmp_path / "list.csv", "Email\nmarie@example.org\n", channel="fax")
    with pytest.raises(Invalid):
        brought(world, tmp_path / "list.csv", "score\n3\n")
