"""Exports at the command line: encrypted to a recipient, by a link, and large ones that wait for an approval."""

import csv
from io import StringIO
from pathlib import Path

import pyrage  # type: ignore[import-untyped]

from files.sample import write_roll
from tests.cli.console import Console, begin

ORDER = ("export", "--purpose", "contact_management", "--reason", "lettre", "--recipient", "imprimerie")


def test_a_list_is_encrypted_handed_over_by_a_link_or_waits_for_an_approval(tmp_path: Path) -> None:
    console = Console(tmp_path)
    begin(console)
    write_roll(tmp_path / "roll.csv", 12, seed=3)
    console.json("import", str(tmp_path / "roll.csv"), "--origin", "1", "--purpose", "contact_management")
    identity = pyrage.x25519.Identity.generate()
    told = ("recipient", "add", "--name", "imprimerie", "--contact", "1 rue", "--letter", "1 rue")
    console.json(*told, "--key", str(identity.to_public()))
    out = tmp_path / "list.csv.age"
    done = console.json(*ORDER, "--cap", "20", "--encrypted", "--field", "last_name", "--out", str(out))
    assert (done["state"], done["contacts"], done["bytes"]) == ("finished", 12, out.stat().st_size)
    rows = list(csv.DictReader(StringIO(pyrage.decrypt(out.read_bytes(), [identity]).decode(), newline="")))
    assert (len(rows), list(rows[0])) == (12, ["id", "last_name"])
    linked = console.json(*ORDER, "--cap", "20", "--link")
    assert "/exports/" in linked["link"]
    plain = tmp_path / "list.csv"
    assert console.json("exports", "collect", linked["export"], "--out", str(plain))["contacts"] == 12
    assert "list.csv" not in console.run(*ORDER, "--cap", "20").stdout
    large = console.run("--json", *ORDER, "--cap", "10001", "--out", str(tmp_path / "large.csv"))
    assert large.returncode == 1
    assert '"waiting"' in large.stdout
    assert not (tmp_path / "large.csv").exists()
    states = [one["state"] for one in console.json("exports", "list")["exports"]]
    assert states == ["waiting", "collected", "finished"]


def test_lists_written_at_once_count_for_the_day_like_every_other(tmp_path: Path) -> None:
    console = Console(tmp_path)
    begin(console)
    write_roll(tmp_path / "roll.csv", 3, seed=3)
    console.json("import", str(tmp_path / "roll.csv"), "--origin", "1", "--purpose", "contact_management")
    console.json("recipient", "add", "--name", "imprimerie", "--contact", "1 rue", "--letter", "1 rue")
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    assert console.run(*ORDER, "--cap", "2", "--out", str(first)).returncode == 1, "more would leave"
    assert console.json(*ORDER, "--cap", "6000", "--out", str(first))["contacts"] == 3
    # What was finished counts with the three it held; of the one beyond its cap two may have been read before it went.
    waits = console.run("--json", *ORDER, "--cap", "9996", "--out", str(second))
    assert (waits.returncode, '"waiting"' in waits.stdout, second.exists()) == (1, True, False)
    # Nothing left to a file that was there.
    assert console.run(*ORDER, "--cap", "9995", "--out", str(first)).returncode == 1
    told = console.run(*ORDER, "--cap", "9996", "--out", str(second)).stdout
    assert "10000 contacts (ISOLOIR_EXPORT_ALONE)" in told
    assert f" --out {second}" in told
    assert console.json(*ORDER, "--out", str(second))["contacts"] == 3, "what is left of the day is the cap"
    listed = console.json("exports", "list")["exports"]
    states = ["collected", "waiting", "failed", "waiting", "collected", "failed"]
    assert [one["state"] for one in listed] == states
    assert [one["collected"] for one in listed] == [1, 0, 0, 0, 1, 1]
    assert (listed[4]["contacts"], listed[4]["size"]) == (3, first.stat().st_size)
