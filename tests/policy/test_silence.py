"""The silence period: by the clocks of where people vote."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.load import load
from policy.silence import Round, is_place, places_of, silence, silences
from tests.policy.spoiling import told_of

TODAY = date(2026, 11, 21)
EDITION = load("france", TODAY)
TWO_ROUNDS = [Round(on=date(2026, 3, day), type="municipal") for day in (15, 22)]


def test_silence_holds_from_the_eve_at_midnight_until_polls_close_and_not_a_moment_longer() -> None:
    begins, ends = datetime(2026, 3, 20, 23, tzinfo=UTC), datetime(2026, 3, 22, 19, tzinfo=UTC)
    instant = timedelta(microseconds=1)
    holds: Callable[[datetime], bool] = lambda at: silence(EDITION, TWO_ROUNDS, ["75"], at) is not None  # noqa: E731
    assert [holds(begins - instant), holds(begins), holds(ends - instant), holds(ends)] == [False, True, True, False]


def test_between_two_rounds_people_may_be_written_to() -> None:
    assert silence(EDITION, TWO_ROUNDS, ["75"], datetime(2026, 3, 18, 12, tzinfo=UTC)) is None


def test_it_tells_of_the_round_and_of_its_end() -> None:
    found = silence(EDITION, TWO_ROUNDS, ["75"], datetime(2026, 3, 14, 12, tzinfo=UTC))
    assert found is not None
    assert (found.round, found.ends) == (date(2026, 3, 15), datetime(2026, 3, 15, 19, tzinfo=UTC))


def test_an_election_without_a_round_is_never_silent() -> None:
    assert silences(EDITION, [], ["75"]) == []


def test_a_commune_is_in_a_place_and_a_word_in_none() -> None:
    assert [is_place(EDITION, code) for code in ("75056", "abroad", "abroad_3", "nowhere")] == [True, True, True, False]


def test_no_place_at_all_is_every_place() -> None:
    assert {place.id for place in places_of(EDITION, [])} == set(EDITION.places)


def test_every_department_is_in_one_place_and_only_one() -> None:
    codes = [code for place in EDITION.places.values() for code in place.codes]
    assert len(codes) == len(set(codes)) == 96 + 11
    assert [code for code in codes if len(places_of(EDITION, [f"{code}999"])) != 1] == []


def test_a_constituency_abroad_is_not_taken_for_another_with_the_same_first_digit() -> None:
    assert [place.id for place in places_of(EDITION, ["abroad_1"])] == ["abroad_1"]
    assert [place.id for place in places_of(EDITION, ["abroad_11"])] == ["abroad_11"]


@given(day=st.dates(date(2019, 1, 1), date(2100, 1, 1)), code=st.sampled_from(sorted(EDITION.places)))
def test_wherever_and_whenever_people_vote_silence_lasts_a_day_and_twenty_hours_at_least(day: date, code: str) -> None:
    [found] = silences(EDITION, [Round(on=day, type="municipal")], [code])
    assert timedelta(hours=43) <= found.ends - found.begins <= timedelta(hours=80)
    [everywhere] = silences(EDITION, [Round(on=day, type="municipal")], [])
    assert everywhere.begins <= found.begins
    assert found.ends <= everywhere.ends


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"Europe/Paris"', '"Europe/Lutece"', "metropole.zones: no such clock: Europe/Lutece"),
        ('"Europe/Paris"', '"../Paris"', "metropole.zones: no such clock"),
        ('zones = ["Europe/Paris"]', "zones = []", "metropole.closes: a place has a clock"),
        ("closes = 20", "closes = 24", "metropole.closes: a place has a clock, and an hour of the day"),
        ('saturday = ["presidential"', 'saturday = ["royal"', "guadeloupe.saturday: unknown id 'royal'"),
    ],
)
def test_a_place_that_cannot_be_is_named(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert told in told_of(tmp_path, TODAY, "places.toml", old, new)
