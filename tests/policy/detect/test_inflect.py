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


@pytest.mark.parametrize(
    ("word", "slip"),
    [
        ("syndicaliste", "sindicaliste"),
        ("catholique", "catolique"),
        ("catholique", "catholik"),
        ("musulman", "mussulman"),
        ("musulmane", "musumlane"),
        ("asthmatique", "astmatique"),
        ("homosexuel", "omosexuel"),
    ],
)
def test_a_long_word_is_misspelt_by_ear_or_by_one_letter(word: str, slip: str) -> None:
    assert slip.encode() in set(slips(word.encode()))


@pytest.mark.parametrize("word", [b"noir", b"franc macon"])
def test_a_short_word_or_a_phrase_has_no_slips(word: bytes) -> None:
    assert not list(slips(word))
