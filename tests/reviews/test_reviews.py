"""What the screen could not decide waits sealed, for others than its author, and goes by itself."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from accounts.scopes import REVIEW_DECIDE, REVIEW_OBJECT, REVIEW_READ
from contacts.add import Addition, rewrite_words
from contacts.record import record_contacts
from contacts.restrict import RestrictionGround, restrict_contacts
from contacts.reveal import reveal_contacts
from installation.work import kinds_of_task
from jobs.task import Taken
from kernel.actor import Actor, ActorKind
from kernel.errors import Conflict, Forbidden, Invalid, NotFound
from kernel.identity import PersonId, random_uuid
from policy.draft import Draft
from policy.findings import Refusal
from reviews.decide import Decision, Reason, decide_review, object_to_review
from reviews.hold import DAYS, find_reviews, hold_words, written
from reviews.listing import list_reviews, reveal_review
from reviews.sweep import EXPIRE
from tests.factories import MANAGING, World, count, dump, later, marie, opened_world, recorded, supporter

DOUBTFUL = "Fédération CFDT du Rhône"
FORBIDDEN = "Famille juive pratiquante"
PLAIN = "rappeler en soirée"


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


def staff(world: World, role: str, *scopes: str) -> Actor:
    purposes = frozenset({MANAGING, "accountability"})
    return Actor(
        id=f"staff-{role}",
        kind=ActorKind.STAFF,
        campaign=world.campaign,
        scopes=frozenset(scopes),
        purposes=purposes,
        staff_role=role,
    )


def reviewer(world: World) -> Actor:
    return staff(world, "privacy_reviewer", REVIEW_READ, REVIEW_DECIDE)


def dpo(world: World) -> Actor:
    return staff(world, "dpo", REVIEW_READ, REVIEW_OBJECT)


def hold(world: World, *drafts: Draft, actor: Actor | None = None) -> tuple[list[PersonId], list[dict[str, UUID]]]:
    with world.register.open(actor or world.actor, MANAGING) as processing:
        results = record_contacts(processing, drafts)
        held = hold_words(processing, list(map(written, drafts, results)), source="api")
    return [one.person for one in results if one.person is not None], held


def told(world: World, person: PersonId) -> list[str]:
    with world.register.open(world.actor, MANAGING) as processing:
        (shown,) = reveal_contacts(processing, [person])
    return [] if shown is None else [one.value for one in shown.data if one.field == "note"]


def decide(world: World, review: UUID, decision: Decision, reason: Reason, text: str | None = None) -> None:
    with world.register.open(reviewer(world), MANAGING) as processing:
        decide_review(processing, review, decision, reason, text=text)


def waiting(world: World) -> list[UUID]:
    with world.register.open(reviewer(world), MANAGING) as processing:
        return [one.id for one in list_reviews(processing)]


def noted(*texts: str) -> tuple[tuple[str, str], ...]:
    return (("last_name", "Petit"), ("first_names", "Ana"), *(("note", text) for text in texts))


def test_words_that_are_held_are_sealed_apart_and_seen_by_the_reviewer_alone(world: World) -> None:
    (person,), (held,) = hold(world, supporter(world, *noted(PLAIN, DOUBTFUL, FORBIDDEN)))
    assert set(held) == {"note.1"}  # What is refused is kept in no form.
    assert told(world, person) == [PLAIN]
    kept = "".join(line for lines in dump(world).values() for line in lines)
    assert DOUBTFUL not in kept
    with world.register.open(reviewer(world), MANAGING) as processing:
        view, text = reveal_review(processing, held["note.1"])
    assert (text, view.own, view.state, view.rules) == (DOUBTFUL, False, "waiting", ["forbidden.trade_union"])
    assert view.until - view.held_at == DAYS == timedelta(days=14)
    for actor in (world.actor, staff(world, "manager")):  # Whoever runs the installation sees no words either.
        with pytest.raises(Forbidden), world.register.open(actor, MANAGING) as processing:
            reveal_review(processing, held["note.1"])


def test_the_same_words_wait_once_and_no_more_once_they_were_accepted(world: World) -> None:
    draft = supporter(world, *noted(DOUBTFUL), ("email", "ana@example.org"))
    (person,), (first,) = hold(world, draft)
    (again,), (second,) = hold(world, draft)
    assert (again, second) == (person, first)
    decide(world, first["note"], Decision.ACCEPT, Reason.NAME_OR_PLACE)
    assert told(world, person) == [DOUBTFUL]
    assert hold(world, draft)[1] == [{}]
    assert (waiting(world), count(world, "review")) == ([], 1)
    with world.register.open(world.actor, MANAGING) as processing:
        results = record_contacts(processing, [draft])
        assert find_reviews(processing, [written(draft, results[0])]) == [{}]


def test_what_waits_is_found_again_for_an_answer_told_again_and_nothing_is_held_anew(world: World) -> None:
    draft = supporter(world, *noted(DOUBTFUL), ("email", "ana@example.org"))
    _, (held,) = hold(world, draft)
    with world.register.open(world.actor, MANAGING) as processing:
        results = record_contacts(processing, [draft])
        assert find_reviews(processing, [written(draft, results[0])]) == [held]
    assert waiting(world) == [held["note"]]


def test_neutral_words_take_the_place_of_what_was_held_and_are_screened_too(world: World) -> None:
    (person,), (held,) = hold(world, supporter(world, *noted(DOUBTFUL)))
    for telling in (FORBIDDEN, DOUBTFUL):
        with pytest.raises(Refusal):
            decide(world, held["note"], Decision.NEUTRALISE, Reason.REWORDED, telling)
    decide(world, held["note"], Decision.NEUTRALISE, Reason.REWORDED, PLAIN)
    assert told(world, person) == [PLAIN]
    assert count(world, "review") == 0


def test_what_is_refused_leaves_nothing(world: World) -> None:
    (person,), (held,) = hold(world, supporter(world, *noted(DOUBTFUL)))
    decide(world, held["note"], Decision.REFUSE, Reason.NOT_NEEDED)
    assert (told(world, person), count(world, "review")) == ([], 0)
    with pytest.raises(NotFound):
        decide(world, held["note"], Decision.REFUSE, Reason.NOT_NEEDED)


def test_nobody_decides_on_words_of_their_own(world: World) -> None:
    author = Actor(
        id=reviewer(world).id,
        kind=ActorKind.STAFF,
        campaign=world.campaign,
        scopes=frozenset({"*"}),
        purposes=frozenset({MANAGING}),
    )
    _, (held,) = hold(world, supporter(world, *noted(DOUBTFUL)), actor=author)
    with pytest.raises(Forbidden):
        decide(world, held["note"], Decision.REFUSE, Reason.DOUBTFUL)
    with world.register.open(reviewer(world), MANAGING) as processing:
        assert [one.own for one in list_reviews(processing)] == [True]


def test_a_decision_has_its_own_reasons_and_who_sees_no_words_accepts_none(world: World) -> None:
    client = replace(world.actor, id="client", kind=ActorKind.CLIENT)
    _, (held,) = hold(world, supporter(world, *noted(DOUBTFUL)), actor=client)
    for decision, reason, text in (
        (Decision.ACCEPT, Reason.FORBIDDEN, None),
        (Decision.REFUSE, Reason.TOPIC, None),
        (Decision.NEUTRALISE, Reason.REWORDED, None),
        (Decision.ACCEPT, Reason.TOPIC, PLAIN),
    ):
        with pytest.raises(Invalid):
            decide(world, held["note"], decision, reason, text)
    somebody = staff(world, "manager", REVIEW_READ)
    for actor in (world.actor, somebody):
        with pytest.raises(Forbidden), world.register.open(actor, MANAGING) as processing:
            decide_review(processing, held["note"], Decision.ACCEPT, Reason.TOPIC)
    with world.register.open(world.actor, MANAGING) as processing:
        decide_review(processing, held["note"], Decision.REFUSE, Reason.DOUBTFUL)


def test_the_dpo_may_object_and_then_nobody_accepts(world: World) -> None:
    (person,), (held,) = hold(world, supporter(world, *noted(DOUBTFUL)))
    with pytest.raises(Invalid), world.register.open(dpo(world), "accountability") as processing:
        object_to_review(processing, held["note"], Reason.TOPIC)
    with world.register.open(dpo(world), "accountability") as processing:
        object_to_review(processing, held["note"], Reason.NOT_NEEDED)
    with pytest.raises(Conflict):
        decide(world, held["note"], Decision.ACCEPT, Reason.TOPIC)
    decide(world, held["note"], Decision.NEUTRALISE, Reason.REWORDED, PLAIN)
    assert told(world, person) == [PLAIN]


def test_what_nobody_decided_on_goes_by_itself_with_its_keys(world: World) -> None:
    people, _ = hold(world, supporter(world, *noted(DOUBTFUL)))
    chore = kinds_of_task(world.installation)[EXPIRE].perform
    task = Taken(world.campaign, random_uuid(), EXPIRE, None, "{}", 1, world.clock.now(), random_uuid())
    chore(task)
    assert (len(waiting(world)), count(world, "keys.person_key")) == (1, 2)
    later(world, days=15)
    assert waiting(world) == []
    chore(task)
    assert (count(world, "review"), count(world, "keys.person_key")) == (0, 1)
    assert told(world, people[0]) == []


def test_erasing_a_person_erases_what_waits_of_them(world: World) -> None:
    (person,), (held,) = hold(world, supporter(world, *noted(DOUBTFUL)))
    assert world.installation.eraser.erase(world.actor, "rights_request", [person]) == 1
    assert (count(world, "review"), count(world, "keys.person_key")) == (0, 0)
    with pytest.raises(NotFound):
        decide(world, held["note"], Decision.REFUSE, Reason.DOUBTFUL)


def test_nothing_is_held_of_a_contact_that_is_restricted(world: World) -> None:
    draft = supporter(world, *noted(PLAIN), ("email", "ana@example.org"))
    (person,) = recorded(world, draft)
    with world.register.open(world.actor, MANAGING) as processing:
        restrict_contacts(processing, [person], RestrictionGround.ACCURACY_CONTESTED)
    doubtful = supporter(world, *noted(DOUBTFUL), ("email", "ana@example.org"))
    assert hold(world, doubtful) == ([person], [{}])


def test_words_put_differently_join_what_the_contact_has_in_one_call(world: World) -> None:
    (person,) = recorded(world, marie(world))
    draft = supporter(world)
    for text, kept in ((PLAIN, [PLAIN]), ("apporte le café", [PLAIN, "apporte le café"])):
        draft = supporter(world, ("note", text))
        with world.register.open(world.actor, MANAGING) as processing:
            (added,) = rewrite_words(processing, [Addition(person, draft)])
        assert (added.findings, told(world, person)) == ((), kept)
    with world.register.open(world.actor, MANAGING) as processing:
        (added,) = rewrite_words(processing, [Addition(person, supporter(world, ("note", FORBIDDEN)))])
    assert {one.rule for one in added.findings} == {"forbidden.religion"}
    with pytest.raises(NotFound), world.register.open(world.actor, MANAGING) as processing:
        rewrite_words(processing, [Addition(PersonId(random_uuid()), draft)])
    with pytest.raises(Invalid), world.register.open(world.actor, MANAGING) as processing:
        rewrite_words(processing, [Addition(person, draft), Addition(person, draft)])
