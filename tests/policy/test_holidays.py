"""Holidays by place, and the end of a period that they put off."""

from datetime import date, timedelta

import pytest

from policy.holidays import easter, end_of_period, holidays, is_working_day
from policy.load import load

EDITION = load("france", date(2026, 11, 21))
NATIONAL = 11


@pytest.mark.parametrize(
    "day",
    ["2000-04-23", "2008-03-23", "2011-04-24", "2019-04-21", "2024-03-31", "2026-04-05", "2027-03-28", "2038-04-25"],
)
def test_easter_falls_on_its_day(day: str) -> None:
    assert easter(date.fromisoformat(day).year) == date.fromisoformat(day)


def test_easter_is_a_sunday_of_spring_in_every_year() -> None:
    days = [easter(year) for year in range(1900, 2300)]
    assert {day.weekday() for day in days} == {6}
    assert all((3, 22) <= (day.month, day.day) <= (4, 25) for day in days)


@pytest.mark.parametrize(
    ("code", "more"),
    [
        ("75056", set()),
        ("", set()),
        ("abroad", set()),
        ("67482", {"good_friday", "saint_stephen"}),
        ("57463", {"good_friday", "saint_stephen"}),
        ("97105", {"abolition_guadeloupe"}),
        ("97209", {"abolition_martinique"}),
        ("97302", {"abolition_guyane"}),
        ("97411", {"abolition_reunion"}),
        ("97502", set()),
        ("97608", {"abolition_mayotte"}),
        ("97701", {"abolition_saint_barthelemy"}),
        ("97801", {"abolition_guadeloupe", "abolition_saint_martin"}),
        ("98613", {"saint_peter_chanel", "territory_wallis"}),
        ("98735", {"good_friday_polynesia", "gospel_polynesia"}),
        ("98818", {"citizenship_caledonia"}),
    ],
)
def test_a_place_keeps_the_national_holidays_and_its_own(code: str, more: set[str]) -> None:
    found = {one.id for one in holidays(EDITION, 2026, code).values()}
    assert len(found - more) == NATIONAL
    assert {one for one in found if EDITION.holidays[one].codes} == more


def test_two_holidays_on_one_day_are_one() -> None:
    assert [one.id for day, one in holidays(EDITION, 2008, "75").items() if day == date(2008, 5, 1)] == ["labour_day"]
    assert len(holidays(EDITION, 2008, "75")) == NATIONAL - 1


@pytest.mark.parametrize(
    ("day", "code", "end"),
    [
        (date(2026, 4, 2), "75", date(2026, 4, 2)),
        (date(2026, 4, 3), "75", date(2026, 4, 3)),
        (date(2026, 4, 3), "68", date(2026, 4, 7)),
        (date(2026, 5, 1), "75", date(2026, 5, 4)),
        (date(2027, 12, 25), "67", date(2027, 12, 27)),
        (date(2027, 12, 31), "75", date(2027, 12, 31)),
        (date(2028, 1, 1), "75", date(2028, 1, 3)),
        (date(2026, 6, 10), "973", date(2026, 6, 11)),
    ],
)
def test_a_period_that_ends_on_a_day_without_work_ends_on_the_next_with(day: date, code: str, end: date) -> None:
    assert end_of_period(EDITION, day, code) == end
    assert is_working_day(EDITION, end, code)
    assert not any(is_working_day(EDITION, day + timedelta(days=past), code) for past in range((end - day).days))
