"""Tell whether a file writes the day or the month first, from the dates in it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from files.profiles import Profile, fold
from files.reading import Table

_SAMPLE = 5_000
_LAST_MONTH = 12
_DATE = re.compile(r"'?\s*(\d{1,2})[/.\-](\d{1,2})[/.\-]\d{2,4}\b")


def with_detected_dates(profile: Profile, table: Table, mapping: Mapping[str, str]) -> Profile:
    """Return the profile with the order the file's own dates show; where they show none, the profile's stays.

    A tool set up in France exports the day first whatever its maker's habit. A first part above twelve is a day.
    """
    born = {name for alias in profile.columns.get("birth_date", ()) for name in alias}
    born |= {fold(column) for column, meaning in mapping.items() if meaning == "birth_date"}
    places = [place for place, name in enumerate(table.header) if fold(name) in born]
    rows = islice(table.rows(lambda _number, _rule: None), _SAMPLE) if places else ()
    first, second = _over_twelve(values[place] for _, values in rows for place in places)
    if first == second:
        return profile
    return replace(profile, dates="day_first" if first else "month_first")


def _over_twelve(cells: Iterable[str]) -> tuple[bool, bool]:
    """Tell whether a first part and whether a second part is above twelve anywhere."""
    parts: Sequence[tuple[int, int]] = [
        (int(found[1]), int(found[2])) for cell in cells if (found := _DATE.match(cell)) is not None
    ]
    return any(one > _LAST_MONTH for one, _ in parts), any(two > _LAST_MONTH for _, two in parts)
