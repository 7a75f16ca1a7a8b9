from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from audit.events import Event
from audit.note import Note
from consent.evidence import Indicated, Method
from consent.standings import list_standings, rebuild_standings
from kernel.errors import Invalid, NotFound
from kernel.identity import PersonId, random_uuid
from policy.findings import Refusal
from policy.standing import Action, Level
from tests.consent_making import by_form, keep, said
from tests.factories import MANAGING, World, count, dump, later, marie, opened_world, recorded


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


def statuses(world: World, *persons: PersonId) -> dict[tuple[str, str], str]:
    with world.register.open(world.actor, MANAGING) as processing:
        rows = list_standings(processing, persons)
    return {(row["purpose"], row["channel"]): row["status"] for row in rows}


def test_what_a_tool_says_is_claimed_what_the_person_does_is_proven_and_an_opt_out_holds(world: World) -> None:
    (person,) = recorded(world, marie(world))
    (claimed,) = keep(world, said(world, person))
    assert (claimed.level, statuses(world, person)) == (Level.CLAIMED, {("email_campaign", "email"): "claimed"})
    (proven,) = keep(world, by_form(world, person), own_form=True)
    assert (proven.level, statuses(world, person)) == (Level.PROVEN, {("email_campaign", "email"): "proven"})
    later(world, hours=2)
    keep(world, said(world, person, Action.WITHDRAWN))
    assert statuses(world, person) == {("email_campaign", "email"): "withdrawn"}
    later(world, hours=2)
    keep(world, said(world, person), by_form(world, person))
    assert statuses(world, person) == {("email_campaign", "email"): "withdrawn"}, "told by a tool"
    keep(world, by_form(world, person), own_form=True)
    assert statuses(world, person) == {("email_campaign", "email"): "proven"}


def test_a_permission_ends_with_its_term_without_anybody_doing_anything(world: World) -> None:
    (person,) = recorded(world, marie(world))
    keep(world, by_form(world, person, valid_until=world.clock.at.date()), own_form=True)
    assert statuses(world, person) == {("email_campaign", "email"): "proven"}
    later(world, days=1)
    assert statuses(world, person) == {("email_campaign", "email"): "expired"}


def test_details_are_sealed_and_rebuilding_changes_nothing(world: World) -> None:
    ours, theirs = recorded(world, marie(world), marie(world, "autre@example.org"))
    details = {"address": "marie@example.org", "form": "https://example.org/lettre"}
    more: dict[str, Any] = {"indicated_by": Indicated.OPERATOR, "method": Method.PAPER_FORM}
    keep(world, said(world, ours, details=details, **more), said(world, theirs, details=details))
    keep(world, said(world, ours, details=details), said(world, ours, Action.REFUSED, purpose="*", channel="all"))
    before = dump(world, without=("entry",))
    assert "https://example.org/lettre" not in str(before)
    assert rebuild_standings(world.register, world.actor, MANAGING) == 2
    assert dump(world, without=("entry",)) == before
    assert (count(world, "consent_evidence"), count(world, "consent_standing")) == (4, 3)


def test_an_id_that_looks_like_a_word_in_disguise_is_proof_and_words_beside_it_are_read(world: World) -> None:
    (person,) = recorded(world, marie(world))
    unlucky = "9ab8e9a2-87b5-4fa8-ac65-20d5d376cb3a"  # A detector that sees through digits reads the third part.
    assert processing_reads(world, unlucky)
    keep(world, said(world, person, details={"submission": unlucky, "canvasser": unlucky}))
    with pytest.raises(Refusal):
        keep(world, said(world, person, details={"comment": f"musulmane {unlucky}"}))


def processing_reads(world: World, text: str) -> bool:
    with world.register.open(world.actor, MANAGING) as processing:
        processing.note(Note(event=Event.REGISTRY_READ, counts={}))
        return bool(processing.reader.note(text).findings("details"))


def test_what_cannot_be_is_refused_and_nothing_is_kept(world: World) -> None:
    (person,) = recorded(world, marie(world))
    wrong = [
        said(world, person, purpose="spam"),
        said(world, person, channel="fax"),
        said(world, person, channel="list:unknown"),
        said(world, person, channel="all"),
        said(world, person, purpose="*"),
        said(world, person, occurred_at=world.clock.at + timedelta(seconds=1)),
        said(world, person, window=(600, 600)),
        said(world, person, details={"diary": "x"}),
        said(world, person, details={"form": "x" * 501}),
        said(world, person, cohort=7),
        said(world, person, attachment=random_uuid()),
    ]
    for one in wrong:
        with pytest.raises(Invalid):
            keep(world, one)
    with pytest.raises(NotFound):
        keep(world, said(world, PersonId(random_uuid())))
    assert count(world, "consent_evidence") == 0
