"""Calendars as iCalendar text (RFC 5545): lines end with CRLF, none is longer than 75 octets, special signs escaped."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta

from campaigns.calendar import ElectionCalendar
from kernel.identity import CampaignId
from policy.calendar import Date

_WIDTH = 75
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


def icalendar(campaign: CampaignId, calendars: Iterable[ElectionCalendar], at: datetime, language: str) -> str:
    """Write calendars in one language, stamped with ``at``. An event keeps its UID while its election stands."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Isoloir//Isoloir//FR", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    for one in calendars:
        for told in one.dates:
            lines += _event(f"{one.election.id}.{told.id}@{campaign}", one.election.title, told, at, language)
    return "".join(f"{fold(line)}\r\n" for line in (*lines, "END:VCALENDAR"))


def fold(line: str) -> str:
    """Fold a line after 75 octets at most, never inside a letter."""
    parts, part = [], ""
    for letter in line:
        # What follows begins with a space, which counts.
        if len((part + letter).encode()) > _WIDTH:
            parts.append(part)
            part = " "
        part += letter
    return "\r\n".join((*parts, part))


def _event(uid: str, title: str, told: Date, at: datetime, language: str) -> Iterator[str]:
    label, advice = (told.label_en, told.advice_en) if language == "en" else (told.label_fr, told.advice_fr)
    reasons = "; ".join(told.articles)
    yield from ("BEGIN:VEVENT", f"UID:{uid}", f"DTSTAMP:{_instant(at)}")
    if told.begins and told.ends:
        yield from (f"DTSTART:{_instant(told.begins)}", f"DTEND:{_instant(told.ends)}")
    else:
        # The end of whole days is the day after the last.
        end = _day(told.until + timedelta(days=1))
        yield from (f"DTSTART;VALUE=DATE:{_day(told.on)}", f"DTEND;VALUE=DATE:{end}")
    yield f"SUMMARY:{_text(label if told.kind == 'holiday' else f'{label} ({title})')}"
    if advice or reasons:
        yield f"DESCRIPTION:{_text(' '.join(part for part in (advice, f'[{reasons}]' if reasons else '') if part))}"
    yield from (f"CATEGORIES:{told.kind.upper()}", "TRANSP:TRANSPARENT", "END:VEVENT")


def _text(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable() or sign == "\n").translate(_ESCAPES)


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
