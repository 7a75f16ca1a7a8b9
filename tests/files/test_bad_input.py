"""Files that are broken or made to harm: told with their line, in French, by both doors; nothing is half-written."""

import gzip
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from attachments.errors import WrongContent
from cli.problems import in_our_words
from kernel.errors import Invalid
from tests.factories import World, count, dump, opened_world
from tests.files import importing, uploading
from tests.files.test_container import zipped
from tests.files.test_workbook import DECLARED, SHEET, changed, made
from tests.files.uploading import HEADER, left, shown, upload

GOOD = HEADER + b"1,Marie,Dupont,a@example.org,\n2,Paul,Durand,b@example.org,\n3,Anne,Petit,c@example.org,\n"
MANY = HEADER + b"".join(b"%d,Marie,Dupont%d,m%d@example.org,\n" % (one, one, one) for one in range(2_000))
CELLS = [line.decode().split(",") for line in GOOD.splitlines()]
BOMB = HEADER + b"1,a,b,c,d\n" * (1 << 22)
NAMES = b",".join(b"c%d" % number for number in range(100_000))
UNTOUCHED = ("entry", "import_run", "job", "person_key", "task")
"""Tables in which a refused import leaves its own trace; of persons they hold nothing."""

REFUSED: dict[str, tuple[bytes, str]] = {
    "NUL": (GOOD.replace(b"Paul", b"Pa\0l"), "la ligne 3 contient un caractère nul"),
    "UTF-16 without its mark": (GOOD.decode().encode("utf-16-le"), "la ligne 1 contient un caractère nul"),
    "a cell of 10 MB": (GOOD.replace(b"Paul", b"x" * 10_000_000), "la ligne 3 compte plus de 1048576 octets"),
    "a cell without end": (
        GOOD + b'4,"Max\n' + b"ligne\n" * 30_000,
        "ligne 5 : un guillemet est ouvert et jamais fermé",
    ),
    "100,000 columns": (NAMES + b"\n" + NAMES + b"\n", "la première ligne compte plus de 65536 caractères"),
    "2,001 columns": (NAMES[: NAMES.index(b",c2001")] + b"\n", "le fichier a plus de 2000 colonnes"),
    "blank": (b"\n \n\n", "la première ligne, où devraient être les noms des colonnes, manque"),
    "one name twice": (GOOD.replace(b"religion", b"email"), "les colonnes 4 et 5 ont le même nom"),
    "a strange separator": (GOOD.replace(b",", b":"), "le genre du fichier n'est pas reconnu"),
    "two encodings": (
        GOOD + "4,Zoé,Noël,d@example.org,\n5,Zo".encode() + b"\xe9,Roy,e@example.org,\n",
        "ligne 6 : des",
    ),
    "UTF-32": (GOOD.decode().encode("utf-32"), "l'UTF-32 n'est pas lu"),
    "gzip bomb": (gzip.compress(BOMB), "se déplie bien au-delà"),
    "zip bomb": (zipped(("list.csv", BOMB)), "se déplie bien au-delà"),
    "zip of a multitude": (zipped(*((f"{one:060}", b"") for one in range(12_000))), "énumère beaucoup trop"),
    "zip of two": (zipped(("a.csv", GOOD), ("b.csv", GOOD)), "contient 2 fichiers"),
    "cut gzip": (gzip.compress(MANY)[:-900], "abîmée ou coupée"),
    "cut zip": (zipped(("list.csv", MANY))[:-900], "abîmée ou coupée"),
}


@pytest.fixture
def world(sqlite_url: str, tmp_path: Path) -> Iterator[World]:
    """Yield a world on one engine: what is refused here never reaches a database."""
    with opened_world(sqlite_url, tmp_path) as one:
        yield one


