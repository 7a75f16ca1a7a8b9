from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from policy.load import load
from policy.silence import Round, local, place_of, silences

FRANCE = load("france", date(2026, 11, 21))
CLOCKS = {
    "metropole": "Europe/Paris",
    "antilles": "America/Guadeloupe",
    "guyane": "America/Cayenne",
    "miquelon": "America/Miquelon",
    "reunion": "Indian/Reunion",
    "mayotte": "Indian/Mayotte",
    "polynesia": "Pacific/Tahiti",
    "wallis": "Pacific/Wallis",
    "caledonia": "Pacific/Noumea",
}


def told(codes: list[str], day: date, kind: str = "municipal") -> list[tuple[str, str]]:
    found = silences(FRANCE, [Round(day, kind)], codes)
    return [(f"{one.begins:%m-%d %H:%M}", f"{one.ends:%m-%d %H:%M}") for one in found]


@pytest.mark.parametrize(
    ("codes", "day", "kind", "expected"),
    [
        (["75056"], date(2027, 3, 14), "municipal", [("03-12 23:00", "03-14 19:00")]),
        ([], date(2027, 3, 14), "municipal", [("03-12 23:00", "03-14 19:00")]),
        # The clocks go forward in the night of the ballot: the eve is in winter, the closing in summer.
        (["2A004"], date(2027, 3, 28), "municipal", [("03-26 23:00", "03-28 18:00")]),
        # And back: the eve is in summer.
        (["75056"], date(2027, 10, 31), "municipal", [("10-29 22:00", "10-31 19:00")]),
        # A ballot on the first of a month, and of a year: the eve is in the one before.
        (["75056"], date(2026, 11, 1), "municipal", [("10-30 23:00", "11-01 19:00")]),
        (["75056"], date(2023, 1, 1), "municipal", [("12-30 23:00", "01-01 19:00")]),
        (["97105"], date(2027, 6, 13), "municipal", [("06-12 04:00", "06-14 00:00")]),
        (["97105"], date(2027, 6, 13), "legislative", [("06-11 04:00", "06-13 00:00")]),
        (["97411"], date(2027, 6, 13), "legislative", [("06-11 20:00", "06-13 16:00")]),
        (["98818"], date(2027, 6, 13), "legislative", [("06-11 13:00", "06-13 09:00")]),
        (["98735"], date(2027, 6, 13), "legislative", [("06-11 10:00", "06-13 06:00")]),
        (["97502"], date(2027, 6, 13), "legislative", [("06-11 02:00", "06-12 22:00")]),
        (["99109"], date(2027, 6, 13), "legislative", [("06-10 10:00", "06-14 08:00")]),
        (
            ["75056", "97411"],
            date(2027, 6, 13),
            "legislative",
            [("06-11 20:00", "06-13 16:00"), ("06-11 22:00", "06-13 18:00")],
        ),
    ],
)
def test_the_silence_is_told_by_the_clock_of_the_place(
    codes: list[str], day: date, kind: str, expected: list[tuple[str, str]]
) -> None:
    assert told(codes, day, kind) == expected


def test_our_clocks_agree_with_the_worlds_tables_hour_by_hour() -> None:
    begins = datetime(2026, 1, 1, tzinfo=UTC)
    for name, zone in CLOCKS.items():
        place = FRANCE.places[name]
        for hours in range(0, 2 * 365 * 24, 7):
            at = begins + timedelta(hours=hours)
            assert local(place, at) == at.astimezone(ZoneInfo(zone)).replace(tzinfo=None), (name, at)


def test_the_hour_of_the_change_itself() -> None:
    for name in ("metropole", "miquelon"):
        place = FRANCE.places[name]
        for day in (date(2027, 3, 14), date(2027, 3, 28), date(2027, 10, 31), date(2027, 11, 7)):
            for minutes in range(0, 24 * 60, 30):
                at = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minutes)
                assert local(place, at) == at.astimezone(ZoneInfo(CLOCKS[name])).replace(tzinfo=None), (name, at)


def test_a_code_that_no_place_names_is_on_the_mainland() -> None:
    assert place_of(FRANCE, "13055").id == "metropole"
    assert place_of(FRANCE, "97801").id == "antilles"
