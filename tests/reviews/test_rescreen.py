"""When the vocabulary changes stored words are read again: what it finds waits, what was accepted stays."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import reviews.rescreen
from contacts.declare import register_custom_field
from contacts.restrict import RestrictionGround, release_contacts, restrict_contacts
from installation.work import kinds_of_task
from jobs.task import Taken
from kernel.identity import random_uuid
from policy.detect.second import SecondOpinion, Sight
from policy.words import Answer, Reader
from reviews.decide import Decision, Reason, decide_review
from reviews.listing import list_reviews, reveal_review
from reviews.rescreen import RESCREEN
from tests.factories import MANAGING, World, later, opened_world, recorded, supporter
from tests.reviews.test_reviews import DOUBTFUL, PLAIN, hold, noted, reviewer, told

NEW = "aime le violet"


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


def grow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the vocabulary know one word more."""
    note = Reader.note

    def note_and_more(reader: Reader, text: str) -> Answer:
        return note(reader, "Famille juive pratiquante" if text == NEW else text)

    monkeypatch.setattr("reviews.rescreen.vocabulary_version", lambda _: "3-grown")
    monkeypatch.setattr(Reader, "version", "3-grown")
    monkeypatch.setattr(reviews.rescreen, "PAGE", 2)
    monkeypatch.setattr(Reader, "note", note_and_more)


def chore(world: World) -> None:
    task = Taken(world.campaign, random_uuid(), RESCREEN, None, "{}", 1, world.clock.now(), random_uuid())
    kinds_of_task(world.installation)[RESCREEN].perform(task)


def test_words_that_a_newer_vocabulary_finds_leave_the_contact_and_wait(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world.register.open(world.actor, MANAGING) as processing:
        register_custom_field(processing, "canvass_team")
    team = ("custom:canvass_team", "nord")
    (accepted,), (held,) = hold(world, supporter(world, *noted(DOUBTFUL)))
    with world.register.open(reviewer(world), MANAGING) as processing:
        decide_review(processing, held["note"], Decision.ACCEPT, Reason.TOPIC)
    found, restricted, plain = recorded(
        world, *(supporter(world, *noted(PLAIN, NEW), team) for _ in range(2)), supporter(world, team)
    )
    with world.register.open(world.actor, MANAGING) as processing:
        restrict_contacts(processing, [restricted], RestrictionGround.ACCURACY_CONTESTED)
    chore(world)
    assert (told(world, found), told(world, accepted)) == ([PLAIN, NEW], [DOUBTFUL])
    grow(monkeypatch)
    for _ in range(2):  # The second time there is nothing left to read.
        chore(world)
    assert (told(world, found), told(world, accepted), told(world, plain)) == ([PLAIN], [DOUBTFUL], [])
    with world.register.open(world.actor, "rights_request") as processing:
        release_contacts(processing, [restricted])
    assert told(world, restricted) == [PLAIN, NEW]
    with world.register.open(reviewer(world), MANAGING) as processing:
        (one,) = list_reviews(processing)
        assert (one.contact, one.field, one.source) == (found, "note", "lexicon")
        assert reveal_review(processing, one.id)[1] == NEW


def test_a_second_opinion_reads_what_was_kept_every_day_and_only_makes_it_wait(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def look(text: str) -> list[Sight]:
        asked.append(text)
        return [Sight("health", 0, 4, 0.9), Sight("person", 0, 4, 0.9)] if text == NEW else []

    monkeypatch.setattr("installation.chores.second_opinion", lambda _: SecondOpinion("a model", look))
    (person,) = recorded(world, supporter(world, *noted(PLAIN, NEW)))
    chore(world)
    assert told(world, person) == [PLAIN]
    with world.register.open(reviewer(world), MANAGING) as processing:
        (one,) = list_reviews(processing)
        assert (one.contact, one.rules, one.source) == (person, ["forbidden.health"], "lexicon")
    before = len(asked)
    chore(world)
    assert len(asked) == before  # Once a day.
    later(world, days=1)
    chore(world)
    assert len(asked) > before
