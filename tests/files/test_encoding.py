import codecs
from pathlib import Path

import pytest

from files import encoding
from files.encoding import detect_encoding
from kernel.errors import Invalid


def written(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"nom;ville\nMartin;Paris\n", "utf-8"),
        ("nom\nLefèvre\n".encode(), "utf-8"),
        (codecs.BOM_UTF8 + "nom\nLefèvre\n".encode(), "utf-8-sig"),
        ("nom\nLefèvre\n".encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + "nom\nLefèvre\n".encode("utf-16-be"), "utf-16"),
        ("nom\nLefèvre\n".encode("latin-1"), "cp1252"),
        ("nom\nD’Été, Œuvrard, 5 €\n".encode("cp1252"), "cp1252"),
    ],
    ids=["ascii", "utf-8", "utf-8 with mark", "utf-16", "utf-16 big end", "latin-1", "cp1252"],
)
def test_each_encoding_is_told_and_reads_the_text(tmp_path: Path, content: bytes, expected: str) -> None:
    assert detect_encoding(written(tmp_path, content)) == expected


def test_a_first_accent_far_beyond_any_sample_decides(tmp_path: Path) -> None:
    plain = b"nom;ville\n" + b"Martin;Paris\n" * 300_000
    assert detect_encoding(written(tmp_path, plain + "Lefèvre;Nîmes\n".encode("cp1252"))) == "cp1252"
    assert detect_encoding(written(tmp_path, plain + "Lefèvre;Nîmes\n".encode())) == "utf-8"


def test_a_letter_cut_by_the_border_of_two_pieces_is_whole(tmp_path: Path) -> None:
    lines = b"n\n" * (encoding.PIECE // 2)
    assert detect_encoding(written(tmp_path, lines[:-1] + "é\n".encode())) == "utf-8"


def test_utf8_with_one_foreign_byte_is_refused_by_its_line(tmp_path: Path) -> None:
    content = "nom\nLefèvre\nNoël\n".encode() + b"Ren\xe9\n"
    with pytest.raises(Invalid, match=r"^line 4: bytes that are not utf-8 in a file that is utf-8 elsewhere$"):
        detect_encoding(written(tmp_path, content))


def test_utf8_letters_across_pieces_betray_a_mixed_file(tmp_path: Path) -> None:
    content = b"Ren\xe9\n" + b"n\n" * (encoding.PIECE // 2 - 3) + b"n" + "é\n".encode()
    with pytest.raises(Invalid, match="line 1: bytes that are not utf-8"):
        detect_encoding(written(tmp_path, content))


@pytest.mark.parametrize("content", ["René Lefèvre", "Hélène Forêt"])
@pytest.mark.parametrize("foreign", ["cp850", "mac_roman"])
def test_dos_and_macintosh_accents_are_not_guessed_but_may_be_named(tmp_path: Path, content: str, foreign: str) -> None:
    path = written(tmp_path, content.encode(foreign))
    with pytest.raises(Invalid, match="name the encoding"):
        detect_encoding(path)
    assert detect_encoding(path, foreign) == foreign


def test_bytes_no_windows_text_holds_are_not_guessed(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="line 2: neither UTF-8 nor Windows-1252"):
        detect_encoding(written(tmp_path, b"nom\n \x81\xe9\n"))


def test_a_named_encoding_that_the_bytes_contradict_is_refused_by_the_line(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"^line 2: bytes that are not utf-8$"):
        detect_encoding(written(tmp_path, b"nom\nRen\xe9\n"), "utf-8")


def test_a_mark_and_a_contradicting_name_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, codecs.BOM_UTF8 + b"nom\n")
    with pytest.raises(Invalid, match="mark of utf-8, not of cp1252"):
        detect_encoding(path, "cp1252")
    assert detect_encoding(path, "utf-8") == "utf-8-sig"


def test_an_encoding_outside_the_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="unknown encoding"):
        detect_encoding(written(tmp_path, b"nom\n"), "utf-7")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"nom\nMar\0tin\n", "line 2 holds a NUL"),
        ("nom\nMartin\n".encode("utf-16-le"), "line 1 holds a NUL"),
        ("nom\n".encode("utf-32"), "UTF-32"),
        (b"a;b\n" + b"x" * (3 * encoding.PIECE), "longer than"),
        ("nom\n".encode("utf-16")[:-1], "not utf-16"),
        (b"nom\nRen\xc3", "line 2"),
    ],
    ids=["empty", "nul", "utf-16 without mark", "utf-32", "endless line", "half a character", "cut letter"],
)
def test_what_is_no_text_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(Invalid, match=message):
        detect_encoding(written(tmp_path, content), None if content != b"nom\nRen\xc3" else "utf-8")
