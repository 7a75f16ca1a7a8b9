"""Who may be chosen, and how: what the law closes is refused by clause and article, the rest is counted."""

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from contacts.listing import Selection
from contacts.restrict import RestrictionGround, restrict_contacts
from eligibility.answer import answer_eligibility, eligibility_record
from eligibility.question import Enquiry
from files.export_file import ExportOrder, export_file
from files.hand_over import Handover, hand_over
from kernel.errors import Conflict, Forbidden, Invalid, NotFound
from kernel.identity import PersonId, random_uuid
from policy.findings import Refusal
from policy.selection import Clause
from selections import run
from selections.run import count_selection, run_selection
from selections.save import find_selection, list_selections, remove_selection, save_selection
from tests.consent_making import PURPOSE, by_form, keep
from tests.factories import MANAGING, World, later, opened_world, recorded, supporter

OLD = Clause("age", "from", ("60",))
CLOSED = {
    Clause("last_name", "is", ("Dupont",)): "matrix.origin_score",
    Clause("last_name", "matches", ("^Ben",)): "matrix.origin_score",
    Clause("first_names", "in", ("Karim", "Fatima")): "matrix.origin_score",
    Clause("birthplace", "is", ("Alger",)): "matrix.birthplace",
    Clause("origin_score", "from", ("1",)): "matrix.origin_score",
    Clause("religion", "is", ("x",)): "matrix.origin_or_belief",
    Clause("event", "is", ("messe",)): "forbidden.religion",
    Clause("event", "is", ("réunion CGT",)): "forbidden.trade_union",
    Clause("custom:religion", "is", ("x",)): "forbidden.religion",
    Clause("tag", "is", ("musulman",)): "forbidden.religion",
    Clause("territory_score", "from", ("3",)): "field.unknown",
}


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


def save(world: World, *clauses: Clause, name: str = "quartier nord", purpose: str = MANAGING) -> UUID:
    with world.register.open(world.actor, purpose) as processing:
        return save_selection(processing, name, clauses)


def meant(world: World, selection: UUID) -> set[PersonId]:
    found: set[PersonId] = set()
    after = None
    while True:
        with world.register.open(world.actor, MANAGING) as processing:
            page = run_selection(processing, selection, after=after)
        found |= {one.person for one in page.contacts}
        if page.next is None:
            return found
        after = page.next


def counted(world: World, selection: UUID) -> int | None:
    with world.register.open(world.actor, MANAGING) as processing:
        return count_selection(processing, selection)


def people(world: World, number: int, born: str, street: str) -> list[PersonId]:
    address = json.dumps({"street": street, "city": "Lyon"})
    return recorded(
        world,
        *(
            supporter(
                world,
                ("last_name", f"Nom{place}"),
                ("first_names", "Ana"),
                ("birth_date", born),
                ("address", address),
                commune="69123",
            )
            for place in range(number)
        ),
    )


def test_what_the_law_closes_is_refused_by_its_clause_and_article(world: World) -> None:
    for clause, rule in CLOSED.items():
        with pytest.raises(Refusal) as refused:
            save(world, OLD, clause)
        assert rule in {one.rule for one in refused.value.findings}, clause
        assert all(one.articles for one in refused.value.findings)
        assert {one.field for one in refused.value.findings} == {"clauses.1"}
    with pytest.raises(Refusal):
        save(world, OLD, purpose="email_campaign")  # This purpose sees no birth date.
    with pytest.raises(Refusal):
        save(world, OLD, name="Musulmans du quartier")


def test_who_voted_is_asked_no_more_after_the_second_round(world: World) -> None:
    selection = save(world, Clause("turnout", "is", ("first",)))
    assert meant(world, selection) == set()
    later(world, days=2_000)
    with pytest.raises(Refusal) as refused:
        meant(world, selection)
    assert [one.rule for one in refused.value.findings] == ["turnout.second_round"]


def test_what_has_no_meaning_is_no_selection(world: World) -> None:
    for clauses in (
        (),
        (OLD,) * 21,
        (Clause("age", "is", ("60",)),),
        (Clause("age", "from", ("old",)),),
        (Clause("commune", "matches", ("6.",)),),
        (Clause("sex", "matches", ("F",)),),
        (Clause("street", "from", ("12",)),),
        (Clause("street", "is", ("a", "b")),),
        (Clause("street", "in", ()),),
        (Clause("street", "matches", ("(",)),),
        (Clause("street", "matches", ("(x{1,1000}){1,1000}",)),),
        (Clause("street", "matches", ("a" * 201,)),),
    ):
        with pytest.raises(Invalid):
            save(world, *clauses)


