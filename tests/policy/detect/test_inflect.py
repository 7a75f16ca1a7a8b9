"""Forms by rule: genders, plurals, agreement in phrases, and the usual misspellings."""

import pytest

from policy.detect.inflect import forms, slips


@pytest.mark.parametrize(
    ("lemma", "form"),
    [
        ("musulman", b"musulmanes"),
        ("chrétien", b"chretiennes"),
        ("dépressif", b"depressive"),
        ("libre penseur", b"libres penseurs"),
        ("libre penseur", b"libre penseuse"),
        ("syndical", b"syndicaux"),
        ("mulâtre", b"mulatre"),
    ],
)
def test_an_adjective_takes_its_forms(lemma: str, form: bytes) -> None:
    assert form in forms(lemma, "adjective")


def test_a_noun_takes_a_plural_only() -> None:
    assert forms("prison", "noun") == {b"prison", b"prisons"}


def test_a_phrase_may_be_kept_as_it_is() -> None:
    assert forms("sa femme", "none") == {b"sa femme"}


def test_the_ligature_is_a_variant() -> None:
    assert forms("foetus", "none") == {b"foetus", b"f\x01tus"}


def test_long_words_have_slips_and_short_ones_none() -> None:
    assert b"sindicaliste" in set(slips(b"syndicaliste"))
    assert b"cattholique" not in set(slips(b"catholique"))
    assert b"catolique" in set(slips(b"catholique"))
    assert b"pratiquannt" not in set(slips(b"pratiquant"))
    assert b"protesttante" not in set(slips(b"protestante"))
    assert b"mussulman" in set(slips(b"musulman"))
    assert not list(slips(b"noir"))
