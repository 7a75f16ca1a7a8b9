"""When data must go."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.load import load
from policy.retention import add_months, due_on, first_kept

LOG = load("france", date(2026, 11, 22)).retention["log"]


@pytest.mark.parametrize(
    ("day", "months", "due"),
    [
        (date(2026, 3, 5), 1, date(2026, 4, 5)),
        (date(2026, 8, 31), 1, date(2026, 9, 30)),
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 12, 31), 36, date(2029, 12, 31)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
    ],
)
def test_months_end_on_the_same_day_or_on_the_last_of_the_month(day: date, months: int, due: date) -> None:
    assert add_months(day, months) == due


@given(day=st.dates(date(2018, 5, 25), date(2100, 1, 1)), months=st.integers(0, 200))
def test_counting_months_never_skips_a_month(day: date, months: int) -> None:
    due = add_months(day, months)
    assert (due.year - day.year) * 12 + due.month - day.month == months
    assert due.day <= day.day


@given(days=st.integers(0, 60), months=st.integers(0, 36), today=st.dates(date(2020, 1, 1), date(2100, 1, 1)))
def test_what_is_older_than_the_first_day_kept_is_over(days: int, months: int, today: date) -> None:
    row = replace(LOG, days=days, months=months)
    first = first_kept(row, today)
    assert due_on(row, first - timedelta(days=1)) <= today
    assert due_on(row, first + timedelta(days=4)) > today


def test_the_log_of_a_year_ago_is_the_first_kept() -> None:
    assert first_kept(LOG, date(2026, 11, 22)) == date(2025, 11, 22)