def test_ages_and_streets_are_compared_once_their_fields_are_opened(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "PAGE", 3)
    old, young = people(world, 2, "1950-11-21", "rue des Lilas"), people(world, 2, "1990-00-00", "avenue Foch")
    unborn = people(world, 1, "", "rue des Lilas")
    (restricted,) = people(world, 1, "1950-11-21", "rue des Lilas")
    with world.register.open(world.actor, MANAGING) as processing:
        restrict_contacts(processing, [restricted], RestrictionGround.ACCURACY_CONTESTED)
    expected = {
        (OLD,): old,
        (Clause("age", "to", ("59",)),): young,
        (Clause("street", "matches", ("^rue des (lilas|roses)",)),): [*old, *unborn],
        (Clause("city", "in", ("paris", "lyon")), Clause("street", "is", ("Avenue Foch",))): young,
        (Clause("commune", "is", ("69123",)), Clause("category", "in", ("regular", "member")), OLD): old,
        (Clause("commune", "is", ("75056",)),): [],
        (Clause("tag", "is", ("benevole",)),): [],
    }
    for number, (clauses, persons) in enumerate(expected.items()):
        assert meant(world, save(world, *clauses, name=f"choix {number}")) == set(persons), clauses


def test_too_few_are_not_counted_and_too_many_are_not_opened(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    selection = save(world, OLD)
    people(world, 9, "1950-11-21", "rue des Lilas")
    assert counted(world, selection) is None
    people(world, 1, "1951-11-21", "rue des Lilas")
    assert counted(world, selection) == 10
    monkeypatch.setattr(run, "PAGE", 2)
    monkeypatch.setattr(run, "CAP", 4)
    with pytest.raises(Conflict):
        counted(world, selection)


def test_a_selection_is_saved_once_runs_for_its_purpose_and_is_removed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    selection = save(world, OLD)
    with pytest.raises(Conflict):
        save(world, OLD)
    with pytest.raises(Forbidden), world.register.open(world.actor, "rights_request") as processing:
        run_selection(processing, selection, after=None)
    with world.register.open(world.actor, MANAGING) as processing:
        assert [(one.name, one.clauses) for one in list_selections(processing)] == [("quartier nord", (OLD,))]
        assert find_selection(processing, selection).purpose == MANAGING
        remove_selection(processing, selection)
    for missing in (selection, random_uuid()):
        with pytest.raises(NotFound), world.register.open(world.actor, MANAGING) as processing:
            remove_selection(processing, missing)
    monkeypatch.setattr("selections.save.MOST", 0)
    with pytest.raises(Conflict):
        save(world, OLD)


def test_a_selection_is_asked_about_and_its_clauses_are_the_criteria_of_the_answer(world: World) -> None:
    (reached, silent), _ = people(world, 2, "1950-11-21", "a"), people(world, 1, "1990-11-21", "b")
    (far,) = recorded(world, supporter(world, ("last_name", "Loin"), ("first_names", "Ana"), commune="75056"))
    keep(world, by_form(world, reached), by_form(world, far), own_form=True)
    place = Clause("commune", "is", ("69123",))
    selection, ages = save(world, place, purpose=PURPOSE), save(world, OLD, name="aînés")
    asked = Enquiry(channel="email", selection=selection)
    with world.register.open(world.actor, PURPOSE) as processing:
        answer = answer_eligibility(processing, asked)
        record = eligibility_record(processing, answer.record)
    told = {one for each in answer.verdicts for one in each.each()}
    assert (len(told), {reached, silent} <= told, far in told) == (3, True, False)
    assert json.loads(record.criteria) != []
    for wrong, error in (
        (replace(asked, persons=[reached]), Invalid),
        (replace(asked, clear={"category": "regular"}), Invalid),
        (replace(asked, selection=ages), Forbidden),
        (replace(asked, selection=random_uuid()), NotFound),
    ):
        with pytest.raises(error), world.register.open(world.actor, PURPOSE) as processing:
            answer_eligibility(processing, wrong)


def test_a_selection_is_exported_and_handed_over_page_by_page(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "PAGE", 2)
    old, _ = people(world, 3, "1950-11-21", "a"), people(world, 3, "1990-11-21", "b")
    order = ExportOrder(reason="courrier", recipient="équipe", saved=save(world, OLD))
    out = BytesIO()
    assert export_file(world.register, world.actor, MANAGING, order, out).contacts == 3
    assert {row["id"] for row in csv.DictReader(StringIO(out.getvalue().decode()))} == set(map(str, old))
    narrowed = replace(order, selection=Selection(category="regular"))
    with pytest.raises(Invalid):
        export_file(world.register, world.actor, MANAGING, narrowed, BytesIO())
    mail = supporter(world, ("last_name", "Petit"), ("email", "ana@example.org"), commune="69123")
    (reached,) = recorded(world, mail)
    # Who is chosen by place is targeted.
    ads: dict[str, Any] = {"purpose": "online_advertising", "channel": "online_targeting"}
    keep(world, by_form(world, reached), by_form(world, reached, **ads), own_form=True)
    place = save(world, Clause("commune", "is", ("69123",)), purpose=PURPOSE, name="Lyon")
    out = BytesIO()
    asked = Handover(channel="email")
    done = hand_over(world.register, world.actor, PURPOSE, replace(order, saved=place), asked, out)
    assert (done.contacts, sum(done.refused.values())) == (1, 6), done
    assert [row["id"] for row in csv.DictReader(StringIO(out.getvalue().decode()))] == [str(reached)]
