"""What a tool says of consents is taken as it is meant: objections hold at once, opt-ins are claims."""

from pathlib import Path
from random import Random

import pytest

from files.consents import NO_CLAIMS, Basis, Flagged, keep_flags
from files.profiles import load_profile
from files.sample_people import write_nationbuilder_people
from policy.standing import Status
from tests.factories import MANAGING, World, count, marie, opened_world, raw, recorded
from tests.files.importing import people, person, run, standings

_FLAGS = (
    "nationbuilder_id first_name last_name email mobile_number email_opt_in "
    "mobile_opt_in unsubscribed_at do_not_call federal_donotcall do_not_contact banned_at"
)


def test_whoever_objected_in_the_tool_is_restricted_here(world: World, tmp_path: Path) -> None:
    write_nationbuilder_people(tmp_path / "people.csv", 120, seed=3)
    run(world, tmp_path / "people.csv", chunk=50)
    with raw(world.url, world.campaign) as database:
        (restricted,) = database.run("SELECT count(*) FROM contact WHERE restricted")[0]
    assert 0 < restricted < count(world, "contact")


def test_flags_of_the_tool_are_oppositions_and_withdrawals_at_once_and_opt_ins_only_claimed(
    world: World, tmp_path: Path
) -> None:
    path = people(
        tmp_path / "people.csv",
        person(1, email_opt_in="true", mobile_opt_in="1", do_not_call="false"),
        person(2, email_opt_in="true", unsubscribed_at="03/04/2024 10:33 AM"),
        person(3, do_not_call="true", federal_donotcall="x", email_opt_in="false"),
        person(4, do_not_contact="true"),
        person(5, banned_at="13/13/2025", email_opt_in="true"),
        person(6, unsubscribed_at="whenever"),
        header=_FLAGS,
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


@pytest.mark.parametrize("processes", [1, 2])
def test_what_was_prepared_for_newcomers_is_kept_for_whom_they_are(
    world: World, tmp_path: Path, processes: int
) -> None:
    path = tmp_path / "people.csv"
    header = "nationbuilder_id first_name last_name email email_opt_in mobile_opt_in"
    people(path, *[person(number, email_opt_in="true") for number in range(1, 4)], header=header)
    run(world, path)
    again = [person(number, email_opt_in="true", mobile_opt_in="true") for number in (1, 2, 3, 4, 4, 5, 4)]
    people(path, *again, header=header)
    run(world, path, chunk=3, processes=processes)
    assert count(world, "contact") == 5
    assert standings(world) == [
        *[("email_campaign", 1, Status.CLAIMED)] * 5,
        *[("message_campaign", 2, Status.CLAIMED)] * 5,
        *[("phone_canvassing", 3, Status.CLAIMED)] * 5,
    ]
    with raw(world.url, world.campaign) as database:
        told = database.run("SELECT count(*) FROM consent_evidence WHERE contact_id IN (SELECT id FROM contact)")
    assert told[0][0] == count(world, "consent_evidence") == 15, "nobody's twice, and nobody's who is not there"


def test_what_is_claimed_of_whoever_objected_before_is_weighed_against_it(world: World, tmp_path: Path) -> None:
    header = "nationbuilder_id first_name last_name email email_opt_in do_not_contact"
    gone, also = person(1, do_not_contact="true"), person(2, last_name="Autre", email_opt_in="true")
    path = people(tmp_path / "people.csv", also | {"email": gone["email"]}, gone, header=header)
    run(world, path)
    told = standings(world)
    assert told.count(("*", 0, Status.REFUSED)) == 2, "both are found by the address, also who came in just now"
    assert ("email_campaign", 1, Status.CLAIMED) in told


@pytest.mark.parametrize(
    ("second", "told"),
    [
        ({"mobile_opt_in": "true"}, [("message_campaign", 2, Status.CLAIMED), ("phone_canvassing", 3, Status.CLAIMED)]),
        ({"unsubscribed_at": "03/04/2024 10:33 AM"}, [("*", 1, Status.WITHDRAWN)]),
        ({"do_not_call": "true"}, [("*", 3, Status.REFUSED)]),
        ({"do_not_contact": "true"}, [("*", 0, Status.REFUSED)]),
    ],
    ids=lambda one: next(iter(one)) if isinstance(one, dict) else "",
)
@pytest.mark.parametrize("chunk", [1, 10])
@pytest.mark.parametrize("first", [True, False])
def test_what_another_row_says_of_a_newcomer_is_kept_beside_what_was_prepared(
    world: World,
    tmp_path: Path,
    second: dict[str, str],
    told: list[tuple[str, int, Status]],
    chunk: int,
    *,
    first: bool,
) -> None:
    rows = [person(1, email_opt_in="true"), person(1, **second)]
    run(world, people(tmp_path / "people.csv", *(rows if first else rows[::-1]), header=_FLAGS), chunk=chunk)
    assert count(world, "contact") == 1
    assert standings(world) == sorted([*told, ("email_campaign", 1, Status.CLAIMED)])
    assert (count(world, "opposition") > 0) is ("do_not_call" in second or "do_not_contact" in second)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_was_prepared_comes_to_what_is_judged_unprepared(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Persons come again in one chunk and in several, in whatever order, with whatever flags."""
    lot = Random(seed)  # noqa: S311 - the same each time, nothing secret
    flags = "email_opt_in mobile_opt_in do_not_call unsubscribed_at do_not_contact".split()
    given = [
        {flag: "2024-01-05" if "at" in flag else "true" for flag in flags if lot.random() < 0.3} for _ in range(40)
    ]
    path = people(tmp_path / "people.csv", *[person(lot.randrange(20), **one) for one in given], header=_FLAGS)
    prepared = _come_to(sqlite_template, tmp_path / "prepared", path)
    monkeypatch.setattr("files.course.prepare_flags", lambda *_: NO_CLAIMS)
    assert prepared == _come_to(sqlite_template, tmp_path / "unprepared", path)


def _come_to(template: Path, folder: Path, path: Path) -> tuple[object, ...]:
    """Import a file into a campaign of its own; return what stands, and how much tells of it."""
    folder.mkdir()
    (folder / "isoloir.db").write_bytes(template.read_bytes())
    with opened_world(f"sqlite:///{folder / 'isoloir.db'}", folder) as world:
        run(world, path, chunk=16)
        return standings(world), count(world, "opposition"), count(world, "consent_evidence")
