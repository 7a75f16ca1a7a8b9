"""``norm_v1``: one written form, frozen case by case."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import normalise

VECTORS: dict[str, dict[str, Any]] = tomllib.loads((Path(__file__).parent / "vectors" / "norm_v1.toml").read_text())
ONE_FORM: dict[str, Callable[[str], str | None]] = {
    "email": normalise.email,
    "phone": normalise.phone,
    "birth_date": normalise.birth_date,
    "external_id": normalise.external_id,
}
MANY_FORMS: dict[str, Callable[[str], tuple[str, ...]]] = {
    "surname": normalise.surname_forms,
    "first_name": normalise.first_name_forms,
}
WRITTEN = st.text(st.characters(exclude_categories=()), max_size=60)


def cases(kinds: dict[str, Any]) -> list[tuple[str, str, Any]]:
    return [(kind, text, expected) for kind in kinds for text, expected in VECTORS[kind].items()]


def test_every_kind_of_vector_is_tried() -> None:
    assert set(VECTORS) == set(ONE_FORM) | set(MANY_FORMS)


@pytest.mark.parametrize(("kind", "text", "expected"), cases(ONE_FORM))
def test_a_value_has_the_form_on_file(kind: str, text: str, expected: str) -> None:
    assert (ONE_FORM[kind](text) or "") == expected


@pytest.mark.parametrize(("kind", "text", "expected"), cases(MANY_FORMS))
def test_a_name_has_the_forms_on_file(kind: str, text: str, expected: list[str]) -> None:
    assert list(MANY_FORMS[kind](text)) == expected


@pytest.mark.parametrize("kind", sorted(ONE_FORM))
@given(text=WRITTEN)
def test_a_form_is_its_own_form(kind: str, text: str) -> None:
    form = ONE_FORM[kind](text)
    assert form != ""
    assert form is None or ONE_FORM[kind](form) == form


@given(local=st.text(min_size=1, max_size=20), domain=st.text(min_size=1, max_size=20))
def test_an_address_of_any_letters_is_its_own_form_or_none(local: str, domain: str) -> None:
    form = normalise.email(f"{local}@{domain}.fr")
    assert form is None or normalise.email(form) == form


@given(WRITTEN)
def test_a_whole_surname_is_its_own_form(text: str) -> None:
    forms = normalise.surname_forms(text)
    assert all(forms)
    assert not forms or normalise.surname_forms(forms[0]) == forms


@given(WRITTEN)
def test_every_form_can_be_hashed_and_joined(text: str) -> None:
    forms = [*normalise.surname_forms(text), *normalise.first_name_forms(text)]
    forms += [form for form in (normalise.email(text), normalise.phone(text)) if form]
    for form in forms:
        assert form.encode()
        assert normalise.SEPARATOR not in form


@given(st.integers(10**8, 10**9 - 1))
def test_a_french_number_has_one_form_however_it_is_dialled(national: int) -> None:
    ways = [f"0{national}", f"+33{national}", f"0033{national}", f"+33 (0){national}"]
    forms = {normalise.phone(way) for way in ways}
    assert len(forms) == 1
    assert str(forms.pop()).endswith(str(national))
    assert normalise.takes_texts(ways[0]) in {True, False}


def test_text_messages_reach_mobiles_and_ranges_that_are_too_new_to_be_known() -> None:
    mobiles = ("06 12 34 56 78", "0712345678", "0692 12 34 56", "+508 55 12 34", "+44 7400 123456", "+1 202 555 0123")
    others = ("01 42 34 56 78", "0262 20 12 34", "0892123456", "0800123456", "+44 909 879 0000", "12", "", "zoe")
    assert [one for one in mobiles if not normalise.takes_texts(one)] == []
    assert [one for one in others if normalise.takes_texts(one)] == []


@pytest.mark.parametrize(
    ("form", "text"),
    [
        (normalise.email, "a" * 250 + "@a.fr"),
        (normalise.phone, "0612345678" + " " * 31),
        (normalise.surname_forms, "a" * 129),
        (normalise.first_name_forms, "a" * 129),
        (normalise.external_id, "a\x1f" + "1" * 255),
    ],
    ids=["email", "phone", "surname", "first name", "external id"],
)
def test_what_is_too_long_has_no_form(form: Callable[[str], object], text: str) -> None:
    assert not form(text)
    assert form(text.replace("aaa", "a").replace("111", "1").replace(" ", ""))


def test_the_caches_are_bounded() -> None:
    for cached in (normalise.surname_forms, normalise.given_name_forms, normalise.birth_date):
        assert cached.cache_info().maxsize == 32_768
