"""Write on paper what the latest step of a request tells, for who gave no e-mail address; nothing changes by it."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from contacts.reach import PLACE
from contacts.reveal import reveal_contacts
from kernel.errors import Invalid, NotFound
from kernel.identity import PersonId
from rights.course import Act
from rights.file import Person, open_words
from rights.letters import Written, desk_of, write_letter
from rights.move import READ, Opened, open_request
from rights.steps import why
from rights.store import find_request, steps_of
from rights.words import label

_KINDS: Mapping[str, str] = {
    "receive": "received",
    Act.DOUBT: "doubt",
    Act.ASK: "ask",
    Act.EXTEND: "extend",
    Act.REFUSE: "refuse",
    Act.WITHDRAW: "withdraw",
    Act.LINK: "link",
}
"""Which letter tells of which step; an answer has one for each right."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A letter to print, and where to post it."""

    to: tuple[str, ...] = field(repr=False)
    letter: Written = field(repr=False)


def print_letter(processing: Processing, request: UUID, public_url: str) -> Paper:
    """Return the letter of the latest step that the person is told of. Raises Invalid without a postal address."""
    opened = open_request(processing, request)
    steps = steps_of(processing, request)
    last = next(one for one in reversed(steps) if one.act in _KINDS or one.act == Act.ANSWER)
    counts = Counter(READ) + Counter({"rights_step.read": len(steps)})
    kind, told = _told(processing, opened, last, steps, counts)
    processing.note(Note(event=Event.RIGHTS_REQUEST_SHOWN, counts=counts))
    written = write_letter(desk_of(processing, public_url), opened.row, kind, told)
    return Paper(address_of(opened.told.correspondent), written)


def address_of(person: Person) -> tuple[str, ...]:
    """Return the lines of a postal address. Raises Invalid without one."""
    if not person.street or not person.city:
        raise Invalid("there is no postal address to write to")
    lines = (person.name, person.street, f"{person.postcode} {person.city}".strip())
    return tuple(line for line in lines if line)


def address_on_file(processing: Processing, contact: PersonId) -> tuple[str, ...]:
    """Return the lines of the postal address that is known of a person. Raises NotFound, Invalid without one."""
    (shown,) = reveal_contacts(processing, [contact])
    if shown is None:
        raise NotFound("no such contact in this campaign")
    known = {one.field: one.value for one in reversed(shown.data)}
    place: Mapping[str, str] = json.loads(known.get(PLACE, "{}"))
    name = f"{known.get('first_names', '')} {known.get('last_name', '')}"
    street = f"{place.get('number', '')} {place.get('street', '')}"
    town = f"{place.get('postcode', '')} {place.get('city', '')}"
    if not (place.get("street") and place.get("city")):
        raise Invalid("the file holds no postal address of this person")
    return tuple(line for line in (name.strip(), street.strip(), town.strip()) if line)


def answer_letter(processing: Processing, opened: Opened, steps: Sequence[Any]) -> tuple[str, dict[str, str]]:
    """Return which letter answers a request, and what fills its places: the reason, and the words of the decision."""
    row = opened.row
    reason = processing.edition.refusals.get(row.reason or "")
    granted = next((one for one in reversed(steps) if one.act == Act.GRANT), None)
    words = "" if granted is None else open_words(opened.key, processing, granted)
    note = words if reason is None else why(processing, reason.id, words, row.language)
    channel = label("channel", opened.told.channel, row.language).lower()
    kind = "nothing" if reason is not None and reason.use == "nothing" else row.kind
    return f"answer_{kind}", {"note": note, "channel": channel}


def _told(
    processing: Processing,
    opened: Opened,
    step: Any,  # noqa: ANN401 - a row
    steps: Sequence[Any],
    counts: Counter[str],
) -> tuple[str, dict[str, str]]:
    if step.act == Act.ANSWER:
        return answer_letter(processing, opened, steps)
    kind, words = _KINDS[step.act], open_words(opened.key, processing, step)
    if step.act == Act.DOUBT:
        reason, _, question = words.partition("\n")
        return "doubt_document" if opened.row.document_asked else kind, {"why": reason, "question": question}
    if step.act == Act.LINK:
        first = find_request(processing, opened.row.first_id)
        counts += Counter({"rights_request.read": 0 if first is None else 1})
        return kind, {"first": "-" if first is None else first.reference}
    reason = why(processing, step.reason, words, opened.row.language) if step.reason else ""
    return kind, {"question": words, "why": reason}