def workbooks(folder: Path) -> dict[str, tuple[bytes, str]]:
    """Return workbooks made to harm."""
    outside = made(folder / "outside.xlsx", CELLS)
    changed(outside, "xl/sharedStrings.xml", b'standalone="yes"?>', DECLARED)
    far = changed(made(folder / "far.xlsx", CELLS), SHEET, b'r="A2"', b'r="BXX1048576"')
    whole = made(folder / "cut.xlsx", CELLS).read_bytes()
    return {
        "external entities": (outside.read_bytes(), "le classeur déclare des entités"),
        "far apart": (far.read_bytes(), "le classeur s'étend sur plus de"),
        "cut workbook": (whole[: len(whole) // 2], "est abîmé"),
        "two sheets": (made(folder / "two.xlsx", CELLS, sheets=2).read_bytes(), "le classeur a 2 feuilles"),
    }


def test_what_cannot_be_read_is_refused_by_both_doors_and_the_mended_file_comes_in(
    world: World, tmp_path: Path
) -> None:
    before = dump(world, without=UNTOUCHED)
    path = tmp_path / "list.csv"
    for name, (content, french) in (REFUSED | workbooks(tmp_path)).items():
        path.write_bytes(content)
        with pytest.raises(Invalid) as caught:
            importing.run(world, path)
        assert french in in_our_words(str(caught.value)), name
        one = upload(world, content)
        assert not uploading.run(world, one)
        failed = shown(world, one)
        assert (failed.state, failed.rows) == ("failed", {}), name
        assert failed.failure is not None
        assert failed.failure["message"] == str(caught.value), name
        assert left(world) == []
    assert dump(world, without=UNTOUCHED) == before
    path.write_bytes(GOOD)
    assert importing.run(world, path).summary["rows"] == {"created": 3}


def test_an_empty_file_is_refused_by_both_doors(world: World, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"")
    with pytest.raises(Invalid) as caught:
        importing.run(world, path)
    assert in_our_words(str(caught.value)) == "le fichier est vide"
    with pytest.raises(WrongContent, match="empty"):
        upload(world, b"")
    assert (left(world), count(world, "import_run")) == ([], 0)


def formulas(folder: Path) -> bytes:
    cells = [["nationbuilder_id", "first_name", "last_name", "email", "religion"], ["1", "=1+1", "=CMD()", "x", ""]]
    return made(folder / "formulas.xlsx", cells, strings_to_formulas=True).read_bytes()


def link(target: str) -> bytes:
    """Return an archive whose only member is a link to a file outside."""
    packed, member = io.BytesIO(), zipfile.ZipInfo("list.csv")
    member.create_system, member.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(member, target)
    return packed.getvalue()


def told(folder: Path) -> dict[str, tuple[bytes, dict[str, int], dict[str, str]]]:
    """Return files that come in, what becomes of their rows, and which rows the report names, by which rule."""
    lone = GOOD.replace(b"Paul", b'"P"aul')
    ragged = GOOD + b"4,Max\n5,a,b,c,d,e,f\n"
    open_quote = GOOD.replace(b"2,Paul", b'2,"Paul')
    return {
        "header only": (HEADER, {}, {}),
        "ragged": (ragged, {"created": 3, "unreadable": 2}, dict.fromkeys("56", "file.columns")),
        "lone quotes": (lone, {"created": 2, "unreadable": 1}, {"3": "file.quoting"}),
        "a quote never closed": (open_quote, {"created": 1, "unreadable": 2}, dict.fromkeys("34", "file.quoting")),
        "a cell too long": (GOOD.replace(b"Paul", b"x" * 200_000), {"created": 2, "unreadable": 1}, {"3": "file.cell"}),
        "cut in a row": (GOOD[:-20], {"created": 2, "unreadable": 1}, {"4": "file.columns"}),
        "cut in quotes": (GOOD + b'4,"Zo', {"created": 3, "unreadable": 1}, {"5": "file.quoting"}),
        "path tricks": (zipped(("../../etc/cron.d/x", GOOD)), {"created": 3}, {}),
        "an absolute path": (zipped(("/etc/passwd", GOOD)), {"created": 3}, {}),
        "formulas": (formulas(folder), {"created": 1}, {}),
    }


def test_what_can_be_read_in_part_comes_in_whole_rows_and_the_same_file_can_be_sent_again(
    sqlite_url: str, tmp_path: Path
) -> None:
    with opened_world(sqlite_url, tmp_path) as world:
        for name, (content, rows, lines) in told(tmp_path).items():
            contacts = count(world, "contact")
            one = upload(world, content)
            assert not uploading.run(world, one, chunk=2)
            assert sum(shown(world, one).rows.values()) == sum(rows.values()), name
            named = {
                line["row"]: line["rule"] for line in uploading.report(world, one) if line["decision"] == "unreadable"
            }
            assert named == lines, name
            assert count(world, "contact") - contacts <= rows.get("created", 0), name
            known = count(world, "contact")
            (tmp_path / "list.csv").write_bytes(content)
            again = importing.run(world, tmp_path / "list.csv").summary["rows"]
            assert again == {"unchanged" if key == "created" else key: value for key, value in rows.items()}, name
            assert count(world, "contact") == known, name
        one = upload(world, link("/etc/passwd"))
        assert not uploading.run(world, one)
        assert shown(world, one).state == "failed"
    assert not (tmp_path.parent / "etc").exists()
