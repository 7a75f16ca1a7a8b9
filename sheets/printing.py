"""Print a sheet: the law is asked again, names and addresses are opened, and the log tells of everybody on it.

The page is never stored. Whoever objected since the sheet was made is not on it; the numbers of the others stay.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from campaigns.controllers import controller_named, list_controllers
from contacts.declare import origin_by_number
from contacts.reveal import Revealed, reveal_contacts
from eligibility.answer import answer_eligibility
from eligibility.question import Enquiry
from eligibility.street import number_of_door, plain, street_of
from eligibility.turf import DOOR
from kernel.identity import PersonId
from kernel.typeset import typeset
from notices.publish import newest_notice
from notices.words import day
from sheets.make import SheetView, open_sheet
from sheets.outcomes import LABELS, LETTERS, zone_of
from sheets.store import lines_of, mark_printed
from signups.boxes import box_of
from signups.forms import list_forms

SHOWN = frozenset({"last_name", "usage_name", "first_names", "address"})
"""The fewest fields with which somebody can be asked for at a door."""
_COMPLEMENTS = ("complement1", "complement2", "locality")


@dataclass(frozen=True, slots=True)
class PrintedSheet:
    """A sheet ready to be set, once its processing has ended."""

    told: Mapping[str, Any] = field(repr=False)
    at: datetime
    mark: str
    unopened: int
    """How many lines mean somebody whose record does not open."""

    def pdf(self) -> bytes:
        """Set the sheet as a tagged PDF."""
        return typeset(Path(__file__).parent / "sheet.typ", self.told, self.at)


def print_sheet(processing: Processing, sheet: UUID, public_url: str) -> PrintedSheet:
    """Open the names and addresses of a sheet's lines, of those who may be visited now; noted for each of them.

    Raises NotFound, SheetExpired.
    """
    view = open_sheet(processing, sheet)
    rows = lines_of(processing, sheet)
    processing.note(Note(event=Event.SHEET_LISTED, counts={"sheet_line.read": len(rows)}))
    lines = {PersonId(row.contact_id): row.line for row in rows}
    answer = answer_eligibility(processing, Enquiry(channel=DOOR, persons=[*lines]))
    allowed = [PersonId(one) for each in answer.verdicts if each.answer.allowed for one in each.each()]
    closed: list[PersonId] = []
    shown = reveal_contacts(processing, allowed, only=SHOWN, event=Event.SHEET_PRINTED, unopened=closed)
    processing.note_also({"sheet.update": mark_printed(processing, sheet)})
    found = {lines[one.person]: one for one in shown if one is not None and one.withheld is None}
    unopened = sorted(lines[one] for one in closed)
    script = _script(processing, found.values(), public_url)
    told = _page(processing, view, public_url) | {
        "script": script,
        "about": script[-1],
        "streets": _streets(found),
        "gone": [line for line in range(1, view.lines + 1) if line not in found and line not in unopened],
        "unopened": unopened,
    }
    return PrintedSheet(told, processing.at, view.mark, len(unopened))


def _page(processing: Processing, view: SheetView, public_url: str) -> dict[str, Any]:
    place = view.commune if view.polling_station is None else f"{view.commune}, bureau {view.polling_station}"
    forms = list_forms(processing)
    shown = forms[-1].boxes if forms and forms[-1].is_open else ()
    controller = controller_named(processing)[0]
    local = processing.at.astimezone(zone_of(processing.edition, view.commune))
    return {
        "controller": controller,
        "place": place,
        "mark": view.mark,
        "printed": f"{day(local.date()).fr}, {local:%H h %M}",
        "until": day(view.expires_on).fr,
        "letters": [[letter.upper(), LABELS[outcome].fr] for letter, outcome in LETTERS.items()],
        "screen": f"{public_url.rstrip('/')}/porte/{processing.campaign}",
        "boxes": [box_of(channel).text.fr.replace("{controller}", controller) for channel in shown],
    }


def _script(processing: Processing, shown: Iterable[Revealed], public_url: str) -> list[str]:
    """Say what is said at the door (RGPD art. 14 and 21): who comes, where the address is from, how to refuse."""
    numbers = {datum.origin for one in shown for datum in one.data}
    kinds = sorted({origin_by_number(processing, number).kind for number in numbers})
    sources = ", ".join(processing.edition.origins[kind].label_fr.lower() for kind in kinds)
    own = next((one for one in list_controllers(processing) if one.own), None)
    notice = newest_notice(processing)
    lines = [f"Bonjour, je viens de la part de {controller_named(processing)[0]}."]
    lines += [f"Votre nom et votre adresse viennent de : {sources}."] if sources else []
    lines.append("Nous nous en servons pour vous présenter notre projet, et pour rien d'autre.")
    lines.append("Vous pouvez refuser que nous revenions : dites-le-moi, c'est noté aujourd'hui.")
    if own is not None and own.rights_contact:
        lines.append(f"Pour voir, corriger ou faire effacer vos données : {own.rights_contact}.")
    if notice is not None:
        address = f"{public_url.rstrip('/')}/notices/{processing.campaign}/{notice.number}"
        lines.append(f"Toute l'information : {address}")
    return lines


def _streets(found: Mapping[int, Revealed]) -> list[dict[str, Any]]:
    """Return the lines under the names of their streets, in the order of their numbers."""
    lines = [(line, *_named(found[line])) for line in sorted(found)]
    runs = [[*part] for _, part in groupby(lines, key=lambda one: plain(_street(one[2])))]
    return [{"street": _street(run[0][2]), "lines": [_line(*one) for one in run]} for run in runs]


def _street(address: Mapping[str, Any]) -> str:
    town = " ".join(filter(None, (str(address.get("postcode") or ""), str(address.get("city") or ""))))
    return ", ".join(filter(None, (street_of(address), town)))


def _line(line: int, name: str, address: Mapping[str, Any]) -> dict[str, Any]:
    more = ", ".join(str(address[one]) for one in _COMPLEMENTS if address.get(one))
    return {"line": line, "number": number_of_door(address), "name": name, "more": more}


def _named(one: Revealed) -> tuple[str, Mapping[str, Any]]:
    """Return how somebody is asked for, and where; the name in use before that of the register."""
    data = {datum.field: datum.value for datum in one.data}
    name = " ".join(filter(None, (data.get("first_names"), data.get("usage_name") or data.get("last_name"))))
    return name, json.loads(data.get("address", "{}"))
