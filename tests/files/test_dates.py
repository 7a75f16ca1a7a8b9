"""The order of day and month is read from the file's own dates."""

from pathlib import Path

import pytest

from files.dates import with_detected_dates
from files.profiles import load_profile
from files.reading import open_table


@pytest.mark.parametrize(
    ("dates", "order"),
    [
        (["03/25/1980", "04/05/1981"], "month_first"),
        (["25/03/1980", "04/05/1981"], "day_first"),
        (["'25.3.80"], "day_first"),
        (["04/05/1981", ""], "month_first"),
        (["25/03/1980", "03/25/1980"], "month_first"),
        (["1980-03-25"], "month_first"),
    ],
    ids=["months", "days", "apostrophe and dots", "nothing shown", "both shown", "iso"],
)
def test_a_part_above_twelve_is_a_day(tmp_path: Path, dates: list[str], order: str) -> None:
    path = tmp_path / "people.csv"
    lines = ["nationbuilder_id,first_name,last_name,born_at,email1,tag_list,primary_zip"]
    path.write_text("\n".join([*lines, *(f"{number},Ana,Petit,{day},,," for number, day in enumerate(dates))]) + "\n")
    assert with_detected_dates(load_profile("nationbuilder"), open_table(path), {}).dates == order
