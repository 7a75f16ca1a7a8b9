"""The calendar of a ballot: laws that hold whatever its days."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from policy.calendar import Ballot, calendar, is_researched
from policy.load import load
from tests.policy.spoiling import told_of

TODAY = date(2026, 11, 21)
EDITION = load("france", TODAY)
PARIS = Ballot(
    type="municipal",
    first_round=date(2026, 3, 15),
    second_round=date(2026, 3, 22),
    annulled=False,
    places=("75",),
    controller="candidate",
)


@settings(max_examples=40)
@example(first=date(2026, 3, 15), later=2)
@given(first=st.dates(date(2019, 1, 1), date(2099, 1, 1)), later=st.integers(0, 30))
def test_the_account_is_due_on_a_friday_and_the_campaign_opens_on_a_monday(first: date, later: int) -> None:
    second = first + timedelta(days=later) if later else None
    ballot = replace(PARIS, first_round=first, second_round=second)
    found = {one.id: one for one in calendar(EDITION, ballot)}
    account, campaign, paid = found["account"], found["official_campaign"], found["paid_advertising"]
    assert (account.on.weekday(), campaign.on.weekday(), paid.on.day) == (4, 0, 1)
    assert timedelta(weeks=9) < account.on - first <= timedelta(weeks=10)
    assert timedelta(weeks=1) < first - campaign.on <= timedelta(weeks=2)
    assert (first.year - paid.on.year) * 12 + first.month - paid.on.month == 6
    assert found["roll_destruction"].on == (second or first)
    assert all(one.on <= one.until for one in found.values())
    assert len(found) == len(calendar(EDITION, ballot))


def test_every_date_but_a_round_names_its_articles() -> None:
    assert [one.id for one in calendar(EDITION, PARIS) if not one.articles] == ["first_round", "second_round"]


def test_dates_come_in_order() -> None:
    found = [one.on for one in calendar(EDITION, PARIS)]
    assert found == sorted(found)


def test_only_a_type_whose_rules_are_known_is_told_as_complete() -> None:
    told = [is_researched(EDITION, replace(PARIS, type=kind)) for kind in ("municipal", "presidential", None)]
    assert told == [True, False, False]


def test_without_a_place_there_are_the_national_holidays_and_the_silence_of_everywhere() -> None:
    found = {one.id: one for one in calendar(EDITION, replace(PARIS, places=()))}
    assert "easter_monday.2026" in found
    assert "good_friday.2026" not in found
    begins, ends = found["silence"].begins, found["silence"].ends
    assert begins is not None
    assert ends is not None
    assert ends - begins > timedelta(days=2)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('anchor = "month"', 'anchor = "moon"', "paid_advertising.begins.anchor: not one of first_round"),
        ("nth_before = 2", "days_before = 2", "official_campaign.begins.weekday: a weekday and which of them"),
        ("months_before = 6 }", "years_before = 6 }", "paid_advertising.begins.years_before: unknown key"),
        ('"municipal", ', '"royal", ', "paid_advertising.types: unknown id 'royal'"),
        ('controllers = ["party"]', 'controllers = ["king"]', "donor_list.controllers: unknown id 'king'"),
        ('retention = "turnout"', 'retention = "ever"', "turnout_destruction.retention: unknown id 'ever'"),
        ("[account]", "[accounts]", "calendar.toml: account: unknown id 'account'"),
    ],
)
def test_a_reminder_that_cannot_be_reckoned_is_named(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert told in told_of(tmp_path, TODAY, "calendar.toml", old, new)
