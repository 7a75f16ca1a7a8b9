# ruff: noqa: ANN401 - an order is passed on
"""Imports go on where they stopped, tell cell by cell what became of each, and never repeat a value."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import files.course
import jobs.run
from audit.register import Register
from contacts.declare import register_tag
from contacts.record import Result
from files.consents import Basis, Flagged, keep_flags
from files.import_file import import_file
from files.order import Imported, ImportOrder
from files.profiles import load_profile
from files.sample import write_roll
from files.sample_people import write_nationbuilder_financial, write_nationbuilder_people
from kernel.errors import Conflict, Invalid
from policy.findings import Refusal
from policy.standing import Status
from tests.factories import MANAGING, World, count, dump, marie, opened_world, raw, recorded

CANARY = "Zébulonnette"


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


class _Killed(BaseException):
    """A power cut."""


def run(world: World, path: Path, register: Register | None = None, **more: Any) -> Imported:
    told: dict[str, Any] = {"origin": world.newsletter.number, "category": "regular", "chunk": 4} | more
    order = ImportOrder(path=path, report=path.with_name("report"), **told)
    return import_file(register or world.register, world.actor, MANAGING, order, lambda *_: None)


def roll(world: World, path: Path, rows: int = 18) -> dict[str, Any]:
    write_roll(path, rows, seed=5)
    return {"origin": world.roll.number, "category": None}


def people(path: Path, *rows: dict[str, str]) -> Path:
    header = ["nationbuilder_id", "first_name", "last_name", "email", "phone_number", "note", "tag_list", "religion"]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, header, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def person(number: int, **more: str) -> dict[str, str]:
    told = {"nationbuilder_id": str(number), "first_name": "Marie", "last_name": f"{CANARY}{number}"}
    return told | {"email": f"{CANARY.lower()}{number}@example.org".replace("é", "e")} | more


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


@pytest.mark.parametrize("inside", [False, True])
def test_an_import_killed_at_any_chunk_goes_on_without_loss_or_double(
    inside: bool,  # noqa: FBT001 - a parameter of the test
    world: World,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = roll(world, tmp_path / "roll.csv")
    honest, kills, at, calls = jobs.run.keep_chunk, 0, 1, 0

    def dying(*given: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == at and not inside:
            raise _Killed
        kept = honest(*given)
        if calls == at:
            raise _Killed
        return kept

    monkeypatch.setattr(files.course, "keep_chunk", dying)
    done = None
    while done is None:
        try:
            done = run(world, tmp_path / "roll.csv", **told)
        except _Killed:
            kills, calls, at = kills + 1, 0, 2  # Each further try stores one chunk, and dies in the next.
    assert kills >= 4
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
        honest, left = jobs.run.keep_chunk, [2]

        def dying(*given: Any) -> Any:
            left[0] -= 1
            if left[0] == 0:
                raise _Killed
            return honest(*given)

        patched.setattr(files.course, "keep_chunk", dying)
        with pytest.raises(_Killed):
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


def test_whoever_objected_in_the_tool_is_restricted_here(world: World, tmp_path: Path) -> None:
    write_nationbuilder_people(tmp_path / "people.csv", 120, seed=3)
    run(world, tmp_path / "people.csv", chunk=50)
    with raw(world.url, world.campaign) as database:
        (restricted,) = database.run("SELECT count(*) FROM contact WHERE restricted")[0]
    assert 0 < restricted < count(world, "contact")


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


def flagged(path: Path, *rows: dict[str, str]) -> Path:
    header = ["nationbuilder_id", "first_name", "last_name", "email", "mobile_number", "email_opt_in"]
    header += ["mobile_opt_in", "unsubscribed_at", "do_not_call", "federal_donotcall", "do_not_contact", "banned_at"]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, header, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_flags_of_the_tool_are_oppositions_and_withdrawals_at_once_and_opt_ins_only_claimed(
    world: World, tmp_path: Path
) -> None:
    path = flagged(
        tmp_path / "people.csv",
        person(1, email_opt_in="true", mobile_opt_in="1", do_not_call="false"),
        person(2, email_opt_in="true", unsubscribed_at="03/04/2024 10:33 AM"),
        person(3, do_not_call="true", federal_donotcall="x", email_opt_in="false"),
        person(4, do_not_contact="true"),
        person(5, banned_at="13/13/2025", email_opt_in="true"),
        person(6, unsubscribed_at="whenever"),
    )
    run(world, path)
    assert standings(world) == [
        ("*", 0, Status.REFUSED),
        ("*", 0, Status.REFUSED),
        ("*", 1, Status.WITHDRAWN),
        ("*", 1, Status.WITHDRAWN),
        ("*", 3, Status.REFUSED),
        ("email_campaign", 1, Status.CLAIMED),
        ("email_campaign", 1, Status.CLAIMED),
        ("email_campaign", 1, Status.CLAIMED),
        ("message_campaign", 2, Status.CLAIMED),
        ("phone_canvassing", 3, Status.CLAIMED),
    ]
    before = count(world, "consent_evidence"), count(world, "opposition")
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")
    run(world, path)
    assert (count(world, "consent_evidence"), count(world, "opposition")) == before, "said once"
    nobody = Flagged(None, (("email", "parti@example.org"),), (("unsubscribed_at", "2024-01-05"),))
    with world.register.open(world.actor, MANAGING) as processing:
        keep_flags(processing, load_profile("nationbuilder"), [nobody], Basis(world.newsletter.number))
    recorded(world, marie(world, "parti@example.org"))
    assert ("*", 1, Status.REFUSED) in standings(world), "whoever left and comes in is met"


def standings(world: World) -> list[tuple[object, ...]]:
    with raw(world.url, world.campaign) as database:
        return sorted(database.run("SELECT purpose, channel, status FROM consent_standing"))


def test_flags_are_met_by_the_names_a_file_gives_them(world: World, tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    path.write_text(
        "email,first_name,last_name,uuid,can2_phone,can2_subscription_status,can2_sms_status\n"
        "a@example.org,Zoé,Martin,u1,+33612345678,subscribed,unsubscribed\n"
        "b@example.org,Ève,Lefèvre,u2,,spam complaint,\n",
        "utf-8",
    )
    imported = run(world, path)
    assert imported.profile == "action-network"
    told = {one["column"]: (one["decision"], one["field"]) for one in imported.summary["columns"]}
    assert told["can2_subscription_status"] == ("flag", "email_status")
    assert standings(world) == [
        ("*", 1, Status.WITHDRAWN),
        ("*", 2, Status.WITHDRAWN),
        ("email_campaign", 1, Status.CLAIMED),
    ]


def test_what_a_plain_list_says_of_objections_holds_as_a_tools_flag_does(world: World, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(
        "nom;prénom;courriel;téléphone;ne pas contacter;ne pas appeler;sms non merci\n"
        "Martin;Zoé;zoe@example.org;0612345678;;oui;\n"
        "Lefèvre;Ève;eve@example.org;;x;;\n"
        "Durand;Léa;lea@example.org;0612345679;non;non;oui\n",
        "utf-8",
    )
    told = {"sms non merci": "objection.sms"}
    run(world, path, profile="generic", mapping=told)
    assert standings(world) == [
        ("*", 0, Status.REFUSED),
        ("*", 2, Status.REFUSED),
        ("*", 3, Status.REFUSED),
    ]
    before = count(world, "opposition")
    assert before >= 3
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")
    run(world, path, profile="generic", mapping=told)
    assert count(world, "opposition") == before, "said once"
    (again,) = recorded(world, marie(world, "eve@example.org"))
    assert again is not None
    assert standings(world).count(("*", 0, Status.REFUSED)) == 2, "whoever comes with that address is met"
