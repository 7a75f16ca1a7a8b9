"""The calendar of a campaign's elections, and the file for calendar programs."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from audit.processing import Processing
from campaigns.ballots import State
from campaigns.calendar import MOST_ELECTIONS, ElectionCalendar, read_calendar, rounds_to_keep_silent
from campaigns.create import NewElection, declare_election
from campaigns.elections import ElectionView, change_election
from campaigns.ics import fold, icalendar
from kernel.errors import Invalid, NotFound
from kernel.identity import CampaignId
from policy.calendar import Date
from policy.silence import Round
from tests.campaigns.icalendar_reader import read_icalendar
from tests.factories import NOW, World, opened_world

MARCH = NewElection(
    title="Municipales",
    type="municipal",
    first_round=date(2027, 3, 14),
    second_round=date(2027, 3, 21),
    places=["67482", "67", "67482"],
)
CAMPAIGN = CampaignId(uuid4())
AT = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


@pytest.fixture
def processing(world: World) -> Iterator[Processing]:
    with world.register.open(world.actor, "administration") as one:
        yield one


def test_a_calendar_follows_its_election_from_state_to_state(processing: Processing) -> None:
    known = len(rounds_to_keep_silent(processing)())
    election = declare_election(processing, replace(MARCH, first_round=date(2026, 11, 1), second_round=NOW.date()))
    [calendar] = read_calendar(processing, election)
    assert (calendar.election.places, calendar.researched) == (("67", "67482"), True)
    found = {one.id: one for one in calendar.dates}
    assert {"silence.2", "account", "saint_stephen.2026", "second_round"} <= set(found)
    change_election(processing, election, State.ROUND_1, date(2026, 11, 1))
    assert change_election(processing, election, State.DECIDED, NOW.date()).places == ("67", "67482")
    [calendar] = read_calendar(processing, election)
    assert "second_round" not in {one.id for one in calendar.dates}
    assert rounds_to_keep_silent(processing)()[-1] == Round(on=date(2026, 11, 1), type="municipal") or known
    change_election(processing, election, State.CONTESTED, NOW.date())
    change_election(processing, election, State.ANNULLED, NOW.date())
    [calendar] = read_calendar(processing, election)
    kinds = {one.id for one in calendar.dates if one.kind == "reminder"}
    assert {"roll_destruction", "account"} <= kinds
    assert "silence" not in kinds
    assert len(rounds_to_keep_silent(processing)()) == known


def test_one_calendar_tells_of_the_latest_elections_only(processing: Processing) -> None:
    days = [date(2030, 3, 3).replace(year=2030 + number) for number in range(MOST_ELECTIONS + 1)]
    for day in days:
        declare_election(processing, replace(MARCH, first_round=day, second_round=None))
    assert [one.election.first_round for one in read_calendar(processing)] == days[1:]


def test_a_place_that_does_not_exist_and_an_election_that_does_not_are_refused(processing: Processing) -> None:
    with pytest.raises(Invalid):
        declare_election(processing, replace(MARCH, places=["75", "20"]))
    with pytest.raises(NotFound):
        read_calendar(processing, uuid4())
    declare_election(processing, MARCH)


def calendar_of(title: str, *dates: Date) -> ElectionCalendar:
    view = ElectionView(uuid4(), title, date(2027, 3, 14), None, "municipal", "called", ())
    return ElectionCalendar(view, researched=True, dates=dates)


def line(label: str = "Échéance", **more: datetime | None) -> Date:
    day = date(2026, 12, 31)
    told = {"label_fr": label, "label_en": "Reminder", "advice_fr": "Faites-le, vite ; oui.", "advice_en": "Do it."}
    return Date(kind="reminder", id="account", on=day, until=day, articles=("art. 1",), **told, **more)  # type: ignore[arg-type]


def test_whole_days_end_on_the_day_after_and_hours_are_told_in_universal_time() -> None:
    eve, close = datetime(2027, 3, 12, 23, tzinfo=UTC), datetime(2027, 3, 14, 19, tzinfo=UTC)
    days, hours = line(), replace(line(begins=eve, ends=close), id="silence")
    one = calendar_of("Municipales", days, hours)
    told = read_icalendar(icalendar(CAMPAIGN, [one], AT, "fr").encode())
    assert [(event["DTSTART"], event["DTEND"]) for event in told] == [
        ("20261231", "20270101"),
        ("20270312T230000Z", "20270314T190000Z"),
    ]
    assert {event["DTSTAMP"] for event in told} == {"20261122T083000Z"}
    assert told[0]["UID"] == f"{one.election.id}.account@{CAMPAIGN}"
    assert told[0]["DESCRIPTION"] == "Faites-le, vite ; oui. [art. 1]"
    [english] = read_icalendar(icalendar(CAMPAIGN, [calendar_of("Vote", days)], AT, "en").encode())
    assert (english["SUMMARY"], english["DESCRIPTION"]) == ("Reminder (Vote)", "Do it. [art. 1]")


def test_a_round_has_no_description_and_a_holiday_no_title() -> None:
    bare = replace(line(), articles=(), advice_fr="")
    holiday = replace(line("Noël"), kind="holiday", id="christmas", advice_fr="")
    told = read_icalendar(icalendar(CAMPAIGN, [calendar_of("Vote", bare, holiday)], AT, "fr").encode())
    assert [(event["SUMMARY"], event.get("DESCRIPTION")) for event in told] == [
        ("Échéance (Vote)", None),
        ("Noël", "[art. 1]"),
    ]


def test_a_campaign_without_an_election_has_an_empty_calendar() -> None:
    assert read_icalendar(icalendar(CAMPAIGN, [], AT, "fr").encode()) == []


@settings(max_examples=100)
@example(title="a\r\nEND:VCALENDAR\r\nBEGIN:VEVENT; \\n,\\")
@given(title=st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_no_title_breaks_out_of_its_line(title: str) -> None:
    [event] = read_icalendar(icalendar(CAMPAIGN, [calendar_of(title, line())], AT, "fr").encode())
    kept = "".join(sign for sign in title if sign.isprintable() or sign == "\n")
    assert event["SUMMARY"] == f"Échéance ({kept})"


@given(text=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=300))
def test_folding_loses_nothing(text: str) -> None:
    folded = fold(text)
    assert folded.replace("\r\n ", "") == text
    assert all(len(part.encode()) <= 75 for part in folded.split("\r\n"))
