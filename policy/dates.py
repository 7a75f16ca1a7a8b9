"""What a pack says of days: the places where people vote with their clocks, holidays, and legal reminders."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from policy.pack import Table

_HOURS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place where people vote: the codes its communes begin with, its clocks, and when it votes."""

    id: str
    label_fr: str
    label_en: str
    sources: tuple[str, ...]
    codes: tuple[str, ...]
    zones: tuple[str, ...]
    closes: int
    """The latest local hour at which polls close."""
    saturday: tuple[str, ...]
    """The types of election for which it votes on the eve of the others."""


def place(table: Table) -> Place:
    """Read a place; a clock that this machine does not know is seen now, not on the eve of a poll."""
    zones = table.listed("zones")
    for zone in zones:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError):
            table.fail("zones", f"no such clock: {zone}")
    closes = table.number("closes")
    if not zones or closes >= _HOURS:
        table.fail("closes", "a place has a clock, and an hour of the day")
    return Place(
        id=table.name,
        label_fr=table.words("label_fr"),
        label_en=table.words("label_en"),
        sources=table.listed("sources"),
        codes=table.listed("codes"),
        zones=zones,
        closes=closes,
        saturday=table.listed("saturday"),
    )
