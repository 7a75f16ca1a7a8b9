"""The areas that open data tell of, and no smaller ones: commune, polling station, IRIS."""

import re
from enum import StrEnum

from kernel.errors import Invalid

_COMMUNE = re.compile(r"(?:0[1-9]|[1-9]\d|2[AB])\d{3}", re.ASCII)
_STATION = re.compile(r"[0-9A-Z-]{1,12}", re.ASCII)
_IRIS = re.compile(r"(?:0[1-9]|[1-9]\d|2[AB])\d{7}", re.ASCII)


class Grain(StrEnum):
    """How large an area is."""

    COMMUNE = "commune"
    STATION = "station"
    IRIS = "iris"


def area_of(commune: str = "", station: str = "", iris: str = "") -> str:
    """Write an area: an IRIS, a polling station of a commune, or a commune. Raises Invalid, which names no value."""
    if iris and _IRIS.fullmatch(iris):
        return f"{Grain.IRIS}/{iris}"
    if not iris and _COMMUNE.fullmatch(commune):
        if not station:
            return f"{Grain.COMMUNE}/{commune}"
        if _STATION.fullmatch(station):
            return f"{Grain.STATION}/{commune}_{station.rjust(4, '0')}"
    message = "an area is a commune (INSEE, five characters), one of its polling stations, or an IRIS of nine"
    raise Invalid(message)
