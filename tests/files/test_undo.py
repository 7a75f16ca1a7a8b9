# ruff: noqa: ANN401 - what is patched is passed on
"""An import that is undone leaves what there was before, save what persons said; whatever happens meanwhile."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random
from typing import Any, NoReturn
from uuid import UUID, uuid4

import pytest

import files.run_undo
from contacts.declare import register_tag
from contacts.lasting.holds import HoldReason, place_hold
from files.failure import failure_of
from files.taking_back import Taken as Step
from files.taking_back import take_step, tick_off
from files.undo import UNDO, NotUndoable, UndoView, begin_undo, fail_undo, show_undo, stop_import
from installation.chores import Chores, undoer_of
from installation.work import kinds_of_task, worker_of
from jobs.retry import MOST_ATTEMPTS
from jobs.run import check_running
from jobs.task import Taken
from kernel.errors import Conflict, NotFound, Unopenable
from outreach.words import Outcome
from policy.standing import Action
from rights.board import asked_among
from rights.file import Person, Told
from rights.receive import NewRequest, receive_requests
from rights.words import Kind, Way
from tests.attachments.samples import added
from tests.consent_making import by_form, keep, said
from tests.contacts.reading import amend
from tests.factories import MANAGING, World, count, declared, later, opened_world, raw, supporter
from tests.files.killing import Killed, dying, dying_at_commit
from tests.files.undoing import bring_in, clear, line, persons, readable, undo
from tests.outreach.outreach import Outreach

ROUNDS = 3


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        with one.register.open(one.actor, MANAGING) as processing:
            register_tag(processing, "tract")
        yield one


def standings(world: World) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Return where everybody stands for each purpose and channel: status, and whether they refuse."""
    columns = "contact_id, purpose, channel, status, opted_out_at IS NOT NULL"
    with raw(world.url, world.campaign) as database:
        return {row[:3]: row[3:] for row in database.run(f"SELECT {columns} FROM consent_standing")}  # noqa: S608


def suppressions(world: World) -> list[str]:
    return clear(world, "opposition", "value, purpose, channel")


