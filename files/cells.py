"""Turn the text of a cell into the value of a field: the value, `""` when there is nothing, None when it means nothing.

Parsers of values that repeat (dates, communes, stations) remember the last ones: a roll has thirty thousand birth dates
at most and one commune.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

Parse = Callable[[str], str | None]
ParseColumn = Callable[[Sequence[str]], Sequence[str | None]]

_CONTROLS: Final = dict.fromkeys((*range(9), *range(14, 28), *range(127, 133), *range(134, 160)))
"""Control characters that are not blanks. The separator of external ids, 31, counts as a blank: it is folded away."""
_NOTE_CONTROLS: Final = {**_CONTROLS, 11: None, 12: None, **dict.fromkeys(range(28, 32))}
_DATE: Final = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?: .*)?", re.ASCII)
_ISO_DATE: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ].*)?", re.ASCII)
_COMMUNE: Final = re.compile(r"(?:0[1-9]|[1-9]\d|2[AB])\d{3}", re.ASCII)
_STATION: Final = re.compile(r"[0-9A-Z_-]{1,12}")
_EMAIL: Final = re.compile(r"[^\s@\"(),:;<>\[\]\\]{1,64}@(?:[^\s@.\"(),:;<>\[\]\\]+\.)+[^\s@.\"(),:;<>\[\]\\]{2,63}")
_PHONE: Final = re.compile(r"\+?[0-9\s().\-/]+")
_FIRST_YEAR: Final = 1850
_LAST_YEAR: Final = 2150
_SEXES: Final = {"m": "M", "h": "M", "masculin": "M", "f": "F", "féminin": "F", "feminin": "F"}
_SIGNED: Final = frozenset(
    {
        *("oui", "o", "x", "1", "true", "vrai", "v", "yes", "y", "p", "procuration", "par procuration"),
        *("voté", "vote", "a voté", "votant", "votante", "signé", "signature", "émargé", "émargée"),
    }
)
_UNSIGNED: Final = frozenset(
    {
        *("", "-", "non", "n", "0", "false", "faux", "no", "abs", "abstention", "abstentionniste"),
        *("absent", "absente", "n'a pas voté", "non votant", "non émargé"),
    }
)
_LIST_TYPES: Final = {
    "lp": "LP",
    "liste principale": "LP",
    "liste générale": "LP",
    "lcm": "LCM",
    "liste complémentaire municipale": "LCM",
    "lce": "LCE",
    "liste complémentaire européenne": "LCE",
}


def text(raw: str) -> str:
    """Put words on one line with single blanks between them."""
    # Nearly every cell: of the blanks only the plain one counts as printable.
    if raw.isprintable() and "  " not in raw:
        return raw.strip()
    return " ".join(raw.translate(_CONTROLS).split())


def texts(column: Sequence[str]) -> list[str]:
    """Do to each cell what `text` does."""
    # Asked once for all: the stroke between cells prints and is no blank.
    whole = "|".join(column)
    if whole.isprintable() and "  " not in whole:
        return list(map(str.strip, column))
    return list(map(text, column))


def note(raw: str) -> str:
    """Keep the lines of a note."""
    value = raw.strip()
    return value if value.isprintable() else value.translate(_NOTE_CONTROLS).strip()


@lru_cache(1 << 16)
def day_first(raw: str) -> str | None:
    """Read JJ/MM/AAAA, or ISO; a day, or a day and month, of 00 is unknown and stays so."""
    found = _DATE.fullmatch(raw.strip())
    return _date(found[3], found[2], found[1]) if found else _iso(raw)


@lru_cache(1 << 16)
def month_first(raw: str) -> str | None:
    """Read MM/DD/YYYY, or ISO."""
    found = _DATE.fullmatch(raw.strip())
    return _date(found[3], found[1], found[2]) if found else _iso(raw)


def _iso(raw: str) -> str | None:
    found = _ISO_DATE.fullmatch(raw.strip())
    return _date(found[1], found[2], found[3]) if found else _empty(raw)


def _date(year: str, month: str, day: str) -> str | None:
    y, m, d = int(year), int(month), int(day)
    known_day = m > 0 and 1 <= d <= monthrange(y, m)[1] if _FIRST_YEAR <= y <= _LAST_YEAR and m <= 12 else False  # noqa: PLR2004
    partial = d == 0 and m <= 12 and _FIRST_YEAR <= y <= _LAST_YEAR  # noqa: PLR2004
    return f"{y:04}-{m:02}-{d:02}" if known_day or partial else None


@lru_cache(1 << 12)
def commune(raw: str) -> str | None:
    """Read an INSEE code, or a département and a commune's number in it with a blank between.

    A spreadsheet may have eaten the zero a code began with.
    """
    parts = raw.upper().split()
    code = _joined(*parts) if len(parts) == 2 else "".join(parts)  # noqa: PLR2004
    if len(code) == 4 and code.isdecimal():  # noqa: PLR2004
        code = "0" + code
    return code if _COMMUNE.fullmatch(code) else _empty(raw)


def _joined(department: str, number: str) -> str:
    if len(number) == 5 and number.startswith(department):  # noqa: PLR2004 - the whole code already
        return number
    if len(department) == 3:  # noqa: PLR2004 - overseas: 974 and 411 are 97411
        return department + number.zfill(3)[1:]
    return department.zfill(2) + number.zfill(3)


@lru_cache(1 << 12)
def polling_station(raw: str) -> str | None:
    """Read a polling station's code, four figures as the ministry writes it; anything like a name is refused.

    The code is stored in clear, so that nothing but a code may pass.
    """
    value = raw.strip().upper()
    if not value:
        return ""
    if value.isdecimal():
        value = value.zfill(4)
    return value if _STATION.fullmatch(value) and any(map(str.isdecimal, value)) else None


@lru_cache(1 << 8)
def list_type(raw: str) -> str | None:
    """Read LP, LCM or LCE, or their names."""
    return _LIST_TYPES.get(" ".join(raw.lower().split())) or _empty(raw)


@lru_cache(1 << 8)
def sex(raw: str) -> str | None:
    """Read the civil M or F; nothing else is kept of it."""
    return _SEXES.get(raw.strip().lower()) or _empty(raw)


@lru_cache(1 << 8)
def turnout(raw: str) -> str | None:
    """Read whether somebody signed; who voted by proxy voted, and an empty cell is no signature."""
    word = " ".join(raw.lower().split())
    return "voted" if word in _SIGNED else "abstained" if word in _UNSIGNED else None


def email(raw: str) -> str | None:
    """Check that an address has the form of one."""
    value = raw.strip().removeprefix("mailto:")
    return value if _EMAIL.fullmatch(value) else _empty(value)


def phone(raw: str) -> str | None:
    """Check that a number has the form of one; its normal form is the index's affair."""
    value = text(raw)
    figures = sum(map(str.isdecimal, value))
    return value if _PHONE.fullmatch(value) and 4 <= figures <= 15 else _empty(value)  # noqa: PLR2004 - E.164


def _empty(raw: str) -> str | None:
    return None if raw.strip() else ""


def denied(raw: str) -> bool:
    """Say whether a yes/no cell says no, or nothing. Whatever else it says counts as yes: an objection is not lost."""
    return raw.strip().lower() in {"", "false", "f", "faux", "0", "no", "n", "non", "-"}
