"""A strict reader of iCalendar (RFC 5545), by another road than the writer: what it does not know, it refuses."""

import re

LINE = re.compile(r"^(?P<name>[A-Z-]+)(?P<parameters>(?:;[A-Z-]+=[A-Z-]+)*):(?P<value>.*)$", re.DOTALL)
FORMS = {
    "VERSION": r"2\.0",
    "PRODID": r"-//.+//.+//[A-Z]{2}",
    "CALSCALE": "GREGORIAN",
    "METHOD": "PUBLISH",
    "UID": r"[!-~]{3,250}",
    "DTSTAMP": r"\d{8}T\d{6}Z",
    "DTSTART": r"\d{8}(T\d{6}Z)?",
    "DTEND": r"\d{8}(T\d{6}Z)?",
    "SUMMARY": r"(?:[^\\;,\x00-\x1f]|\\[\\;,nN])+",
    "DESCRIPTION": r"(?:[^\\;,\x00-\x1f]|\\[\\;,nN])+",
    "CATEGORIES": r"[A-Z]+",
    "TRANSP": "TRANSPARENT",
}
OF_CALENDAR = {"VERSION", "PRODID", "CALSCALE", "METHOD"}
OF_EVENT = {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "CATEGORIES", "TRANSP"}
Event = dict[str, str]


def read_icalendar(content: bytes) -> list[Event]:
    """Return the events of a calendar; AssertionError for whatever the standard does not allow."""
    assert content.endswith(b"\r\n")
    physical = content.split(b"\r\n")[:-1]
    assert not [line for line in physical if b"\r" in line or b"\n" in line]
    assert max(map(len, physical)) <= 75
    for line in physical:
        line.decode()  # A fold never stands inside a letter.
    lines = content.decode().replace("\r\n ", "").split("\r\n")[:-1]
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    first = next((place for place, line in enumerate(lines) if line == "BEGIN:VEVENT"), len(lines) - 1)
    assert set(_properties(lines[1:first])) == OF_CALENDAR
    events, inside = [], lines[first:-1]
    while inside:
        end = inside.index("END:VEVENT")
        assert inside[0] == "BEGIN:VEVENT"
        events.append(_event(inside[1:end]))
        inside = inside[end + 1 :]
    assert len({event["UID"] for event in events}) == len(events)
    return events


def _event(lines: list[str]) -> Event:
    found = _properties(lines)
    assert set(found) - {"DESCRIPTION"} == OF_EVENT
    assert found["DTSTART"] < found["DTEND"]
    assert len(found["DTSTART"]) == len(found["DTEND"])
    return found


def _properties(lines: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in lines:
        matched = LINE.match(line)
        assert matched, line
        name, parameters, value = matched["name"], matched["parameters"], matched["value"]
        assert name not in found
        assert re.fullmatch(FORMS[name], value), line
        whole_day = name.startswith("DT") and "T" not in value
        assert parameters == (";VALUE=DATE" if whole_day else ""), line
        found[name] = unescaped(value)
    return found


def unescaped(value: str) -> str:
    return re.sub(r"\\(.)", lambda sign: "\n" if sign[1] in "nN" else sign[1], value)