def test_an_import_that_is_undone_with_crashes_anywhere_leaves_what_there_was_before(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = declared(world, date(2026, 11, 20))
    for number in range(ROUNDS):
        draw = Random(number)  # noqa: S311 - cases, not secrets
        bring_in(world, tmp_path / "before.csv", [line(draw, one) for one in range(4)])
        before, stood, objected = readable(world), standings(world), suppressions(world)
        job = bring_in(world, tmp_path / "file.csv", [line(draw, one) for one in range(2, 12)], newer)
        refused = suppressions(world)
        assert readable(world) != before
        with monkeypatch.context() as patched:
            undone = undo_dying(world, job, patched)
        assert readable(world) == before
        assert undone.kept == {}
        assert suppressions(world) == refused
        assert set(objected) <= set(refused)
        assert_only_refusals_differ(stood, standings(world))


def undo_dying(world: World, job: Any, patched: pytest.MonkeyPatch) -> Any:
    """Undo an import with a power cut before and after every step."""
    left = [0]

    def dying(honest: Callable[..., Any]) -> Callable[..., Any]:
        def called(*given: Any, **more: Any) -> Any:
            left[0] -= 1
            if left[0] == 0:
                raise Killed
            told = honest(*given, **more)
            left[0] -= 1
            if left[0] == 0:
                raise Killed
            return told

        return called

    for name in ("take_step", "tick_off"):
        patched.setattr(files.run_undo, name, dying(getattr(files.run_undo, name)))
    eraser = type(world.installation.eraser)
    patched.setattr(eraser, "erase", dying(eraser.erase))
    kills = 0
    while True:
        left[0] = 3 + kills  # Each further try gets one step further, before it or in it.
        try:
            return undo(world, job)
        except Killed:
            kills += 1
            assert kills < 200


def assert_only_refusals_differ(before: Mapping[Any, Any], after: Mapping[Any, Any]) -> None:
    """Compare standings: what was said for somebody is as it was, unless they refuse since."""
    differing = [place for place in before.keys() | after.keys() if before.get(place) != after.get(place)]
    assert all(place in after and after[place][1] for place in differing)


def test_what_changed_since_stays_and_what_a_later_import_said_too(world: World, tmp_path: Path) -> None:
    first, second = declared(world, date(2026, 11, 10)), declared(world, date(2026, 11, 12))
    rows = [f"{one},Marie,Essai{one},p{one}@example.org,,{{}},,," for one in range(4)]
    bring_in(world, tmp_path / "0.csv", [row.format("soudeuse") for row in rows])
    before, there = readable(world), persons(world)
    one = bring_in(world, tmp_path / "1.csv", [row.format("retraitée") for row in rows], first)
    two = bring_in(world, tmp_path / "2.csv", [row.format("couvreuse") for row in rows[:2]], second)
    after = readable(world)
    amended = next(person for person in there if ("profession", "couvreuse") not in pairs(after[person]))
    amend(world, amended, 2, supporter(world, ("profession", "tisserande")))
    undone = undo(world, one)
    # Names and addresses that both said are the second's by then; the profession of three was said anew since.
    assert undone.data["left"] >= 3
    jobs = sorted(dict(pairs(shown))["profession"] for shown in readable(world).values())
    assert jobs == ["couvreuse", "couvreuse", "soudeuse", "tisserande"]
    undo(world, two)
    assert {person: shown for person, shown in readable(world).items() if person != amended} == {
        person: shown for person, shown in before.items() if person != amended
    }, "what the second brings to light is not what the first had brought"


def pairs(shown: Any) -> list[tuple[str, str]]:
    return [(name, value) for name, value, *_ in shown[0]]


def test_contacts_that_somebody_used_since_stay_and_a_withdrawal_outlives_its_contact(
    world: World, tmp_path: Path
) -> None:
    rows = [f"{one},Marie,Essai{one},p{one}@example.org,,soudeuse,tract,true," for one in range(8)]
    job = bring_in(world, tmp_path / "file.csv", rows)
    there = persons(world)
    agreeing, contacted, changed, held, documented, asking, withdrawn, _ = there
    keep(world, by_form(world, agreeing))
    Outreach(world, [contacted]).visited(Outcome.ABSENT)
    amend(world, changed, 1, supporter(world, ("profession", "tisserande")))
    with world.register.open(world.actor, "rights_request") as processing:
        why, until = HoldReason.CLAIMS, date(2027, 1, 1)
        place_hold(processing, contact=held, reason=why, reference="dossier 12", expires_on=until)
        request = NewRequest(kind=Kind.ACCESS, told=Told(person=Person(last_name="x")), way=Way.LETTER, contact=asking)
        receive_requests(processing, [request], "http://127.0.0.1:1")
    added(world, contact=documented)
    keep(world, said(world, withdrawn, Action.WITHDRAWN))
    assert suppressions(world) == []
    shown = undo(world, job)
    reasons = ("asked", "changed", "consented", "contacted", "documented", "held")
    assert shown.kept == dict.fromkeys(reasons, 1)
    assert shown.contacts == {"erased": 2, "kept": 6}
    assert shown.others == {"claims": 8, "oppositions": 1}
    assert persons(world) == there[:6]
    assert len(suppressions(world)) >= 1
    assert clear(world, "consent_evidence", "action, method").count(repr(("given", "import"))) == 0


def test_who_is_held_or_restricted_stays_as_they_are_and_values_of_a_past_election_do_not_return(
    world: World, tmp_path: Path
) -> None:
    rows = [f"{one},Marie,Essai{one},p{one}@example.org,,{{}},,," for one in range(3)]
    bring_in(world, tmp_path / "0.csv", [row.format("soudeuse") for row in rows])
    newer = declared(world, date(2026, 11, 20))
    job = bring_in(world, tmp_path / "1.csv", [row.format("retraitée") for row in rows], newer)
    held, restricted, over = persons(world)
    with world.register.open(world.actor, "rights_request") as processing:
        until = date(2027, 1, 1)
        place_hold(processing, contact=held, reason=HoldReason.CLAIMS, reference="dossier 12", expires_on=until)
    with raw(world.url, world.campaign) as database:
        database.run("UPDATE contact SET restricted = true WHERE id = ?", restricted)
        database.run("UPDATE origin SET election_id = ? WHERE number = 1", world.election)
        database.run("UPDATE election SET first_round = '2026-01-04', second_round = '2026-01-11'")
    before = readable(world)
    shown = undo(world, job)
    assert (shown.kept, shown.contacts) == ({"held": 1, "restricted": 1}, {"kept": 2, "restored": 1})
    after = readable(world)
    assert {one: after[one] for one in (held, restricted)} == {one: before[one] for one in (held, restricted)}
    assert pairs(after[over]) == []


def test_an_import_is_undone_once_within_seven_days_and_never_while_it_runs(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [f"{one},Marie,Essai{one},p{one}@example.org,,,,," for one in range(7)]
    with pytest.raises(NotFound):
        undo(world, uuid4())
    with monkeypatch.context() as patched:
        dying(patched, at=2)
        with pytest.raises(Killed):
            bring_in(world, tmp_path / "file.csv", rows)
    with raw(world.url, world.campaign) as database:
        ((found,),) = database.run("SELECT id FROM job")
    job = found if isinstance(found, UUID) else UUID(bytes=found)
    with pytest.raises(NotUndoable, match="cancel it first"):
        undo(world, job)
    with world.register.open(world.actor, MANAGING) as processing:
        stop_import(processing, job)
    with pytest.raises(Conflict), world.register.open(world.actor, MANAGING) as processing:
        check_running(processing, job)
    with pytest.raises(Conflict), world.register.open(world.actor, MANAGING) as processing:
        stop_import(processing, job)
    assert undo(world, job).contacts == {"erased": 3}
    with pytest.raises(NotUndoable, match="already"):
        undo(world, job)
    late = bring_in(world, tmp_path / "late.csv", rows)
    bring_in(world, tmp_path / "again.csv", [row.replace(",,,,,", ",,soudeuse,,,") for row in rows])
    assert count(world, "contact_journal") == 7
    later(world, days=7, seconds=1)
    with pytest.raises(NotUndoable, match="seven days"):
        undo(world, late)
    task = Taken(world.campaign, uuid4(), "import.sweep", None, "{}", 1, world.clock.at, uuid4())
    Chores(world.installation).let_go(task)
    assert [count(world, table) for table in ("contact_journal", "import_trace", "contact")] == [0, 0, 7]


def test_a_journal_that_was_moved_to_another_change_does_not_open(world: World, tmp_path: Path) -> None:
    row = "1,Marie,Essai,p@example.org,,{},,,"
    *_, job = (
        bring_in(world, tmp_path / f"{profession}.csv", [row.format(profession)])
        for profession in ("soudeuse", "retraitée", "couvreuse")
    )
    with raw(world.url, world.campaign) as database:
        database.run("UPDATE contact_journal SET revision = revision + 1 WHERE revision = 2")
    undone = undo(world, job)
    assert (undone.state, undone.failure) == ("failed", failure_of(Unopenable()))


def test_a_worker_that_comes_too_late_ticks_off_nobody_else_s_chunk(world: World, tmp_path: Path) -> None:
    job = bring_in(
        world, tmp_path / "file.csv", [f"{one},Marie,Essai{one},p{one}@example.org,,,,," for one in range(6)]
    )
    with world.register.open(world.actor, MANAGING) as processing:
        begin_undo(processing, job)

    def taken() -> Step:
        step = Step()
        while not (step.erase or step.is_over):
            with world.register.open(world.actor, MANAGING) as processing:
                step = take_step(processing, job, asked_among)
        return step

    def ticked(step: Step) -> None:
        with world.register.open(world.actor, MANAGING) as processing:
            tick_off(processing, job, step.chunk)

    first = taken()
    ticked(first)
    second = taken()
    assert len(second.erase) == 3
    ticked(first)
    assert taken() == second


def test_an_undoing_whose_worker_dies_at_any_commit_is_taken_up_again_by_the_next(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = readable(world)
    job = bring_in(world, tmp_path / "file.csv", [line(Random(1), one) for one in range(4)])  # noqa: S311
    begin(world, job)
    kills = 0
    while not is_worked_off(world, monkeypatch, kills + 1):
        kills += 1
        assert kills < 100
    assert kills > 6
    assert (shown(world, job).state, readable(world)) == ("finished", before)


def test_an_undoing_whose_task_died_goes_on_and_one_that_fails_for_good_says_why_and_can_be_asked_for_anew(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = bring_in(world, tmp_path / "file.csv", ["1,Marie,Essai,p@example.org,,,,,"])
    begin(world, job)
    with raw(world.url, world.campaign) as database:
        database.run("UPDATE task SET state = 'dead' WHERE kind = 'import.undo'")
    sweep = Taken(world.campaign, uuid4(), "import.sweep", None, "{}", 1, world.clock.at, uuid4())
    for _ in range(2):  # The second finds a task that is alive.
        Chores(world.installation).let_go(sweep)
    assert clear(world, "task", "state") == ["('dead',)", "('waiting',)"]
    last = replace(sweep, kind="import.undo", payload=json.dumps({"import": str(job)}), attempt=MOST_ATTEMPTS)
    with monkeypatch.context() as patched:
        patched.setattr(files.run_undo, "take_step", away)
        with pytest.raises(OSError, match="away"):
            Chores(world.installation).take_back(last)
    failed = shown(world, job)
    assert (failed.state, failed.failure, count(world, "contact")) == ("failed", failure_of(OSError()), 1)
    later(world, days=6)
    Chores(world.installation).let_go(sweep)
    assert undo(world, job).contacts == {"erased": 1}


def test_who_agreed_after_an_undoing_failed_between_judging_and_erasing_stays(world: World, tmp_path: Path) -> None:
    agreeing, silent = (f"{one},Essai,Marie{one},p{one}@example.org,,,,," for one in (1, 2))
    job = bring_in(world, tmp_path / "file.csv", [agreeing, silent])
    begin(world, job)
    failing = replace(undoer_of(world.installation, 60), erase=away)
    with pytest.raises(OSError, match="away"):
        failing.run(world.campaign, job)
    with world.register.open(world.actor, MANAGING) as processing:
        fail_undo(processing, job, failure_of(OSError()))
    later(world, days=3)
    keep(world, by_form(world, persons(world)[0]), own_form=True)
    undone = undo(world, job)
    assert (undone.contacts, undone.kept, count(world, "contact")) == ({"erased": 1, "kept": 1}, {"consented": 1}, 1)


def test_an_undoing_that_failed_is_not_asked_for_anew_once_its_journal_is_gone(world: World, tmp_path: Path) -> None:
    job = bring_in(world, tmp_path / "file.csv", ["1,Marie,Essai,p@example.org,,,,,"])
    begin(world, job)
    with world.register.open(world.actor, MANAGING) as processing:
        fail_undo(processing, job, failure_of(OSError()))
    later(world, days=7, seconds=1)
    with pytest.raises(NotUndoable, match="seven days ago"):
        begin(world, job)
    sweep = Taken(world.campaign, uuid4(), "import.sweep", None, "{}", 1, world.clock.at, uuid4())
    Chores(world.installation).let_go(sweep)
    assert count(world, "import_trace") == 0


def begin(world: World, job: UUID) -> None:
    with world.register.open(world.actor, MANAGING) as processing:
        begin_undo(processing, job)


def shown(world: World, job: UUID) -> UndoView:
    with world.register.open(world.actor, MANAGING) as processing:
        return show_undo(processing, job)


def is_worked_off(world: World, monkeypatch: pytest.MonkeyPatch, number: int) -> bool:
    """Let a worker undo, and die at the commit of that number, before it or when it is done; tell whether none did."""
    later(world, minutes=6)  # The lease of who died before has run out.
    kinds = {UNDO: kinds_of_task(world.installation)[UNDO]}
    worker = replace(worker_of(world.installation), kinds=kinds)
    try:
        with monkeypatch.context() as patched:
            dying_at_commit(patched, number, done=number % 2 == 0)
            worker.work_off(world.campaign)
    except Killed:
        return False
    return True


def away(*_: Any) -> NoReturn:
    raise OSError("the database is away")
