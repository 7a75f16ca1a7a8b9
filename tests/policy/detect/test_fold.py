"""Folding: one byte a character whatever the script, and the disguises it sees through."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.detect.fold import fold, plain_of_leet, spaced_letters

READABLE = st.text(st.characters(exclude_categories=["Cs"]))


@given(READABLE)
def test_each_character_is_one_byte_so_offsets_stay(text: str) -> None:
    assert len(fold(text)) == len(text) + 2


@given(READABLE)
def test_the_case_of_plain_letters_never_matters(text: str) -> None:
    plain = "".join(character for character in text if character.isascii())

    assert fold(plain.upper()) == fold(plain.lower())


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x17F)), st.sampled_from(["Ж", "漢", "😀"]))
def test_a_foreign_character_does_not_change_how_the_others_fold(text: str, foreign: str) -> None:
    assert fold(text + foreign)[:-2] == fold(text)[:-1]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Éléonore", b" eleonore "),
        ("l’été", b" l ete "),
        ("a_b-c.d", b" a b c d "),
        ("cœur", b" c\x01ur "),
        ("\u043cusulm\u0430n", b" musulman "),
        ("\u0391\u0392", b" ab "),
    ],
)
def test_accents_case_signs_and_homoglyphs_fold(text: str, folded: bytes) -> None:
    assert fold(text) == folded


def test_a_lone_surrogate_is_no_text() -> None:
    with pytest.raises(UnicodeEncodeError):
        fold("a\ud800")


def test_digits_in_words_are_read_as_letters_and_the_rest_is_left_alone() -> None:
    assert plain_of_leet("r3b3u") == b" rebeu "
    assert plain_of_leet("prot€st@nt") == b" protestant "
    assert plain_of_leet("12 rue Haute, 3 places") is None


def test_spaced_letters_are_joined_where_they_stand() -> None:
    assert spaced_letters(b" la c g t ici ") == [(4, 9, b" cgt ")]
