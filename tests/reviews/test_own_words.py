"""What a campaign learns from the field: its reviewer lets words pass or forbids them, for every screen of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from accounts.scopes import REVIEW_DECIDE, REVIEW_READ
from campaigns.own_words import own_version
from contacts.declare import register_custom_field, register_tag
from installation.work import kinds_of_task
from jobs.task import Taken
from kernel.actor import Actor
from kernel.errors import Conflict, Forbidden, Invalid, IsoloirError, NotFound
from kernel.identity import random_uuid
from policy.findings import Refusal
from policy.selection import Clause
from reviews import own_words
from reviews.own_words import NewWord, Why, add_own_word, list_own_words, remove_own_word
from reviews.rescreen import RESCREEN
from reviews.sweep import EXPIRE
from selections.save import save_selection
from tests.factories import MANAGING, World, count, dump, later, opened_world, recorded, supporter
from tests.reviews.test_reviews import dpo, hold, noted, reviewer, staff, told, waiting

PLACE = "Bergerie des Lys"
HINTING = "Un fort accent de Marseille"
FORBID = NewWord(
    effect="forbid",
    sort="place",
    text=PLACE,
    category="religion",
    reason=Why.TELLING_PLACE,
    until=datetime(2026, 12, 21, tzinfo=UTC),
)
ALLOW = replace(FORBID, effect="allow", text="fort accent", category=None, reason=Why.STREET_OR_PLACE)


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


def add(world: World, new: NewWord, actor: Actor | None = None) -> UUID:
    with world.register.open(actor or reviewer(world), MANAGING) as processing:
        return add_own_word(processing, new)


def remove(world: World, word: UUID) -> None:
    with world.register.open(reviewer(world), MANAGING) as processing:
        remove_own_word(processing, word)


def version(world: World) -> str:
    with world.installation.database.transaction(world.campaign) as reading:
        return own_version(reading, world.campaign, world.clock.now())


def run(world: World, kind: str) -> None:
    task = Taken(world.campaign, random_uuid(), kind, None, "{}", 1, world.clock.now(), random_uuid())
    kinds_of_task(world.installation)[kind].perform(task)


def test_a_forbidden_word_is_refused_in_every_screen_of_the_campaign_until_it_is_removed(world: World) -> None:
    text = f"Toujours fourré à la {PLACE}"
    assert told(world, recorded(world, supporter(world, *noted(text)))[0]) == [text]
    word = add(world, FORBID)
    (kept,), (held,) = hold(world, supporter(world, *noted(text, "rappeler")))
    assert (told(world, kept), held) == (["rappeler"], {})
    now = version(world)
    with world.register.open(world.actor, MANAGING) as processing:
        assert processing.reader.version.endswith(f"+{now}")
        for ask in (
            lambda: register_tag(processing, "bergerie-des-lys"),
            lambda: register_custom_field(processing, "bergerie_des_lys"),
            lambda: save_selection(processing, "quartier", [Clause("event", "is", (PLACE,))]),
            lambda: save_selection(processing, f"gens de la {PLACE}", [Clause("age", "from", ("60",))]),
        ):
            with pytest.raises(Refusal) as refused:
                ask()
            assert "forbidden.religion" in {one.rule for one in refused.value.findings}
        register_tag(processing, "bergerie")
    remove(world, word)
    assert version(world) == ""
    assert told(world, recorded(world, supporter(world, *noted(text, "rappeler")))[0]) == [text, "rappeler"]
    with pytest.raises(NotFound):
        remove(world, word)


def test_what_is_let_pass_passes_and_a_core_term_in_it_waits_for_the_reviewer(world: World) -> None:
    text = "Dîne chez Feuj Burger"
    assert told(world, recorded(world, supporter(world, *noted(HINTING, text)))[0]) == []
    add(world, ALLOW)
    add(world, replace(ALLOW, text="Feuj Burger", sort="organisation", reason=Why.ORGANISATION))
    (person,), (held,) = hold(world, supporter(world, *noted(HINTING, text)))
    assert (told(world, person), set(held)) == ([HINTING], {"note.1"})
    with world.register.open(dpo(world), "accountability") as processing:
        views = list_own_words(processing)
    assert {(one.text, one.held_for, one.reason, one.author) for one in views} == {
        ("fort accent", (), "street_or_place", "staff-privacy_reviewer"),
        ("Feuj Burger", ("religion",), "organisation", "staff-privacy_reviewer"),
    }


def test_words_are_sealed_and_shown_to_the_staff_alone(world: World) -> None:
    add(world, replace(ALLOW, text="Bigotte", sort="surname", reason=Why.SURNAME))
    add(world, FORBID, world.actor)  # Whoever runs the installation may forbid.
    kept = "".join(line for lines in dump(world).values() for line in lines)
    assert "Bigotte" not in kept
    assert PLACE not in kept
    with world.register.open(world.actor, MANAGING) as processing:
        assert [one.text for one in list_own_words(processing)] == [None, None]
    with pytest.raises(Forbidden):
        add(world, ALLOW, world.actor)
    for actor in (dpo(world), staff(world, "canvasser")):
        with pytest.raises(Forbidden):
            add(world, replace(FORBID, text="autre"), actor)
    with pytest.raises(Forbidden), world.register.open(staff(world, "x", REVIEW_DECIDE), MANAGING) as processing:
        list_own_words(processing)
    with pytest.raises(Forbidden), world.register.open(staff(world, "x", REVIEW_READ), MANAGING) as processing:
        remove_own_word(processing, random_uuid())


def test_no_core_term_is_let_pass_and_every_word_has_its_form(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    add(world, ALLOW)
    wrong: dict[NewWord, type[IsoloirError]] = {
        replace(ALLOW, text="les Musulmans"): Refusal,
        replace(ALLOW, text="FORT  accent"): Conflict,
        replace(ALLOW, category="religion"): Invalid,
        replace(ALLOW, reason=Why.NICKNAME): Invalid,
        replace(ALLOW, effect="ignore"): Invalid,
        replace(ALLOW, sort="verb"): Invalid,
        replace(FORBID, category="taste"): Invalid,
        replace(FORBID, category=None): Invalid,
        replace(FORBID, text=" x "): Invalid,
        replace(FORBID, text="12 34"): Invalid,
        replace(FORBID, text="a\x00b"): Invalid,
        replace(FORBID, text="long " * 20): Invalid,
        replace(FORBID, until=world.clock.now()): Invalid,
        replace(FORBID, until=world.clock.now() + timedelta(days=400)): Invalid,
    }
    for new, error in wrong.items():
        with pytest.raises(error):
            add(world, new)
    monkeypatch.setattr(own_words, "MOST", 1)
    with pytest.raises(Conflict):
        add(world, FORBID)


def test_stored_words_are_read_again_when_a_word_is_added_and_a_word_goes_at_its_day(world: World) -> None:
    text = f"Toujours fourré à la {PLACE}"
    (person,), _ = hold(world, supporter(world, *noted(text, "rappeler")))
    run(world, RESCREEN)
    assert waiting(world) == []
    add(world, FORBID)
    run(world, RESCREEN)
    assert (told(world, person), len(waiting(world))) == (["rappeler"], 1)
    run(world, RESCREEN)
    assert len(waiting(world)) == 1
    run(world, EXPIRE)
    assert count(world, "campaign_word") == 1
    later(world, days=60)
    assert told(world, recorded(world, supporter(world, *noted(text)))[0]) == [text]  # Over, though nobody swept yet.
    run(world, EXPIRE)
    assert count(world, "campaign_word") == 0
