"""Birth dates known in part, and the ages the law asks about."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.birth import birthday, certainly_under, reaches, read_birth

TODAY = date(2026, 11, 21)
DAYS = st.dates(min_value=date(1900, 1, 1), max_value=TODAY)


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("1980-05-01", date(1980, 5, 1), date(1980, 5, 1)),
        ("1953-00-00", date(1953, 1, 1), date(1953, 12, 31)),
        ("1953-02-00", date(1953, 2, 1), date(1953, 2, 28)),
        ("1952-12-00", date(1952, 12, 1), date(1952, 12, 31)),
    ],
)
def test_what_is_not_known_of_a_birth_date_leaves_room(text: str, earliest: date, latest: date) -> None:
    assert read_birth(text, TODAY) == (earliest, latest)


@pytest.mark.parametrize(
    "text",
    """01/05/1980 1980-5-1 1980-13-01 1980-02-30 1980-00-12 2026-11-22 1895-01-01 0000-00-00
    \uff11980-05-01""".split(),
)
def test_a_text_that_is_no_birth_date_is_none(text: str) -> None:
    assert read_birth(text, TODAY) is None


def test_who_was_born_on_a_leap_day_waits_for_the_first_of_march() -> None:
    assert birthday(date(2012, 2, 29), 15) == date(2027, 3, 1)
    assert birthday(date(2012, 2, 29), 16) == date(2028, 2, 29)


@given(born=DAYS, age=st.integers(1, 40))
def test_somebody_is_under_an_age_until_the_day_it_is_reached(born: date, age: int) -> None:
    day = birthday(born, age)
    assert certainly_under(age, (born, born), day - timedelta(days=1))
    assert not certainly_under(age, (born, born), day)
    assert reaches(age, (born, born), day - timedelta(days=1)) == day
    assert reaches(age, (born, born), day) is None


@given(year=st.integers(2005, 2026))
def test_a_year_alone_never_makes_a_minor_of_somebody_who_may_be_of_age(year: int) -> None:
    born = read_birth(f"{year}-00-00", TODAY)
    assert born is not None
    assert certainly_under(15, born, TODAY) == (year >= 2012)
