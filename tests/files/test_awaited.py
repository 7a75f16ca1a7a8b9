"""A list whose columns nobody knows waits until they are told; what is told is known for the next."""

from uuid import UUID, uuid4

import pytest

from files.awaited import decide_mapping
from files.imports import cancel_import
from installation.chores import Chores
from kernel.errors import Conflict, Invalid, NotFound
from policy.findings import Refusal
from tests.factories import MANAGING, World, count, later, raw
from tests.files.uploading import CANARY, left, rows, run, shown, task, upload

UNKNOWN = b"Patronyme,Petit nom,Joindre,Culte,Ne pas appeler\n" + b"".join(
    b"%s%d,Marie,m%d@example.org,none,\n" % (CANARY, one, one) for one in range(3)
)


def decide(world: World, one: UUID, decided: dict[int, str | None]) -> None:
    with world.register.open(world.actor, MANAGING) as processing:
        decide_mapping(processing, one, decided)


def test_a_list_that_nobody_knows_waits_until_its_columns_are_told_and_the_next_does_not(world: World) -> None:
    one = upload(world, UNKNOWN)
    for _ in range(2):
        assert not run(world, one)
    waiting = shown(world, one)
    assert (waiting.state, count(world, "contact"), waiting.columns) == ("awaiting_mapping", 0, [])
    told = {
        each["column"]: (each["decision"], each["field"] or each["rule"], each["asked"]) for each in waiting.proposals
    }
    assert told == {
        "Patronyme": ("dropped", "field.unknown", True),
        "Petit nom": ("dropped", "field.unknown", True),
        "Joindre": ("kept", "email", False),
        "Culte": ("refused", "forbidden.religion", False),
        "Ne pas appeler": ("objection", "call", False),
    }
    assert waiting.proposals[3]["articles"]
    assert not any(word in str(waiting.proposals) for word in (CANARY.decode(), "example.org", "Marie"))
    with pytest.raises(Refusal):
        decide(world, one, {1: "last_name", 2: "first_names", 4: "note"})
    with pytest.raises(Invalid):
        decide(world, one, {1: "last_name"})
    decide(world, one, {1: "last_name", 2: "first_names"})
    assert shown(world, one).proposals == []
    with pytest.raises(Conflict):
        decide(world, one, {1: "last_name", 2: "first_names"})
    assert not run(world, one)
    assert (shown(world, one).state, shown(world, one).rows, left(world)) == ("finished", {"created": 3}, [])
    again = upload(world, UNKNOWN)
    run(world, again)
    assert (shown(world, again).state, shown(world, again).rows) == ("finished", {"unchanged": 3})
    with pytest.raises(NotFound):
        decide(world, uuid4(), {})


def test_a_list_may_ask_though_a_profile_knows_it_and_is_cancelled_or_let_go_while_it_waits(world: World) -> None:
    chosen = upload(world, b"nom;courriel;accepte les e-mails\nMartin;m@example.org;oui\n", ask=True)
    assert not run(world, chosen)
    decide(world, chosen, {2: None})
    assert not run(world, chosen)
    fates = {one["column"]: one["decision"] for one in shown(world, chosen).columns}
    assert fates == {"nom": "kept", "courriel": "dropped", "accepte les e-mails": "flag"}
    assert (shown(world, chosen).rows, count(world, "contact")) == ({"created": 1}, 1)
    cancelled, forgotten = (upload(world, rows(3), ask=True) for _ in range(2))
    for one in (cancelled, forgotten):
        assert not run(world, one)
        assert shown(world, one).state == "awaiting_mapping"
    with world.register.open(world.actor, MANAGING) as processing:
        cancel_import(processing, cancelled)
    with pytest.raises(Conflict):
        decide(world, cancelled, {1: None})
    later(world, days=8)
    Chores(world.installation).let_go(task(world, forgotten))
    assert (shown(world, forgotten).state, count(world, "contact")) == ("failed", 1)


def test_names_that_may_be_a_persons_are_not_kept_while_a_list_waits(world: World) -> None:
    one = upload(world, b"Martin,Lucienne\n" + b"Durand,Marie\n" * 3)
    run(world, one)
    assert [each["column"] for each in shown(world, one).proposals] == [None, None]
    with raw(world.url, world.campaign) as database:
        assert "Lucienne" not in str(database.run("SELECT plan, declared FROM import_run"))
