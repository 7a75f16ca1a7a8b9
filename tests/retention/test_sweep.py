"""The sweep: what is past its day leaves, per datum; what the person gave stays; nothing is done twice."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from audit.events import Event
from audit.note import Note
from audit.verify import verify_log
from campaigns.ballots import State
from campaigns.elections import change_election
from consent.statements import BEYOND, NOBODY, Statement, record_statements
from contacts.amend import Amendment, amend_contacts
from contacts.declare import NewOrigin, declare_origin
from contacts.lasting.archive import open_archive
from contacts.lasting.endings import record_endings
from contacts.lasting.holds import HoldReason, place_hold
from contacts.record import Result
from contacts.reveal import Withheld, reveal_contacts
from holdings.erase import Eraser
from kernel.errors import Conflict, Forbidden, Invalid, NotFound
from kernel.identity import PersonId
from outreach.record import NewInteraction, record_interactions
from outreach.words import Kind, Outcome
from policy.draft import Draft, Origin
from policy.standing import Action
from retention.due import is_sweep_due
from retention.report import report_month
from retention.rest import sweep_rest
from retention.runs import Run, advance, begin_run
from retention.sweep import sweep_contacts
from tests.consent_making import by_form, keep
from tests.factories import (
    MANAGING,
    World,
    count,
    declared,
    later,
    marie,
    opened_world,
    raw,
    record,
    recorded,
    supporter,
    voter,
)
from tests.files import exporting

DECIDED = date(2027, 3, 15)


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as opened:
        yield opened


def sweep(world: World, *, simulated: bool = False) -> Run:
    return sweep_contacts(world.installation.eraser, world.actor, simulated=simulated, tell=lambda _: None)


def to(world: World, day: date) -> None:
    world.clock.at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def step(world: World, state: State, on: date) -> None:
    to(world, on)
    with world.register.open(world.actor, "administration") as processing:
        change_election(processing, world.election, state, on)


def decide(world: World) -> None:
    step(world, State.ROUND_1, date(2027, 3, 14))
    step(world, State.DECIDED, DECIDED)


def shown(world: World, person: PersonId) -> set[str]:
    with world.register.open(world.actor, MANAGING) as processing:
        (found,) = reveal_contacts(processing, [person])
    return set() if found is None else {one.field for one in found.data}


def visited(world: World, person: PersonId) -> None:
    with world.register.open(world.actor, MANAGING) as processing:
        met = NewInteraction(contact=person, kind=Kind.VISIT, at=processing.at, outcome=Outcome.RECONTACT)
        assert record_interactions(processing, [met])[0].fault is None


def amended(world: World, person: PersonId, draft: Draft) -> None:
    with world.register.open(world.actor, MANAGING) as processing:
        (found,) = reveal_contacts(processing, [person])
    assert found is not None
    with world.register.open(world.actor, MANAGING) as processing:
        amend_contacts(processing, [Amendment(person=person, revision=found.revision, draft=draft)])


def from_own_file(world: World) -> Origin:
    with world.register.open(world.actor, MANAGING) as processing:
        return declare_origin(
            processing, NewOrigin(kind="own_file", obtained_on=date(2026, 11, 2), evidence={"own_act"})
        )


def joined(world: World, person: PersonId, *data: tuple[str, str]) -> None:
    """Let a voter of the roll become a regular contact, who gives these data."""
    amended(world, person, Draft(category="regular", origin=world.newsletter, data=data))


def test_values_of_the_roll_go_when_the_election_is_decided_and_what_the_person_gave_stays(world: World) -> None:
    only_roll, known, confirmed = recorded(world, *[voter(world, number) for number in (1, 2, 3)])
    joined(world, known, ("email", "known@example.org"))
    joined(world, confirmed, ("email", "confirmed@example.org"), ("last_name", "Électeur3"))
    assert sweep(world).counts == {}
    decide(world)
    simulated = sweep(world, simulated=True)
    assert simulated.counts == {"roll.erased": 1, "roll.stripped": 2}
    assert count(world, "contact") == 3
    assert sweep(world).counts == simulated.counts
    assert shown(world, only_roll) == set()
    assert shown(world, known) == {"email"}
    assert shown(world, confirmed) == {"email", "last_name"}
    assert sweep(world).counts == {}
    with raw(world.url, world.campaign) as database:
        assert set(database.run("SELECT commune, polling_station FROM contact")) == {(None, None)}


def test_a_repeated_value_of_the_roll_keeps_its_source_unless_the_person_says_it(world: World) -> None:
    (person,) = recorded(world, voter(world, 1))
    joined(world, person, ("email", "one@example.org"))
    own_file = from_own_file(world)
    amended(world, person, supporter(world, ("last_name", "Électeur1"), origin=own_file, category=""))
    again = record(
        world, supporter(world, ("first_names", "Jean"), ("last_name", "Électeur1"), ("email", "one@example.org"))
    )
    assert [one.result for one in again] == [Result.UPDATED]
    decide(world)
    assert sweep(world).counts == {"roll.stripped": 1}
    assert shown(world, person) == {"email", "first_names", "last_name"}  # Said by the person; the birth date was not.


def test_what_a_file_of_ours_repeats_goes_with_the_roll(world: World) -> None:
    (person,) = recorded(world, voter(world, 1))
    joined(world, person, ("email", "one@example.org"))
    own_file = from_own_file(world)
    amended(world, person, supporter(world, ("last_name", "Électeur1"), origin=own_file, category=""))
    decide(world)
    sweep(world)
    assert shown(world, person) == {"email"}


def test_three_years_after_the_last_act_of_the_person_and_not_of_ours(world: World) -> None:
    silent, acted = recorded(world, marie(world), supporter(world, ("email", "acted@example.org")))
    to(world, date(2028, 6, 1))
    visited(world, acted)
    to(world, date(2029, 10, 20))
    assert sweep(world).counts == {}  # A month before, the day of whoever acted is moved.
    to(world, date(2029, 11, 2))
    assert sweep(world).counts == {"regular.erased": 1}
    assert (shown(world, silent), shown(world, acted)) == (set(), {"email"})
    to(world, date(2031, 6, 2))
    assert sweep(world).counts == {"regular.erased": 1}
    assert count(world, "contact") == count(world, "interaction") == 0


def test_a_member_who_left_is_archived_then_gone(world: World) -> None:
    form = declared(world, date(2026, 11, 1), "membership_form")
    (member,) = recorded(world, supporter(world, ("last_name", "Dupont"), origin=form, category="member"))
    to(world, date(2031, 1, 1))
    assert sweep(world).counts == {}
    with world.register.open(world.actor, "administration") as processing:
        record_endings(processing, [member], "end_of_membership", date(2030, 12, 31))
    exporting.keyed(world)
    file = exporting.order(world, exporting.wanted()).id
    exporting.run(world, file)
    assert sweep(world).counts == {"member.archived": 1}
    assert (shown(world, member), exporting.shown(world, file).state) == (set(), "erased")
    assert sweep(world).counts == {}
    to(world, date(2034, 1, 1))
    assert sweep(world).counts == {"member.erased": 1}
    assert count(world, "contact_ending") == 0


def test_the_archive_opens_for_a_reason_that_is_noted_and_for_nothing_else(world: World) -> None:
    form = declared(world, date(2026, 11, 1), "membership_form")
    member, active = recorded(
        world, supporter(world, ("last_name", "Dupont"), origin=form, category="member"), marie(world)
    )
    with world.register.open(world.actor, "administration") as processing:
        record_endings(processing, [member], "end_of_membership", date(2026, 11, 20))
    assert sweep(world).counts == {"member.archived": 1}
    with world.register.open(world.actor, "rights_request") as processing:
        (closed,) = reveal_contacts(processing, [member], archive=False)
    assert closed is not None
    assert (closed.withheld, closed.data) == (Withheld.ARCHIVED, ())
    with world.register.open(world.actor, "rights_request") as processing:
        (shown,) = open_archive(processing, [member], HoldReason.CLAIMS, "TJ 26/1")
    assert [one.value for one in shown.data] == ["Dupont"]
    with raw(world.url, world.campaign) as database:
        assert database.run("SELECT count(*) FROM entry WHERE event = 'archive.opened'") == [(1,)]
    for purpose, person, reference, refused in (
        ("rights_request", active, "TJ 26/1", NotFound),
        ("rights_request", member, "", Invalid),
        (MANAGING, member, "TJ 26/1", Forbidden),
    ):
        with pytest.raises(refused), world.register.open(world.actor, purpose) as processing:
            open_archive(processing, [person], HoldReason.CLAIMS, reference)


def test_a_hold_archives_what_would_go_but_nothing_of_the_roll(world: World) -> None:
    voter_, known = recorded(world, voter(world, 1), marie(world))
    to(world, date(2029, 11, 2))
    for person in (voter_, known):
        with world.register.open(world.actor, "administration") as processing:
            place_hold(
                processing,
                contact=person,
                reason=HoldReason.CLAIMS,
                reference="TJ 29/1",
                expires_on=date(2029, 12, 1),
            )
    assert sweep(world).counts == {"roll.erased": 1, "regular.archived": 1, "regular.held": 1}
    assert shown(world, known) == set()
    assert sweep(world).counts == {"regular.held": 1}
    to(world, date(2029, 12, 2))
    assert sweep(world).counts == {"regular.erased": 1}
    assert count(world, "contact_hold") == 0


def test_an_interrupted_sweep_goes_on_and_does_nothing_twice(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    recorded(world, *[voter(world, number) for number in range(7)])
    decide(world)
    monkeypatch.setattr("retention.sweep.CHUNK", 2)
    honest = Eraser.erase

    def killed(self: Eraser, *given: object) -> int:
        if count(world, "contact") == 5:
            raise ZeroDivisionError
        return honest(self, *given)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(Eraser, "erase", killed)
        with pytest.raises(ZeroDivisionError):
            sweep(world)
    assert count(world, "contact") == 5
    run = sweep(world)
    assert (run.examined, run.counts, count(world, "contact")) == (7, {"roll.erased": 7}, 0)


def test_two_sweeps_at_once_do_not_both_go_on(world: World) -> None:
    recorded(world, voter(world, 1))
    with world.register.open(world.actor, "administration") as processing:
        run = begin_run(processing, simulated=False)
    with world.register.open(world.actor, "administration") as processing:
        advance(processing, run, after=world.campaign, examined=1, swept={})
    with pytest.raises(Conflict), world.register.open(world.actor, "administration") as processing:
        advance(processing, run, after=None, examined=1, swept={})


def test_a_month_of_the_log_past_its_year_loses_its_words_and_keeps_its_proof(world: World) -> None:
    to(world, date(2025, 1, 20))
    for _ in range(3):
        with world.register.open(world.actor, MANAGING) as processing:
            processing.note(Note(event=Event.LOG_READ, counts={}))
    to(world, date(2025, 12, 31))
    world.installation.sequencer.run(world.campaign, whole=True)
    assert sweep_rest(world.installation.eraser, world.actor, simulated=False).get("log") is None
    to(world, date(2026, 11, 21))
    world.installation.sequencer.run(world.campaign, whole=True)
    assert sweep_rest(world.installation.eraser, world.actor, simulated=True) == {"log": 3}
    assert sweep_rest(world.installation.eraser, world.actor, simulated=False) == {"log": 3}
    world.installation.sequencer.run(world.campaign, whole=True)
    with world.register.open(world.actor, MANAGING) as processing:
        found = verify_log(processing, world.installation.checkpoints)
    assert (found.problems, found.expired) == ([], 3)
    with raw(world.url, world.campaign) as database:
        assert database.run("SELECT count(*) FROM sequence WHERE month = 202501") == [(3,)]
        database.run("DELETE FROM entry WHERE id = (SELECT entry_id FROM sequence WHERE month > 202512 LIMIT 1)")
    with world.register.open(world.actor, MANAGING) as processing:
        assert len(verify_log(processing, world.installation.checkpoints).problems) == 1


def test_the_rest_of_the_sweep_clears_what_has_a_day_of_its_own(world: World) -> None:
    (person,) = recorded(world, marie(world))
    keep(world, by_form(world, person))
    world.installation.eraser.erase(world.actor, "rights_request", [person])
    assert count(world, "consent_evidence") == 1
    to(world, date(2031, 11, 21))
    assert sweep_rest(world.installation.eraser, world.actor, simulated=False) == {}
    to(world, date(2031, 11, 22))
    assert sweep_rest(world.installation.eraser, world.actor, simulated=False) == {"consent_evidence": 1}
    assert count(world, "consent_evidence") == count(world, "keys.person_key") == 0


def test_a_sweep_is_due_when_a_day_comes_or_an_election_moves_and_not_otherwise(world: World) -> None:
    def is_due() -> bool:
        with world.installation.database.transaction(world.campaign) as reading:
            return is_sweep_due(reading, world.campaign, world.clock.now())

    assert not is_due()
    recorded(world, voter(world, 1))
    assert not is_due()
    step(world, State.ANNULLED, date(2026, 11, 22))
    assert is_due()
    later(world, minutes=1)
    assert sweep(world).counts == {"roll.erased": 1}
    assert not is_due()
    later(world, days=7)
    assert is_due()


def test_the_report_of_a_month_adds_its_sweeps_up(world: World) -> None:
    recorded(world, voter(world, 1), voter(world, 2))
    decide(world)
    sweep(world, simulated=True)
    sweep(world)
    later(world, hours=1)
    sweep(world)
    with world.register.open(world.actor, "administration") as processing:
        report = report_month(processing, "2027-03")
    assert (report.runs, report.examined, report.counts, report.holds) == (2, 0, {"roll.erased": 2}, 0)
    with pytest.raises(Invalid), world.register.open(world.actor, "administration") as processing:
        report_month(processing, "mars")


def test_a_prospect_stays_beyond_the_election_on_stored_evidence_alone_and_as_long_as_it_stands(world: World) -> None:
    with world.register.open(world.actor, MANAGING) as processing:
        new = NewOrigin(kind="contact_form", obtained_on=date(2026, 11, 21), election=world.election)
        letters = declare_origin(processing, new)
    agreed, changed, silent = recorded(
        world,
        *[supporter(world, ("last_name", f"Nom{number}"), origin=letters, category="prospect") for number in range(3)],
    )
    asked = by_form(world, agreed)
    for person in (agreed, changed):
        with world.register.open(world.actor, MANAGING) as processing:
            said = Statement(asked._replace(person=NOBODY), frozenset({BEYOND}))
            record_statements(processing, [(person, [said])])
    later(world, hours=2)
    keep(world, by_form(world, changed, Action.WITHDRAWN))
    decide(world)
    assert sweep(world).counts == {"prospect.erased": 2}
    assert [shown(world, person) for person in (agreed, changed, silent)] == [{"last_name"}, set(), set()]
    to(world, date(2029, 11, 21))
    assert sweep(world).counts == {}
    to(world, date(2029, 11, 22))
    assert sweep(world).counts == {"prospect_beyond_election.erased": 1}
