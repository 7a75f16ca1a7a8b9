"""What lists of persons come wrapped in, and what is made to harm whoever unwraps it."""

import bz2
import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from files import container
from files.reading import open_table
from kernel.errors import Invalid

ROWS = "nom;prénom\n" + "Lefèvre;Ève\nMartin;Zoé\n" * 50
EXPECTED = [["Lefèvre", "Ève"], ["Martin", "Zoé"]] * 50


def zipped(*members: tuple[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", packing) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return made.getvalue()


def rows_of(tmp_path: Path, content: bytes) -> list[list[str]]:
    path = tmp_path / "list"
    path.write_bytes(content)
    table = open_table(path)
    rows = [cells for _, cells in table.rows(lambda *_: None)]
    assert table.consumed == table.total_bytes == len(content)
    return rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize(
    "wrap",
    [
        bytes,
        gzip.compress,
        lambda content: gzip.compress(content[:100]) + gzip.compress(content[100:]),
        lambda content: zipped(("liste.csv", content)),
        lambda content: zipped(("export/", b""), ("export/liste.csv", content), ("__MACOSX/._liste.csv", b"\0")),
        lambda content: zipped(("../../etc/passwd", content)),
        lambda content: zipped(("liste.csv", content), packing=zipfile.ZIP_STORED),
    ],
    ids=["plain", "gzip", "gzip twice", "zip", "zip of a Macintosh", "zip with a path", "zip stored"],
)
def test_a_list_reads_the_same_whatever_it_is_wrapped_in(
    tmp_path: Path, wrap: Callable[[bytes], bytes], encoding: str
) -> None:
    assert rows_of(tmp_path, wrap(ROWS.encode(encoding))) == EXPECTED
    assert [one.name for one in tmp_path.iterdir()] == ["list"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (zipped(), "holds 0 files"),
        (zipped(("a.csv", b"nom\n"), ("b.csv", b"nom\n")), "holds 2 files"),
        (zipped(("liste.csv", ROWS.encode()))[:-30], "damaged"),
        (gzip.compress(ROWS.encode())[:-12], "damaged"),
        (gzip.compress(ROWS.encode())[:40], "damaged"),
        (gzip.compress(ROWS.encode())[:30] + b"\xff" * 40, "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old .xls"),
        (zipped(("liste.zip", zipped(("liste.csv", ROWS.encode())))), "."),
        (bz2.compress(ROWS.encode()), "."),
    ],
    ids=["empty", "two", "cut zip", "cut gzip", "half", "corrupt", "xls", "zip in a zip", "bzip2"],
)
def test_what_cannot_be_unwrapped_is_refused_before_a_row_is_read(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "list"
    path.write_bytes(content)
    with pytest.raises(Invalid, match=message) as caught:
        open_table(path)
    assert "Lef" not in str(caught.value)


def test_an_archive_that_lists_a_multitude_is_refused_before_its_list_is_held(tmp_path: Path) -> None:
    content = zipped(*((f"{number:060}", b"") for number in range(12_000)))
    assert len(content) < 3 << 20
    with pytest.raises(Invalid, match="far too many files"):
        rows_of(tmp_path, content)


def test_an_archive_with_a_password_is_refused(tmp_path: Path) -> None:
    content = bytearray(zipped(("liste.csv", ROWS.encode())))
    content[6] |= 1
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(Invalid, match="password"):
        rows_of(tmp_path, bytes(content))


@pytest.mark.parametrize("wrap", [gzip.compress, lambda content: zipped(("liste.csv", content))], ids=["gzip", "zip"])
def test_a_bomb_is_refused_by_how_far_it_unfolds(tmp_path: Path, wrap: Callable[[bytes], bytes]) -> None:
    bomb = wrap(b"nom;ville\n" + b"a;b\n" * (6 << 20))
    assert len(bomb) * container.STEEPEST < 6 << 22
    with pytest.raises(Invalid, match="far more than a list of persons"):
        rows_of(tmp_path, bomb)


def test_a_member_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    content = bytearray(zipped(("liste.csv", ROWS.encode())))
    central = content.rindex(b"PK\x01\x02")
    content[central + 24 : central + 28] = (20).to_bytes(4, "little")
    with pytest.raises(Invalid, match="damaged"):
        rows_of(tmp_path, bytes(content))
