"""Find, read, restrict, release and erase contacts."""

import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any, TypeVar
from uuid import UUID

from audit.processing import Processing
from cli.answer import FAILED, Answer
from cli.opening import opened, operator_of, settings_of
from cli.words import plain, say, table
from contacts.find import Search, find_contacts
from contacts.restrict import RestrictionGround, release_contacts, restrict_contacts
from contacts.reveal import Revealed, reveal_contacts
from holdings.farewell import Erased
from holdings.orders import Order
from kernel.errors import Invalid
from kernel.identity import PersonId
from policy.draft import Datum
from recipients.tickets import Act, open_tickets

READ_IT = "-"
Done = TypeVar("Done")
_SEARCHED = ("external_id", "email", "phone", "last_name", "first_names", "birth_date")


def find(given: Namespace) -> Answer:
    """Find a person by what is wholly known of them; each result shows what the purpose discloses."""
    data = [(name, value_of(name, text)) for name in _SEARCHED if (text := getattr(given, name)) is not None]
    search = Search(data=tuple(map(_external, data)), commune=given.commune, reason=given.reason)
    found = _with(given, lambda processing: find_contacts(processing, search))
    none = [say("Personne ne correspond.", "Nobody agrees.")]
    return Answer({"contacts": [_data(one) for one in found]}, [line for one in found for line in _lines(one)] or none)


def reveal(given: Namespace) -> Answer:
    """Read contacts for a purpose: the fields it discloses, never all."""
    persons = [PersonId(one) for one in given.ids]
    found = _with(given, lambda processing: reveal_contacts(processing, persons, archive=False))
    missing = [str(person) for person, one in zip(persons, found, strict=True) if one is None]
    lines = [line for one in found if one is not None for line in _lines(one)]
    lines += [say(f"{person} : aucun contact de ce numéro", f"{person}: no such contact") for person in missing]
    contacts = [_data(one) for one in found if one is not None]
    return Answer({"contacts": contacts, "missing": missing}, lines, FAILED if missing else 0)


def restrict(given: Namespace) -> Answer:
    """Keep contacts out of use (GDPR art. 18), and tell whoever received their data (art. 19)."""
    ground, persons = RestrictionGround(given.ground), _persons(given.ids)
    public_url = settings_of(given).public_url

    def act(processing: Processing) -> None:
        restrict_contacts(processing, persons, ground)
        open_tickets(processing, persons, Act.RESTRICTION, public_url)

    _with(given, act)
    return Answer({"restricted": given.ids}, [say("Usage limité.", "Restricted.")])


def release(given: Namespace) -> Answer:
    """Put contacts back in use."""
    _with(given, lambda processing: release_contacts(processing, _persons(given.ids)))
    text = say("Limitation levée ; la personne doit en être informée.", "Released; the person must be told.")
    return Answer({"released": given.ids}, [text])


def erase(given: Namespace) -> Answer:
    """Erase persons from every holding; what an interrupted erasure left is completed first."""
    persons = _persons(_ids(given.ids))
    with opened(given) as installation:
        actor = operator_of(installation, given, given.purpose)
        completed = installation.eraser.complete_unfinished(actor)
        if given.certificate:
            return _erased(installation.eraser.erase_ordered(actor, _orders(given, persons)), completed)
        erased = installation.eraser.erase(actor, given.purpose, persons, given.ground)
    lines = [say(f"{erased} personnes effacées.", f"{erased} persons erased.")]
    if completed:
        text = f"{completed} personnes d'un effacement interrompu ont été achevées."
        lines.append(say(text, f"{completed} persons of an interrupted erasure were completed."))
    return Answer({"erased": erased, "completed": completed, "asked": len(persons)}, lines)


def _orders(given: Namespace, persons: Sequence[PersonId]) -> list[Order]:
    return [Order(person=one, ground=given.ground, opposes=not given.no_objection) for one in dict.fromkeys(persons)]


def _erased(told: Sequence[Erased], completed: int) -> Answer:
    """Answer with what became of each, and with the certificates that must be posted."""
    lines = [say(f"{len(told)} personnes effacées.", f"{len(told)} persons erased.")]
    for one in told:
        sent = say("certificat envoyé", "certificate sent")
        lines += [f"{one.person}  {sent}"] if one.sent else [f"{one.person}", "", *one.certificate.splitlines(), ""]
    return Answer({"erased": len(told), "completed": completed, "told": [asdict(one) for one in told]}, lines)


def _with(given: Namespace, act: Callable[[Processing], Done]) -> Done:
    with opened(given) as installation:
        actor = operator_of(installation, given, given.purpose)
        with installation.register.open(actor, given.purpose) as processing:
            return act(processing)


def value_of(name: str, text: str) -> str:
    """Return a value, read from the input for ``-`` so that it does not stand in the list of processes."""
    if text != READ_IT:
        return text
    if sys.stdin.isatty():
        print(f"{name}: ", end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline().strip()
    if not line:
        message = "nothing was given on the input"
        raise Invalid(message)
    return line


def _external(datum: Datum) -> Datum:
    name, value = datum
    if name != "external_id":
        return datum
    system, colon, identifier = value.partition(":")
    if not (system and colon and identifier):
        message = "an external id is written SYSTEM:ID"
        raise Invalid(message)
    return name, f"{system}\x1f{identifier}"


def _ids(given: Sequence[UUID | None]) -> list[UUID]:
    ids: list[UUID] = []
    for one in given:
        ids += _read_ids() if one is None else [one]
    return ids


def _read_ids() -> list[UUID]:
    ids = []
    for number, line in enumerate(sys.stdin, 1):
        try:
            ids += [UUID(line.strip())] if line.strip() else []
        except ValueError:
            message = f"an identifier on the input is not one: line {number}"
            raise Invalid(message) from None
    return ids


def _persons(ids: Sequence[UUID]) -> list[PersonId]:
    return [PersonId(one) for one in ids]


def _data(one: Revealed) -> dict[str, Any]:
    return {
        "id": one.person,
        "category": one.category,
        "commune": one.commune,
        "polling_station": one.polling_station,
        "tags": list(one.tags),
        "flagged": one.flagged,
        "revision": one.revision,
        "due_on": one.due_on,
        "withheld": one.withheld.value if one.withheld else None,
        "data": [
            {"field": datum.field, "value": datum.value, "origin": datum.origin, "obtained_on": datum.obtained_on}
            for datum in one.data
        ],
    }


def _lines(one: Revealed) -> list[str]:
    kept = say("jusqu'au", "until") + f" {one.due_on}" if one.due_on else ""
    clear = (one.category, one.commune, one.polling_station, ", ".join(one.tags), kept)
    lines = [f"{one.person}  " + "  ".join(plain(part) for part in clear if part)]
    if one.withheld:
        lines.append(say(f"  rien n'est montré : {one.withheld.value}", f"  nothing is shown: {one.withheld.value}"))
    origin = say("origine", "origin")
    rows = [(d.field, d.value.replace("\x1f", ":"), f"{origin} {d.origin}, {d.obtained_on}") for d in one.data]
    return [*lines, *(f"  {line}" for line in table(rows))] if rows else lines
