"""Blind indexes: equals meet, nothing else does, and nothing is made of nothing."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import index
from crypto.campaign_keys import CampaignKey, CampaignKeys
from kernel.errors import Unopenable
from tests.crypto.factories import CAMPAIGN, OTHER_CAMPAIGN, campaign_keys, secret

US = "\x1f"
ROTATING = CampaignKeys(
    CAMPAIGN,
    [
        CampaignKey("index:email", 1, "destroyed", b""),
        CampaignKey("index:email", 2, "retiring", secret("2")),
        CampaignKey("index:email", 3, "active", secret("3")),
        CampaignKey("index:email", 4, "pending", secret("4")),
    ],
)


def by_hand(key: bytes, text: str) -> int:
    return int.from_bytes(hmac.new(key, b"\x01" + text.encode(), hashlib.sha256).digest()[:8], "big", signed=True)


def test_a_value_is_the_first_64_bits_of_hmac_sha_256_over_the_version_and_the_text() -> None:
    assert index.blind(ROTATING, "index:email", ["a@example.fr"], [2]) == [by_hand(secret("2"), "a@example.fr")]


def test_texts_are_hashed_one_after_the_other_under_each_version() -> None:
    expected = [by_hand(secret(version), text) for text in ("a", "b") for version in ("4", "2")]
    assert index.blind(ROTATING, "index:email", ["a", "b"], [4, 2]) == expected


def test_rows_are_written_under_the_active_and_the_pending_key_and_sought_under_all_living() -> None:
    assert index.index_values(ROTATING, "index:email", ["a"]) == [by_hand(secret("3"), "a"), by_hand(secret("4"), "a")]
    assert set(index.probe_values(ROTATING, "index:email", ["a"])) == {by_hand(secret(v), "a") for v in "234"}


def test_a_destroyed_version_hashes_nothing() -> None:
    with pytest.raises(Unopenable):
        index.blind(ROTATING, "index:email", ["a"], [1])


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=20), unique=True, max_size=8))
def test_values_are_signed_64_bit_and_differ_by_text_purpose_and_campaign(texts: list[str]) -> None:
    values = []
    for campaign in (CAMPAIGN, OTHER_CAMPAIGN):
        for purpose in ("index:email", "index:phone"):
            values += index.index_values(campaign_keys(campaign), purpose, texts)
    assert all(-(2**63) <= value < 2**63 for value in values)
    assert len(set(values)) == 4 * len(texts)


def test_a_value_without_a_form_has_no_entry() -> None:
    assert index.email_keys("") == index.phone_keys("") == index.external_keys("") == []
    assert index.name_first_keys(["Dupont"], "") == index.name_first_keys([""], "Marie") == []
    assert index.name_first_keys([], "Marie") == []
    assert index.name_birth_keys(["Dupont"], "", "1953-02-28") == []
    assert index.name_birth_keys(["", "-"], "Marie", "1953-02-28") == []
    assert index.name_birth_keys(["Dupont"], "Marie", "1953-00-00") == []


def test_a_value_with_a_form_has_one_entry() -> None:
    assert index.email_keys("A@Example.fr") == ["a@example.fr"]
    assert index.phone_keys("0690 12 34 56") == ["+590690123456"]
    assert index.external_keys(f"REU{US}12") == [f"reu{US}12"]


def test_a_name_with_its_birth_date_is_found_by_each_whole_surname_and_the_first_name() -> None:
    keys = index.name_birth_keys(["de La Tour", "MARTIN"], "Marie-Hélène, Jeanne", "1953-02-28")
    assert keys == [f"de la tour{US}marie{US}1953-02-28", f"martin{US}marie{US}1953-02-28"]


def test_a_surname_given_twice_is_entered_once() -> None:
    assert index.name_birth_keys(["Martin", "MARTIN"], "Zoé", "1953-02-28") == [f"martin{US}zoe{US}1953-02-28"]
    assert index.name_first_keys(["Martin", "MARTIN"], "Zoé") == [f"martin{US}zoe"]


def test_a_name_is_found_by_every_form_of_surname_and_first_name() -> None:
    assert index.name_first_keys(["de Smith-Jones", "Martin"], "Marie-Hélène") == [
        f"{surname}{US}{first}"
        for surname in ("de smith jones", "smith jones", "smith", "jones", "martin")
        for first in ("marie helene", "marie")
    ]


@pytest.mark.parametrize(
    ("stored", "sought"),
    [
        ((["Smith-Jones"], "Marie"), (["Jones"], "marie")),
        ((["Smith"], "Marie"), (["Smith-Jones"], "Marie")),
        ((["de La Tour d’Auvergne"], "Zoé"), (["LATOUR", "TOUR AUVERGNE"], "ZOE")),
        ((["Le Bœuf"], "Marie-Hélène"), (["BOEUF"], "Marie Hélène")),
        ((["Dupont", "Martin"], "Jean, Paul"), (["Martin"], "Jean-Paul")),
        ((["Saint-Martin"], "Ève"), (["ST MARTIN"], "eve")),
    ],
    ids=["part of a compound", "compound of a part", "particles", "ligature", "usage name", "saint"],
)
def test_a_person_is_found_however_the_name_is_written(
    stored: tuple[list[str], str], sought: tuple[list[str], str]
) -> None:
    assert set(index.name_first_keys(*stored)) & set(index.probe_name_first(*sought))


def test_another_person_is_not_found() -> None:
    stored = set(index.name_first_keys(["Dupont"], "Marie"))
    assert not stored & set(index.probe_name_first(["Dupond"], "Marie"))
    assert not stored & set(index.probe_name_first(["Dupont"], "Maria"))
    assert not stored & set(index.probe_name_first(["Dup"], "Marie"))
