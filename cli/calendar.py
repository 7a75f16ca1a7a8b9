"""The calendar of the campaign's elections at the command line, or written as a file for calendar programs."""

import dataclasses
from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path

from campaigns.calendar import ElectionCalendar, read_calendar
from campaigns.ics import icalendar
from cli.answer import Answer
from cli.opening import opened, operator_of
from cli.words import language, say, table

ADMINISTRATION = "administration"


def show(given: Namespace) -> Answer:
    """Tell the dates of the elections, or write them to a file."""
    with (
        opened(given) as installation,
        installation.register.open(operator_of(installation, given), ADMINISTRATION) as processing,
    ):
        found = read_calendar(processing, given.election)
        text = icalendar(processing.campaign, found, processing.at, language())
    data = {"elections": [dataclasses.asdict(one) for one in found]}
    if given.ics:
        Path(given.ics).write_bytes(text.encode())
        return Answer(data, [say(f"Calendrier écrit : {given.ics}", f"Calendar written: {given.ics}")])
    return Answer(data, list(_lines(found)) or [say("Aucun scrutin.", "No election.")])


def _lines(calendars: Sequence[ElectionCalendar]) -> Iterator[str]:
    for one in calendars:
        yield f"{one.election.title} ({one.election.state})"
        if not one.researched:
            yield say(
                "  Les règles de ce genre de scrutin n'ont pas été recherchées : d'autres dates peuvent s'imposer.",
                "  The rules of this type of election were not researched: other dates may be due.",
            )
        rows = [
            (
                f"  {told.on}",
                str(told.until) if told.until != told.on else "",
                say(told.label_fr, told.label_en),
                ", ".join(told.articles),
            )
            for told in one.dates
        ]
        yield from table(rows)
