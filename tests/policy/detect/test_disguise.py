"""Disguises: what nobody sees goes, what is spaced or repeated comes together, and every place stays findable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.detect import detect
from policy.detect.disguise import Plain, plain_of, spaced_letters, squeezed

SIGNS = {"🤰": "enceinte"}


@pytest.mark.parametrize("text", ["plain", "déjà là", "l’œuvre", "日本"])
def test_a_text_without_a_disguise_stays_itself(text: str) -> None:
    assert plain_of(text, SIGNS) == Plain(text)


@pytest.mark.parametrize("unseen", ["\u00ad", "\u0301", "\u200d", "\u202e", "\ufeff"])
def test_what_nobody_sees_goes_and_the_places_stay(unseen: str) -> None:
    plain = plain_of(f"mu{unseen}sul{unseen}man", SIGNS)

    assert plain.text == "musulman"
    assert plain.span(0, 8) == (0, 10)


def test_a_sign_becomes_its_words_and_a_hit_on_them_covers_the_sign() -> None:
    plain = plain_of("a 🤰 b", SIGNS)

    assert plain.text == "a  enceinte  b"
    assert plain.span(3, 11) == (2, 3)


def test_spaced_letters_are_joined_where_they_stand() -> None:
    assert spaced_letters(b" la c g t ici ") == [(4, 9, b" cgt ")]


@given(st.text("ab ", max_size=40))
def test_squeezing_keeps_a_place_for_each_byte_and_one_behind(text: str) -> None:
    folded = text.encode()
    for letters in (1, 2):
        short, places = squeezed(folded, letters)
        assert len(places) == len(short) + 1
        assert all(folded[place] == byte for place, byte in zip(places, short, strict=False))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("elle est juuuuive", "juuuuive"),
        ("elle est dépre\u0301ssive", "dépre\u0301ssive"),
        ("mu\u200bsulmane pratiquante", "mu\u200bsulmane"),
        ("Voisine 🤰 au 3e", "🤰"),
        ("la voisine 🧕", "🧕"),
        ("une musssulmane", "musssulmane"),
        ("elle est j.u.i.v.e", "j.u.i.v.e"),
        ("Sportive, l3sb1enne", "l3sb1enne"),
    ],
)
def test_a_hit_points_at_the_disguise_as_written(text: str, words: str) -> None:
    answer = detect("note", text)

    assert answer.decision == "block"
    assert text[answer.hits[0].start : answer.hits[0].end] == words
