"""What CNIL deliberation 2022-100 asks of a password, case by case."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.staff.passwords import LONGEST, Weakness, weaknesses

KNOWN = ("Ève Tamié-Dupont", "marie.curie@example.org", "Municipales 2027", "Parti d'essai")

GOOD = [
    ("kT4!x9Qz#mB2", "twelve signs of four kinds"),
    ("kT4x9QzmB2Lp7w", "fourteen signs of three kinds"),
    ("tulipe wagon caramel orage violon cactus lundi", "a phrase of seven words"),
    ("Tulipe, wagon, caramel : orage ; violon ! Cactus lundi.", "a phrase with its signs"),
    ("tulipe-wagon-caramel-orage-violon-cactus-lundi", "a phrase joined by hyphens"),
    ("tulipe wagon soleil caramel orage violon cactus lundi", "a common word in a phrase that has seven others"),
    ("épée4!x9Qz#mB2", "letters with accents count as signs of the fourth kind"),
]
BAD = [
    ("", Weakness.TOO_SHORT),
    ("kT4!x9Qz#mB", Weakness.TOO_SHORT),
    ("kT4x9QzmB2Lp7", Weakness.TOO_SHORT),
    ("kqzxwvjhgfdsmpytrbnlkq", Weakness.TOO_SHORT),
    ("kqzxwvjhgfds482910", Weakness.TOO_SHORT),
    ("tulipe wagon caramel orage violon cactus", Weakness.TOO_SHORT),
    ("tulipe tulipe tulipe tulipe tulipe tulipe tulipe", Weakness.TOO_SHORT),
    ("le la les un une des du de et ou", Weakness.TOO_SHORT),
    ("tulipe wagon caramel orage violon tamie dupont", Weakness.TOO_SHORT),
    ("Aa1!aaaaaaaaaaaa", Weakness.TOO_SHORT),
    ("Aa1!234567890", Weakness.TOO_SHORT),
    ("Ab1!Ab1!Ab1!", Weakness.TOO_SHORT),
    ("Azerty!x9Qz#mB2", Weakness.COMMON),
    ("M0tDeP4sse!x9Qz#", Weakness.COMMON),
    ("Dupont!x9Qz#mB2", Weakness.TELLS_OF_YOU),
    ("Dup0nt!x9Qz#mB2", Weakness.TELLS_OF_YOU),
    ("Curie4!x9Qz#mB2k", Weakness.TELLS_OF_YOU),
    ("2027#kT4!x9QzmB", Weakness.TELLS_OF_YOU),
    ("k" * (LONGEST + 1), Weakness.TOO_LONG),
]


@pytest.mark.parametrize(("password", "why"), GOOD, ids=[why for _, why in GOOD])
def test_a_good_password_passes(password: str, why: str) -> None:
    assert weaknesses(password, known=KNOWN) == (), why


@pytest.mark.parametrize(("password", "weakness"), BAD)
def test_a_weak_password_is_refused_for_its_weakness(password: str, weakness: Weakness) -> None:
    assert weakness in weaknesses(password, known=KNOWN)


def test_a_name_of_three_letters_is_no_reason_to_refuse() -> None:
    assert weaknesses("kT4!x9Qz#Eve", known=["Eve"]) == ()


@given(st.text(max_size=200))
def test_whatever_is_asked_there_is_an_answer(password: str) -> None:
    found = weaknesses(password, known=KNOWN)
    assert found or len(password) >= 12


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", max_size=LONGEST))
def test_one_word_of_small_letters_is_never_enough(password: str) -> None:
    assert Weakness.TOO_SHORT in weaknesses(password)
