"""Imports go on where they stopped, tell cell by cell what became of each, and never repeat a value."""

import csv
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from contacts.declare import register_tag
from contacts.record import Result
from files.sample import write_roll
from files.sample_people import write_nationbuilder_financial
from kernel.errors import Conflict, Invalid
from policy.findings import Refusal
from tests.factories import MANAGING, World, count, dump, opened_world, raw
from tests.files.importing import CANARY, people, person, run
from tests.files.killing import Killed, dying


def roll(world: World, path: Path, rows: int = 18) -> dict[str, Any]:
    write_roll(path, rows, seed=5)
    return {"origin": world.roll.number, "category": None}


def contacts_of(world: World) -> list[str]:
    """Return what an import must not double: how many contacts, keys, index values."""
    return [str(count(world, table)) for table in ("contact", "keys.person_key", "contact_index", "job_chunk")]


def test_a_roll_is_imported_once_whatever_the_number_of_tries(world: World, tmp_path: Path) -> None:
    told = roll(world, tmp_path / "roll.csv")
    first = run(world, tmp_path / "roll.csv", **told)
    assert sum(first.summary["rows"].values()) == 18
    assert count(world, "contact") == 18
    again = run(world, tmp_path / "roll.csv", **told)
    assert not again.resumed
    assert again.summary["rows"].get("created", 0) == 0
    assert count(world, "contact") == 18


@pytest.mark.parametrize("kept", [False, True])
def test_an_import_killed_at_any_chunk_goes_on_without_loss_or_double(
    kept: bool,  # noqa: FBT001 - a parameter of the test
    world: World,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = roll(world, tmp_path / "roll.csv")
    death, done = dying(monkeypatch, kept=kept), None
    while done is None:
        with suppress(Killed):
            done = run(world, tmp_path / "roll.csv", **told)
    assert death.kills >= 4
    assert done.resumed
    assert done.summary["rows"] == {"created": 18}
    assert contacts_of(world)[0] == contacts_of(world)[1] == "18"
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["rows"] == {"created": 18}
    with raw(world.url, world.campaign) as database:
        assert database.run("SELECT state FROM job") == [("finished",)]
        assert [row[0] for row in database.run("SELECT chunk FROM job_chunk ORDER BY chunk")] == list(range(5))


def test_a_killed_import_reports_the_same_as_one_that_was_not(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = people(
        tmp_path / "people.csv", *[person(number, note="musulmane pratiquante", tag_list="x") for number in range(10)]
    )
    with monkeypatch.context() as patched:
        dying(patched, at=2)
        with pytest.raises(Killed):
            run(world, path)
    run(world, path)
    rows = list(csv.DictReader((tmp_path / "report.csv").read_text().splitlines()))
    noted = [row["row"] for row in rows if row["rule"] == "forbidden.religion" and row["row"] != "*"]
    assert len(noted) == len(set(noted)) == 10


def test_the_report_and_the_log_never_repeat_a_value(world: World, tmp_path: Path) -> None:
    path = people(
        tmp_path / "people.csv",
        person(1, note=f"{CANARY} est juive pratiquante", religion=CANARY, tag_list=CANARY),
        person(2, email=f"{CANARY} sans arobase", phone_number=CANARY),
        person(3, tag_list="syndicaliste cgt"),
    )
    done = run(world, path)
    told = (tmp_path / "report.csv").read_text() + (tmp_path / "report.json").read_text() + str(done.summary)
    for secret in (CANARY, CANARY.lower(), "zebulonnette", "juive", "syndicaliste"):
        assert secret not in told, secret
        assert secret not in str(dump(world)), secret
    assert "forbidden.religion" in told
    assert "art. 9" in told
    assert (tmp_path / "report.csv").stat().st_mode & 0o077 == 0
    assert (tmp_path / "report.json").stat().st_mode & 0o077 == 0


def test_a_refused_cell_leaves_its_contact_and_the_rest_of_it(world: World, tmp_path: Path) -> None:
    done = run(world, people(tmp_path / "people.csv", person(1, note="elle est musulmane pratiquante")))
    assert done.summary["rows"] == {Result.CREATED.value: 1}
    assert done.summary["cells"]["refused"]


def test_a_dry_run_stores_nothing_but_its_notes(world: World, tmp_path: Path) -> None:
    told = roll(world, tmp_path / "roll.csv")
    before = dump(world, without=["entry"])
    done = run(world, tmp_path / "roll.csv", dry_run=True, **told)
    assert done.summary["rows"] == {"accepted": 18}
    assert done.job is None
    assert dump(world, without=["entry"]) == before


def test_strict_stores_nothing_if_anything_would_be_refused(world: World, tmp_path: Path) -> None:
    path = people(
        tmp_path / "people.csv",
        *[person(number) for number in range(9)],
        person(10, note="elle est musulmane pratiquante"),
    )
    before = dump(world, without=["entry"])
    with pytest.raises(Conflict, match="nothing was stored"):
        run(world, path, strict=True)
    assert dump(world, without=["entry"]) == before
    assert "forbidden.religion" in (tmp_path / "report.csv").read_text()
    clean = people(tmp_path / "clean.csv", *[person(number) for number in range(9)])
    assert run(world, clean, strict=True).summary["rows"] == {"created": 9}


def test_a_file_that_the_law_keeps_out_is_refused_whole_and_still_simulated(world: World, tmp_path: Path) -> None:
    write_nationbuilder_financial(tmp_path / "money.csv", 6, seed=1)
    before = dump(world, without=["entry"])
    with pytest.raises(Refusal) as caught:
        run(world, tmp_path / "money.csv")
    assert caught.value.findings
    assert dump(world, without=["entry"]) == before
    done = run(world, tmp_path / "money.csv", dry_run=True)
    assert done.summary["columns"]
    assert dump(world, without=["entry"]) == before


def test_a_roll_needs_an_origin_that_names_its_election(world: World, tmp_path: Path) -> None:
    write_roll(tmp_path / "roll.csv", 3, seed=1)
    with pytest.raises(Invalid, match="election"):
        run(world, tmp_path / "roll.csv", origin=world.newsletter.number, category=None)


def test_only_registered_tags_are_kept(world: World, tmp_path: Path) -> None:
    with world.register.open(world.actor, MANAGING) as processing:
        register_tag(processing, "benevole")
    done = run(world, people(tmp_path / "people.csv", person(1, tag_list="Bénévole, inconnu, franc-maçon")))
    assert count(world, "contact_tag") == 1
    assert "tag.unregistered" in str(done.summary["cells"])


def test_two_processes_share_an_import_without_loss_or_double(database_url: str, tmp_path: Path) -> None:
    with opened_world(database_url, tmp_path) as world:
        told = roll(world, tmp_path / "roll.csv", 40)
        done = run(world, tmp_path / "roll.csv", processes=2, **told)
        assert done.summary["rows"] == {"created": 40}
        assert count(world, "contact") == 40
        again = run(world, tmp_path / "roll.csv", processes=2, **told)
        assert again.summary["rows"].get("created", 0) == 0
