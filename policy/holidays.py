"""Public holidays by place, and the days on which nobody works: what moves the end of a period that a law counts."""

from collections.abc import Mapping
from datetime import date, timedelta

from policy.dates import Holiday
from policy.edition import Edition

_SATURDAY = 5


def holidays(edition: Edition, year: int, code: str) -> Mapping[date, Holiday]:
    """Return the holidays of a year at ``code``, a department or a commune (INSEE); elsewhere the national ones."""
    here = [one for one in edition.holidays.values() if not one.codes or code.startswith(one.codes)]
    # Ascension may fall on the first or the eighth of May: one holiday, by the name that the pack tells first.
    return {_day(one, year): one for one in reversed(here)}


def is_working_day(edition: Edition, day: date, code: str) -> bool:
    """Say whether a day is neither Saturday, nor Sunday, nor a holiday there."""
    return day.weekday() < _SATURDAY and day not in holidays(edition, day.year, code)


def end_of_period(edition: Edition, day: date, code: str) -> date:
    """Put off the last day of a period to the next working day (Regulation 1182/71, art. 3(4)); not for hours."""
    while not is_working_day(edition, day, code):
        day += timedelta(days=1)
    return day


def easter(year: int) -> date:
    """Return Easter Sunday by the Gregorian computus (the anonymous algorithm of 1876)."""
    golden = year % 19
    century, rest = divmod(year, 100)
    leap, more = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap - correction + 15) % 30
    quarter, left = divmod(rest, 4)
    weekday = (32 + 2 * more + 2 * quarter - epact - left) % 7
    shift = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


def _day(holiday: Holiday, year: int) -> date:
    return date(year, holiday.month, holiday.day) if holiday.month else easter(year) + timedelta(days=holiday.easter)
