"""The wire and the domain name the same fields, and nothing gets lost between them."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from api.requests import fault
from api.translate import MANY, amendment_of, contact_parts, draft_of
from api.wire_contact import Contact, ContactChange, ContactFields, NewContact
from contacts.opening import Disclosed
from contacts.reveal import Revealed
from kernel.identity import PersonId
from policy.draft import Origin
from policy.load import load

EDITION = load("france", date(2026, 11, 21))
ORIGIN = Origin(kind="newsletter", obtained_on=date(2026, 1, 1), number=7)


def test_the_wire_has_every_field_of_the_law_and_no_other() -> None:
    stored = {name for name, found in EDITION.fields.items() if found.code is not None}
    assert set(ContactFields.model_fields) == stored
    assert {name for name in stored if EDITION.fields[name].many} == MANY


words = st.text(st.characters(codec="utf-8", categories=("L", "N", "P")), min_size=1, max_size=20)
contacts = st.fixed_dictionaries(
    {},
    optional={
        "last_name": words,
        "first_names": words,
        "email": st.lists(st.emails().filter(lambda text: text.isascii() and len(text) < 200), min_size=1, max_size=3),
        "note": st.lists(words, min_size=1, max_size=3),
        "address": st.dictionaries(st.sampled_from(["number", "street", "city", "country"]), words, min_size=1),
        "external_id": st.lists(st.fixed_dictionaries({"system": st.just("van"), "id": words}), min_size=1, max_size=2),
        "accessibility_need": st.fixed_dictionaries({"need": st.just("seating"), "event_on": st.just("2027-03-01")}),
    },
)


def revealed(data: tuple[tuple[str, str], ...]) -> Revealed:
    at = datetime(2026, 11, 21, tzinfo=UTC)
    return Revealed(
        person=PersonId(uuid4()),
        category="regular",
        commune=None,
        polling_station=None,
        tags=(),
        flagged=False,
        revision=1,
        due_on=None,
        created_at=at,
        updated_at=at,
        data=tuple(Disclosed(name, value, 7, date(2026, 1, 1), 0) for name, value in data),
        withheld=None,
    )


@given(contacts, st.dictionaries(st.sampled_from(["team", "zone_2"]), words))
def test_what_goes_in_comes_out(fields: dict[str, Any], custom: dict[str, str]) -> None:
    body = {"category": "regular", "origin": 7, "fields": fields, "custom": custom}
    draft = draft_of(NewContact.model_validate_json(orjson.dumps(body)), ORIGIN)
    told = orjson.dumps(contact_parts(revealed(draft.data)))
    Contact.model_validate_json(told)
    assert orjson.loads(told)["fields"] == fields
    assert orjson.loads(told)["custom"] == custom


def test_null_removes_and_absent_keeps() -> None:
    change = ContactChange.model_validate_json(
        b'{"origin": 7, "fields": {"phone": null, "title": "Mme"}, "custom": {"a": null, "b": "x"}}'
    )
    amendment = amendment_of(PersonId(uuid4()), 3, change, ORIGIN)
    assert amendment.removed == {"phone", "custom:a"}
    assert amendment.draft.data == (("title", "Mme"), ("custom:b", "x"))
    assert (amendment.draft.category, amendment.revision) == ("", 3)


@pytest.mark.parametrize(
    "change",
    [
        {"origin": "1"},
        {"origin": True},
        {"unknown": 1},
        {"fields": {"email": []}},
        {"fields": {"email": ["nobody"]}},
        {"fields": {"last_name": "   "}},
        {"fields": {"last_name": "a\x1fb"}},
        {"fields": {"birth_date": "02/04/1953"}},
        {"commune": "Paris"},
        {"polling_station": "ECOLE"},
        {"custom": {"Majuscule": "x"}},
        {"tags": ["avec espace"]},
    ],
    ids=str,
)
def test_a_shape_that_is_not_described_does_not_pass(change: dict[str, Any]) -> None:
    body = {"category": "regular", "origin": 1, "fields": {}, **change}
    with pytest.raises(ValidationError):
        NewContact.model_validate_json(orjson.dumps(body))


def test_a_fault_names_our_own_words_and_hides_the_callers() -> None:
    assert fault("missing", ("fields", "email", 0)).place == "fields.email.0"
    assert fault("extra_forbidden", ("fields", "Marie Dupont")).place == "fields.*"
    assert fault("never_heard_of", ()).text
