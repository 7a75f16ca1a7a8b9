"""Folding: one byte a character whatever the script, and the shapes that show a disguise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.detect.fold import Views, fold

READABLE = st.text(st.characters(exclude_categories=["Cs"]))


@given(READABLE)
def test_each_character_is_one_byte_so_offsets_stay(text: str) -> None:
    views = Views(text)

    assert len(fold(text)) == len(views.folded) == len(views.shape) == len(views.unleeted()) == len(text) + 2
    assert views.folded == fold(text)


@given(READABLE)
def test_folding_twice_is_folding_once(text: str) -> None:
    folded = fold(text).replace(b"\x01", b"oe").replace(b"\x02", b" ").decode("ascii")

    assert fold(folded)[1:-1].decode("ascii") == folded


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
        ("\uff4duslim", b" muslim "),
    ],
)
def test_accents_case_signs_and_homoglyphs_fold(text: str, folded: bytes) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize("read", [fold, Views])
def test_a_lone_surrogate_is_no_text(read: type[Views]) -> None:
    with pytest.raises(UnicodeEncodeError):
        read("a\ud800")


@pytest.mark.parametrize(("text", "plain"), [("r3b3u", b" rebeu "), ("prot€st@nt", b" protestant ")])
def test_digits_and_signs_in_words_are_read_as_letters(text: str, plain: bytes) -> None:
    views = Views(text)

    assert views.is_leet
    assert views.unleeted() == plain


def test_plain_figures_are_left_alone() -> None:
    assert not Views("12 rue Haute, 3 places").is_leet


def test_single_letters_in_a_row_show() -> None:
    assert Views("la c g t ici").is_spaced
    assert not Views("il y a là un banc").is_spaced
