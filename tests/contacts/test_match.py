"""Matching, as a law over small worlds: nobody is ever merged with somebody of another name."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from contacts.indexing import indexer_of
from contacts.match import names_agree
from contacts.opening import Disclosed, OpenedContact, disclose
from contacts.record import Result
from contacts.reveal import reveal_contacts
from policy.draft import Datum
from tests.factories import MANAGING, World, opened_world, raw, record, supporter

PEOPLE = st.tuples(
    st.sampled_from(["Martin", "MARTIN", "Dupont", "Le Gall", ""]),
    st.sampled_from(["Paul", "Jeanne", "Jean-Paul", ""]),
    st.sampled_from(["a@example.org", "b@example.org", ""]),
    st.sampled_from(["0639980101", "+33639980101", "0639980102", ""]),
    st.sampled_from(["crm\x1f1", "crm\x1f2", "other\x1f1", ""]),
)
FIELDS = ("last_name", "first_names", "email", "phone", "external_id")


@pytest.mark.usefixtures("sqlite_template")
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.lists(PEOPLE, min_size=1, max_size=5), min_size=1, max_size=4))
def test_a_contact_never_holds_two_persons(batches: list[list[tuple[str, ...]]], sqlite_template: Path) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "isoloir.db"
        path.write_bytes(sqlite_template.read_bytes())
        with opened_world(f"sqlite:///{path}", Path(folder)) as world:
            given_to: dict[object, list[tuple[Datum, ...]]] = {}
            created: list[object] = []
            for batch in batches:
                drafts = [supporter(world, *_data(person)) for person in batch if any(person)]
                for draft, outcome in zip(drafts, record(world, *drafts), strict=True):
                    if outcome.person is not None:
                        given_to.setdefault(outcome.person, []).append(draft.data)
                        if outcome.result is Result.CREATED:
                            created.append(outcome.person)
            assert sorted(map(str, created)) == sorted(map(str, given_to))
            for person, held in given_to.items():
                for data in held[1:]:
                    assert names_agree(held[0], data), person
            with world.register.open(world.actor, MANAGING) as processing:
                shown = reveal_contacts(processing, list(given_to))  # type: ignore[arg-type]
            assert None not in shown


def _data(person: tuple[str, ...]) -> tuple[Datum, ...]:
    return tuple((field, value) for field, value in zip(FIELDS, person, strict=False) if value)


def test_somebody_of_another_name_stays_closed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    one, *others = [
        supporter(world, *_data((name, "Paul", "a@example.org"))) for name in ("Martin", "Dupont", "Martin")
    ]
    opened: list[OpenedContact] = []

    def disclosed(processing: Processing, contact: OpenedContact, *also: Any) -> list[Disclosed]:  # noqa: ANN401
        opened.append(contact)
        return disclose(processing, contact, *also)

    monkeypatch.setattr("contacts.match.disclose", disclosed)
    (created,) = record(world, one)
    resembling, same = record(world, *others)
    assert (resembling.result, resembling.flagged) == (Result.CREATED, True)
    assert (same.result, same.person) == (Result.UNCHANGED, created.person)
    assert len(opened) == 1


def test_who_gave_no_name_is_known_by_the_address_alone(world: World) -> None:
    (created,) = record(world, supporter(world, ("email", "a@example.org")))
    (same,) = record(world, supporter(world, ("email", "a@example.org"), ("phone", "0639980101")))
    assert (same.result, same.person) == (Result.UPDATED, created.person)
    (named,) = record(world, supporter(world, *_data(("Martin", "Paul", "a@example.org"))))
    assert (named.result, named.flagged) == (Result.CREATED, True)


def test_nobody_is_merged_with_a_namesake_because_two_addresses_have_one_value(world: World) -> None:
    (first,) = record(world, supporter(world, *_data(("Martin", "Paul", "a@example.org"))))
    with world.register.open(world.actor, MANAGING) as processing:
        (value,) = indexer_of(processing.keys).indexed([("email", "b@example.org")]).sought
        processing.note(Note(event=Event.LOG_READ, counts={}))
    with raw(world.url, world.campaign) as database:  # As though the other address had this value too.
        database.run(
            "INSERT INTO contact_index (campaign_id, value, contact_id) VALUES (?, ?, ?)",
            *(world.campaign, value, first.person),
        )
    (second,) = record(world, supporter(world, *_data(("Martin", "Paul", "b@example.org"))))
    assert second.result is Result.CREATED
    assert second.person != first.person


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        (("Martin", "Paul"), ("MARTIN", "paul"), True),
        (("Martin", "Jean-Paul"), ("Martin", "Jean"), True),
        (("Martin", "Paul"), ("Martin", "Jeanne"), False),
        (("Martin", "Paul"), ("Dupont", "Paul"), False),
        (("Martin", ""), ("Martin", ""), False),
        (("", ""), ("", ""), True),
        (("Martin", "Paul"), ("", ""), False),
        (("Œuvrard", "Zoë"), ("OEUVRARD", "zoe"), True),
    ],
)
def test_names_agree_when_a_surname_and_a_first_name_do(
    one: tuple[str, str],
    other: tuple[str, str],
    agree: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    assert names_agree(_data(one), _data(other)) is agree
