from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from consent import cohorts
from consent.cohorts import NewCohort, decide_cohort, declare_cohort, draw_sample, list_cohorts, review_sample
from kernel.actor import Actor
from kernel.errors import Conflict, Forbidden, Invalid, NotFound
from kernel.identity import PersonId, random_uuid
from policy.standing import Action
from tests.consent_making import add_screenshot, ask, by_form, keep, said, told
from tests.factories import MANAGING, World, later, marie, opened_world, recorded


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


def declare(world: World, **more: object) -> int:
    attachment = more.pop("attachment", None) or add_screenshot(world)
    with world.register.open(world.actor, MANAGING) as processing:
        new = NewCohort(
            title="Formulaire du site",
            wording="J'accepte de recevoir la lettre.",
            attachment=attachment,  # type: ignore[arg-type]
            collected_from=date(2025, 1, 1),
            collected_to=date(2025, 12, 31),
            origin=1,
        )
        return declare_cohort(processing, replace(new, **more))  # type: ignore[arg-type]


def draw(world: World, number: int) -> list[PersonId]:
    with world.register.open(world.actor, MANAGING) as processing:
        return draw_sample(processing, number)


def review(world: World, actor: Actor, number: int, findings: dict[PersonId, str]) -> None:
    with world.register.open(actor, MANAGING) as processing:
        review_sample(processing, number, findings)


def test_a_cohort_makes_claims_proven_and_lifts_no_refusal(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    reviewer = replace(world.actor, id="reviewer")
    persons = recorded(world, *(marie(world, f"m{number}@example.org") for number in range(3)))
    refusing = persons[0]
    number = declare(world)
    keep(world, said(world, refusing, Action.REFUSED))
    later(world, hours=3)
    keep(world, *(said(world, person, cohort=number) for person in persons))
    assert set(told(ask(world, persons)).values()) == {"gate.claimed", "gate.refused"}
    monkeypatch.setattr(cohorts, "SAMPLE", 2)
    drawn = draw(world, number)
    assert len(drawn) == 2
    with pytest.raises(Conflict, match="nobody joins"):
        keep(world, said(world, refusing, cohort=number))
    with pytest.raises(Forbidden):
        review(world, world.actor, number, dict.fromkeys(drawn, "good"))
    with pytest.raises(Invalid):
        review(world, reviewer, number, dict.fromkeys(drawn, "fine"))
    with pytest.raises(NotFound):
        review(world, reviewer, number, {PersonId(random_uuid()): "good"})
    review(world, reviewer, number, {drawn[0]: "good"})
    with pytest.raises(Conflict, match="not everybody"):
        decide_cohort(world.register, reviewer, MANAGING, number)
    review(world, reviewer, number, {drawn[1]: "good"})
    with pytest.raises(Forbidden):
        decide_cohort(world.register, world.actor, MANAGING, number)
    assert decide_cohort(world.register, reviewer, MANAGING, number) == "proven"
    assert decide_cohort(world.register, reviewer, MANAGING, number) == "proven", "again, after a crash"
    answers = told(ask(world, persons))
    assert answers == {**dict.fromkeys(persons, "channel.email"), refusing: "gate.refused"}
    with world.register.open(world.actor, MANAGING) as processing:
        (shown,) = list_cohorts(processing)
    assert (shown["state"], [one["finding"] for one in shown["sample"]]) == ("proven", ["good", "good"])


def test_one_bad_proof_invalidates_the_whole_and_leaves_what_persons_proved_themselves(world: World) -> None:
    reviewer = replace(world.actor, id="reviewer")
    first, second = recorded(world, marie(world), marie(world, "autre@example.org"))
    number = declare(world)
    keep(world, said(world, first, cohort=number), said(world, second, cohort=number))
    later(world, hours=2)
    keep(world, by_form(world, second), own_form=True)
    drawn = draw(world, number)
    review(world, reviewer, number, dict(zip(drawn, ("good", "bad"), strict=True)))
    assert decide_cohort(world.register, reviewer, MANAGING, number) == "invalid"
    assert told(ask(world, [first, second])) == {first: "gate.invalidated", second: "channel.email"}


def test_a_cohort_without_its_screenshot_period_or_members_is_none(world: World) -> None:
    for wrong in (
        {"attachment": random_uuid()},
        {"title": " "},
        {"wording": ""},
        {"collected_to": date(2024, 1, 1)},
        {"collected_to": date(2030, 1, 1)},
    ):
        with pytest.raises(Invalid):
            declare(world, **wrong)
    number = declare(world)
    with pytest.raises(Conflict, match="nobody is in"):
        draw(world, number)
    with pytest.raises(Conflict, match="is open"):
        review(world, world.actor, number, {})
    with pytest.raises(NotFound):
        draw(world, 9)
