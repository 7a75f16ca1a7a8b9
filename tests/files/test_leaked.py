"""Whom the rows of a leaked file are about, whatever was cut from it."""

from pathlib import Path
from uuid import UUID

import pytest

from files import leaked
from files.leaked import Leaked, read_leaked
from files.writers import Format, open_writer
from kernel.errors import Invalid

IDS = tuple(str(UUID(int=number)) for number in (7, 3, 9, 5))


def test_ids_are_read_in_the_order_of_the_rows_whatever_the_format(tmp_path: Path) -> None:
    for kind in Format:
        path = tmp_path / f"list.{kind}"
        with path.open("wb") as out:
            writer = open_writer(kind, ("note", "id"), out)
            writer.write({"note": "a@b.fr", "id": one} for one in (*IDS, IDS[0]))
            writer.finish()
        assert read_leaked(path) == Leaked("id", IDS)
    assert Leaked("id", IDS).ids() == list(map(UUID, IDS))
    assert Leaked("email", ("a@b.fr",)).ids() == []


@pytest.mark.parametrize(
    ("text", "kind", "values"),
    [
        ("\n".join(IDS), "id", IDS),
        ("nom;mail\nA;a@x.fr | b@x.fr\nB;c@x.fr\n", "email", ("a@x.fr", "c@x.fr")),
        ("nom;tel\nA;+33 6 39 98 01 02\nB;'+33639980103\n", "phone", ("+33 6 39 98 01 02", "+33639980103")),
        ('{"mail": "a@x.fr"}\n{"mail": "b@x.fr", "more": 1}\n{}\n', "email", ("a@x.fr", "b@x.fr")),
    ],
)
def test_what_says_whom_a_row_is_about_is_found_without_its_header(
    text: str, kind: str, values: tuple[str, ...], tmp_path: Path
) -> None:
    path = tmp_path / "leak"
    path.write_text(text, "utf-8")
    assert read_leaked(path) == Leaked(kind, values)


@pytest.mark.parametrize("text", ["nom;ville\nA;B\nC;D\n", '{"a": 1}\nnothing\n', '{"a": 1}\n[]\n'])
def test_a_file_that_says_nobody_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "leak"
    path.write_text(text, "utf-8")
    with pytest.raises(Invalid):
        read_leaked(path)


def test_no_more_is_read_than_proves_something(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaked, "MOST", 3)
    path = tmp_path / "leak"
    path.write_text("id\n" + "\n".join(IDS), "utf-8")
    assert read_leaked(path).values == IDS[:2]
