"""The legal clock: laws that hold on every day, the alerts, and the day of receipt where people are."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.holidays import is_working_day
from policy.load import load
from policy.request_clock import Alert, Course, alert, day_at, due_on, extension_of, first_due_on, may_extend, resumed

EDITION = load("france", date(2026, 11, 21))
DAYS = st.dates(date(2019, 1, 1), date(2049, 12, 31))
PLACES = st.lists(st.sampled_from(["75056", "67482", "97302", "97411", "98735", "2A004", ""]), max_size=3).map(tuple)


@settings(max_examples=150)
@given(DAYS, st.sampled_from(sorted(EDITION.requests)), PLACES, st.sampled_from(("once", "extended")))
def test_a_period_ends_on_a_working_day_no_sooner_than_a_month_and_little_later(
    day: date, kind: str, places: tuple[str, ...], how: str
) -> None:
    extended = how == "extended"
    course = Course(kind=kind, received_on=day, places=places, extended=extended)
    due, first = due_on(EDITION, course), first_due_on(EDITION, course)
    assert due is not None
    assert first <= due
    assert timedelta(days=28) <= first - day <= timedelta(days=31 + 5)
    assert any(is_working_day(EDITION, due, code) for code in places or ("",))
    assert due <= first_due_on(EDITION, Course(kind=kind, received_on=due))
    if extended and extension_of(EDITION.requests[kind], minor=False):
        assert due - day <= timedelta(days=92 + 5)


@settings(max_examples=100)
@given(DAYS, st.integers(0, 40), st.integers(0, 60))
def test_a_doubt_adds_its_own_days_and_never_shortens(day: date, after: int, long: int) -> None:
    course = Course(kind="access", received_on=day, paused_on=day + timedelta(days=after))
    assert due_on(EDITION, course) is None
    assert not may_extend(EDITION, course, day)
    back = resumed(course, day + timedelta(days=after + long))
    plain, due = due_on(EDITION, Course(kind="access", received_on=day)), due_on(EDITION, back)
    assert plain is not None
    assert due is not None
    assert long - 5 <= (due - plain).days <= long + 5
    assert resumed(back, day + timedelta(days=90)) == back
    assert resumed(course, day - timedelta(days=1)).paused_days == 0


@settings(max_examples=100)
@given(DAYS, DAYS)
def test_a_later_receipt_is_never_due_sooner(one: date, other: date) -> None:
    first, last = (first_due_on(EDITION, Course(kind="erasure", received_on=day)) for day in sorted((one, other)))
    assert first <= last


@pytest.mark.parametrize(
    ("today", "said"),
    [
        ("2026-03-10", None),
        ("2026-03-24", None),
        ("2026-03-25", Alert.HALF_TIME),
        ("2026-04-02", Alert.HALF_TIME),
        ("2026-04-03", Alert.SEVEN_DAYS),
        ("2026-04-08", Alert.TWO_DAYS),
        ("2026-04-10", Alert.TWO_DAYS),
        ("2026-04-11", Alert.OVERDUE),
        ("2027-04-11", Alert.OVERDUE),
    ],
)
def test_what_waits_is_told_at_half_time_seven_days_two_days_and_overdue(today: str, said: Alert | None) -> None:
    course = Course(kind="access", received_on=date(2026, 3, 10))
    assert alert(course, due_on(EDITION, course), date.fromisoformat(today)) is said
    assert alert(course, None, date.fromisoformat(today)) is None


@pytest.mark.parametrize(
    ("at", "places", "day"),
    [
        (datetime(2026, 3, 10, 22, 59, tzinfo=UTC), (), date(2026, 3, 10)),
        (datetime(2026, 3, 10, 23, 1, tzinfo=UTC), (), date(2026, 3, 11)),
        (datetime(2026, 3, 10, 23, 1, tzinfo=UTC), ("nowhere",), date(2026, 3, 11)),
        (datetime(2026, 3, 11, 3, 0, tzinfo=UTC), ("97209",), date(2026, 3, 10)),
        (datetime(2026, 3, 10, 21, 0, tzinfo=UTC), ("97411",), date(2026, 3, 11)),
        (datetime(2026, 3, 10, 21, 0, tzinfo=UTC), ("97411", "75056"), date(2026, 3, 10)),
    ],
)
def test_a_request_is_received_on_the_day_it_is_where_the_campaign_works(
    at: datetime, places: tuple[str, ...], day: date
) -> None:
    assert day_at(EDITION, places, at) == day
